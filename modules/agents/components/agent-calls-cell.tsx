"use client";

import { Skeleton } from "@/components/ui/skeleton";
import { Sparkline } from "@/components/ui/sparkline";
import { NumberText } from "@/components/ui/time";

/** An agent's calls: today in figures, the days before as bars. */
export interface AgentDays {
  answered: number;
  missed: number;
  /** Answered a day, today last; undefined while it is not known. */
  trend: readonly number[] | undefined;
}

export function AgentCallsCell({ name, days }: { name: string; days: AgentDays | undefined }) {
  if (!days) return <Skeleton className="w-16" />;
  const { answered, missed, trend } = days;
  const label = trend && `${name}: calls answered in the last ${trend.length} days: ${trend.join(", ")}`;
  return (
    <span className="flex items-center gap-2.5">
      {label && <Sparkline values={trend} label={label} className="max-lg:hidden" />}
      <span className="whitespace-nowrap tabular-nums">
        <span className="font-medium">
          <NumberText value={answered} />
        </span>
        {missed > 0 && <span className="text-xs text-danger-text"> {missed} missed</span>}
      </span>
    </span>
  );
}
