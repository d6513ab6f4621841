"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useId, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { NumberText } from "@/components/ui/time";
import { dateWords } from "@/lib/calendar-date";
import { useLocale, useNumberWords } from "@/lib/client/locale";
import type { PlanRow, PlanView } from "../plans.schemas";
import { dispositionsQuery } from "./lead-queries";
import { failureWords, leadCount, priorityWords, sentence } from "./lead-words";
import { planRowsQuery } from "./plan-queries";

const isEnded = ({ state }: PlanView): boolean => state === "done" || state === "cancelled" || state === "failed";

/** What changes from what to what, or has changed, row by row. */
export function PlanDifference({ plan }: { plan: PlanView }) {
  const ended = isEnded(plan);
  const rows = useInfiniteQuery({
    ...planRowsQuery(plan.plan_id, ended ? "changed" : "will_change"),
    enabled: plan.counts.will_change > 0 && plan.state !== "applying",
  });
  const found = rows.data?.pages.flatMap((page) => page.rows) ?? [];
  const names = new Map(rows.data?.pages.flatMap((page) => page.agents.map(({ agent, name }) => [agent, name])));
  if (found.length === 0) return null;
  return (
    <Rows
      title={ended ? "What has changed" : "What changes"}
      count={ended ? plan.progress.succeeded : plan.counts.will_change}
      shown={found.length}
      more={rows}
    >
      {found.map((row) => (
        <li key={row.place} className="flex items-baseline gap-3 px-3 py-1.5 max-sm:flex-col max-sm:gap-0">
          <LeadName row={row} className="w-44 shrink-0 max-sm:w-full" />
          <span className="min-w-0 flex-1 max-sm:w-full">
            {Object.entries(row.changes).map(([field, change]) => (
              <Change key={field} field={field} change={change} agentNames={names} />
            ))}
          </span>
        </li>
      ))}
    </Rows>
  );
}

/** The leads that are left as they are, each with the reason. */
export function PlanLeftOut({ plan }: { plan: PlanView }) {
  const failed = isEnded(plan) ? plan.progress.failed : 0;
  const refused = useInfiniteQuery({
    ...planRowsQuery(plan.plan_id, "refused"),
    enabled: plan.counts.refused > 0,
  });
  const missed = useInfiniteQuery({ ...planRowsQuery(plan.plan_id, "failed"), enabled: failed > 0 });
  const rows = [missed, refused].flatMap(({ data }) => data?.pages.flatMap((page) => page.rows) ?? []);
  if (rows.length === 0) return null;
  return (
    <Rows
      title="Left as they are"
      icon={<TriangleAlert aria-hidden className="size-4 text-caution-text" />}
      count={plan.counts.refused + failed}
      shown={rows.length}
      more={missed.hasNextPage ? missed : refused}
    >
      {rows.map((row) => (
        <li key={row.place} className="flex justify-between gap-4 px-3 py-1.5">
          <LeadName row={row} className="min-w-0" />
          <span className="text-right text-muted">{failureWords(row.code ?? "interrupted")}</span>
        </li>
      ))}
    </Rows>
  );
}

interface RowsProps {
  title: string;
  icon?: ReactNode;
  count: number;
  shown: number;
  more: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  children: ReactNode;
}

/** Rows of a plan in a box of its own that scrolls, by keyboard too. */
function Rows({ title, icon, count, shown, more, children }: RowsProps) {
  const id = useId();
  const figure = useNumberWords();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-1 flex items-center gap-2 text-sm font-medium">
        {icon}
        <span>
          {title}{" "}
          <span className="font-normal text-muted tabular-nums">
            <NumberText value={count} />
          </span>
        </span>
      </h3>
      <div
        role="group"
        aria-labelledby={id}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-52 overflow-y-auto rounded-lg border border-line"
      >
        <ul className="divide-y divide-line">{children}</ul>
        {more.hasNextPage && (
          <Button
            variant="ghost"
            size="sm"
            className="w-full text-accent-text"
            busy={more.isFetchingNextPage}
            onClick={() => void more.fetchNextPage()}
          >
            Show more of {leadCount(count - shown, figure)}
          </Button>
        )}
      </div>
    </section>
  );
}

function LeadName({ row: { lead_id, name }, className }: { row: PlanRow; className: string }) {
  if (name === null) return <span className={`truncate text-muted ${className}`}>{lead_id}</span>;
  return (
    <Link
      href={`/leads/${lead_id}`}
      target="_blank"
      prefetch={false}
      className={`truncate font-medium hover:underline ${className}`}
    >
      {name}
    </Link>
  );
}

interface ChangeProps {
  field: string;
  change: PlanRow["changes"][string];
  /** By e-mail. */
  agentNames: ReadonlyMap<string, string>;
}

function Change({ field, change, agentNames }: ChangeProps) {
  const valueText = useValueText(agentNames);
  return (
    <span className="block truncate">
      <span className="text-muted">{FIELD_LABELS[field] ?? sentence(field)}: </span>
      <s className="text-muted">{valueText(field, change.before)}</s>
      <span aria-label="becomes"> → </span>
      {valueText(field, change.after)}
    </span>
  );
}

const FIELD_LABELS: Readonly<Record<string, string>> = { assigned_agent: "Agent", follow_up_on: "Follow-up" };

/** Values as the list of leads shows them. */
function useValueText(agentNames: ReadonlyMap<string, string>): (field: string, value: unknown) => string {
  const dispositions = useQuery(dispositionsQuery);
  const { locale } = useLocale();
  return (field, value) => {
    if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
    if (value === null || value === undefined || value === "")
      return field === "assigned_agent" ? "Unassigned" : "none";
    if (typeof value !== "string") return JSON.stringify(value);
    switch (field) {
      case "assigned_agent":
        return agentNames.get(value) ?? value;
      case "disposition":
        return dispositions.data?.find(({ code }) => code === value)?.label ?? value;
      case "priority":
        return value in priorityWords ? priorityWords[value as keyof typeof priorityWords].label : value;
      case "follow_up_on":
        return dateWords(value, locale, { dateStyle: "medium" });
      default:
        return value;
    }
  };
}
