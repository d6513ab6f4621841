"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { TimeAgo } from "@/components/ui/time";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changeFlag, type ExperimentView, type FlagView } from "../schemas";
import { FlagExperiment } from "./flag-experiment";
import { flagsQuery } from "./flag-query";
import { flagWords, sourceWords } from "./flag-words";

/** One flag: what it does, for how many calls it is on, what says so, and the way to change it. */
export function FlagRow({
  flag,
  experiment,
  mayChange,
}: {
  flag: FlagView;
  experiment: ExperimentView | undefined;
  mayChange: boolean;
}) {
  const { label, does } = flagWords[flag.name];
  const { setting } = flag;
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {label}
          <Share flag={flag} />
        </h3>
        <p className="mt-0.5 text-sm text-muted">{does}</p>
        <p className="mt-1 flex flex-wrap gap-x-2 text-xs text-muted">
          {setting === null && <span>{sourceWords[flag.source]}</span>}
          {setting && (
            <span>
              {flag.source === "database" ? "Set to" : `${sourceWords[flag.source]}; set to`}{" "}
              {setting.enabled ? `${setting.percentage} %` : "off"} by {setting.updatedBy}{" "}
              <TimeAgo at={setting.updatedAt} />
              {setting.reason && `: ${setting.reason}`}
            </span>
          )}
          <code className="break-all">{flag.name}</code>
        </p>
      </div>
      {mayChange && <Controls flag={flag} />}
      {experiment && (
        <FlagExperiment experiment={experiment} rule={setting?.worseByPoints ?? null} mayChange={mayChange} />
      )}
    </li>
  );
}

function Share({ flag: { share } }: { flag: FlagView }) {
  const tone: Tone = share === 100 ? "positive" : share === 0 ? "neutral" : "info";
  return <Badge tone={tone}>{share === 100 ? "On" : share === 0 ? "Off" : `${share} % of calls`}</Badge>;
}

function Controls({ flag }: { flag: FlagView }) {
  const { name, setting } = flag;
  const { label } = flagWords[name];
  const enabled = setting?.enabled ?? true;
  const percentage = setting?.percentage ?? 100;
  const [typed, setTyped] = useState<string>();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { enabled?: boolean; percentage?: number }) => api(changeFlag, { params: { name }, body }),
    onSuccess: () => setTyped(undefined),
    onError: (error) => toastFailure(`${label} was not changed`, inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: flagsQuery.queryKey }),
  });
  const wanted = Number(typed ?? percentage);
  const valid = typed !== "" && Number.isInteger(wanted) && wanted >= 0 && wanted <= 100;
  return (
    <div className="flex items-center gap-2">
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) change.mutate({ enabled: true, percentage: wanted });
        }}
      >
        <Input
          inputMode="numeric"
          aria-label={`${label}: percentage of calls`}
          aria-invalid={valid ? undefined : true}
          value={typed ?? String(percentage)}
          onChange={(event) => setTyped(event.target.value)}
          className="w-14 text-right tabular-nums"
        />
        <span className="text-sm text-muted">%</span>
        <Button
          type="submit"
          aria-label={`Set the percentage of ${label}`}
          busy={change.isPending}
          disabled={!valid || (enabled && wanted === percentage)}
        >
          Set
        </Button>
      </form>
      <Button
        aria-label={enabled ? `Switch ${label} off` : `Switch ${label} on`}
        busy={change.isPending}
        onClick={() => change.mutate({ enabled: !enabled })}
        className="w-12"
      >
        {enabled ? "Off" : "On"}
      </Button>
    </div>
  );
}
