"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { PlanRow, PlanView } from "../plans.schemas";
import { failureWords, leadCount, sentence } from "./lead-words";
import { planRowsQuery } from "./plan-queries";

const SHOWN = 6;
const LISTED = 200;

const isEnded = ({ state }: PlanView): boolean => state === "done" || state === "cancelled" || state === "failed";

/** What changes from what to what, in the first rows. */
export function PlanDifference({ plan }: { plan: PlanView }) {
  const rows = useQuery({
    ...planRowsQuery(plan.plan_id, isEnded(plan) ? "changed" : "will_change", SHOWN),
    enabled: plan.counts.will_change > 0 && plan.state !== "applying",
  });
  const found = rows.data ?? [];
  if (found.length === 0) return null;
  const more = plan.counts.will_change - found.length;
  return (
    <section aria-label="What changes">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {found.map((row) => (
          <li key={row.lead_id} className="flex items-baseline gap-3 px-3 py-1.5">
            <span className="w-44 shrink-0 truncate font-medium">{row.name ?? row.lead_id}</span>
            <span className="min-w-0 flex-1">
              {Object.entries(row.changes).map(([field, change]) => (
                <Change key={field} field={field} change={change} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mt-1.5 text-xs text-muted">and {leadCount(more)} more</p>}
    </section>
  );
}

function Change({ field, change }: { field: string; change: PlanRow["changes"][string] }) {
  return (
    <span className="block truncate">
      <span className="text-muted">{sentence(field)}: </span>
      <s className="text-muted">{valueText(change.before)}</s> → {valueText(change.after)}
    </span>
  );
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (value === null || value === undefined || value === "") return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The leads that are left as they are, each with the reason. */
export function PlanLeftOut({ plan }: { plan: PlanView }) {
  const failed = isEnded(plan) ? plan.progress.failed : 0;
  const refused = useQuery({
    ...planRowsQuery(plan.plan_id, "refused", LISTED),
    enabled: plan.counts.refused > 0,
  });
  const missed = useQuery({ ...planRowsQuery(plan.plan_id, "failed", LISTED), enabled: failed > 0 });
  const rows = [...(missed.data ?? []), ...(refused.data ?? [])];
  const count = plan.counts.refused + failed;
  if (rows.length === 0) return null;
  return (
    <section>
      <h3 className="flex items-center gap-2 text-sm font-medium">
        <TriangleAlert aria-hidden className="size-4 text-caution-text" />
        Left as they are ({count.toLocaleString("en")})
      </h3>
      <ul className="mt-1 max-h-48 divide-y divide-line overflow-y-auto">
        {rows.map(({ place, lead_id, name, code }) => (
          <li key={place} className="flex justify-between gap-4 py-1">
            {name === null ? (
              <span className="truncate text-muted">{lead_id}</span>
            ) : (
              <Link href={`/leads/${lead_id}`} prefetch={false} className="truncate font-medium hover:underline">
                {name}
              </Link>
            )}
            <span className="text-right text-muted">{failureWords(code ?? "interrupted")}</span>
          </li>
        ))}
      </ul>
      {count > rows.length && <p className="text-xs text-muted">and {leadCount(count - rows.length)} more</p>}
    </section>
  );
}
