"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cn } from "@/components/cn";
import { Select } from "@/components/ui/select";
import { TimeAgo } from "@/components/ui/time";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changeFlag, type ExperimentView } from "../schemas";
import { shareWords, verdictOf } from "./experiment-words";
import { flagsQuery } from "./flag-query";
import { flagWords } from "./flag-words";

const TONES = { positive: "text-positive-text", danger: "text-danger-text", neutral: "text-muted" } as const;
const NEVER = "never";
const RULES = [2, 5, 10, 20];

/** Calls with the feature beside calls without it, and the rule by which it switches itself off. */
export function FlagExperiment({
  experiment,
  rule,
  mayChange,
}: {
  experiment: ExperimentView;
  rule: number | null;
  mayChange: boolean;
}) {
  const { name, since, on, off } = experiment;
  const { label } = flagWords[name];
  return (
    <section
      aria-label={`${label}: calls with and without`}
      className="flex min-w-0 basis-full flex-col gap-2 rounded-md bg-sunken px-3 py-2.5 text-xs"
      data-testid="experiment"
    >
      <table className="w-full text-left tabular-nums">
        <caption className="pb-1 text-left text-muted">
          Since <TimeAgo at={since} />, with 95 % intervals
        </caption>
        <thead className="text-muted max-sm:sr-only">
          <tr>
            <th scope="col" className="w-30 font-normal" />
            <th scope="col" className="font-normal">
              With, {on.calls} calls
            </th>
            <th scope="col" className="font-normal">
              Without, {off.calls}
            </th>
          </tr>
        </thead>
        <tbody>
          <Row label="Answered in time" beside={experiment.service_level} more="better" />
          <Row label="Hung up" beside={experiment.abandonment} more="worse" />
        </tbody>
      </table>
      <p className="text-muted sm:hidden">
        With: {on.calls} calls. Without: {off.calls}.
      </p>
      {mayChange ? (
        <Rule experiment={experiment} rule={rule} />
      ) : (
        rule !== null && (
          <p className="text-muted">Switches itself off when it is shown to do worse by {rule} points.</p>
        )
      )}
    </section>
  );
}

function Row({
  label,
  beside,
  more,
}: {
  label: string;
  beside: ExperimentView["service_level"];
  more: "better" | "worse";
}) {
  const verdict = verdictOf(beside, more);
  return (
    <>
      <tr>
        <th scope="row" className="pr-2 font-medium">
          {label}
        </th>
        <td className="pr-2">{shareWords(beside.on)}</td>
        <td>{shareWords(beside.off)}</td>
      </tr>
      <tr>
        <td colSpan={3} className={cn("pb-1.5", TONES[verdict.tone])}>
          {verdict.words}
        </td>
      </tr>
    </>
  );
}

function Rule({ experiment: { name, enough }, rule }: { experiment: ExperimentView; rule: number | null }) {
  const { label } = flagWords[name];
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (worseByPoints: number | null) => api(changeFlag, { params: { name }, body: { worseByPoints } }),
    onError: (error) => toastFailure(`The rule of ${label} was not changed`, inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: flagsQuery.queryKey }),
  });
  const choices = [...new Set([...RULES, ...(rule === null ? [] : [rule])])].toSorted((a, b) => a - b);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
      <span aria-hidden>Switch off by itself</span>
      <Select
        label={`Switch ${label} off by itself`}
        size="sm"
        value={rule === null ? NEVER : String(rule)}
        onChange={(value) => change.mutate(value === NEVER ? null : Number(value))}
        options={[
          { value: NEVER, label: "Never" },
          ...choices.map((points) => ({ value: String(points), label: `Worse by ${points} points` })),
        ]}
        className="w-44"
      />
      {rule !== null && !enough && <span>It judges once each side has 100 calls.</span>}
    </div>
  );
}
