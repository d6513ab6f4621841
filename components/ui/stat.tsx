import type { ReactNode } from "react";
import { cn } from "../cn";
import type { Tone } from "./badge";

const VALUES: Partial<Record<Tone, string>> = {
  caution: "text-caution-text",
  danger: "text-danger-text",
  positive: "text-positive-text",
};

export interface StatProps {
  label: ReactNode;
  value: ReactNode;
  /** A smaller figure after the value: "of 8", "%". */
  unit?: ReactNode;
  /** A quiet line or a bar under it. */
  detail?: ReactNode;
  tone?: Tone;
  className?: string;
}

/** One figure with its name. Put several into a <dl>. */
export function Stat({ label, value, unit, detail, tone = "neutral", className }: StatProps) {
  return (
    <div className={cn("flex min-w-0 flex-col gap-0.5 px-4 py-3", className)}>
      <dt className="truncate text-xs text-muted">{label}</dt>
      <dd className="min-w-0">
        <span className={cn("text-xl font-semibold tracking-tight tabular-nums", VALUES[tone])}>{value}</span>
        {unit !== undefined && <span className="ml-1 text-sm text-muted tabular-nums">{unit}</span>}
        {detail !== undefined && <div className="mt-1 text-xs text-muted">{detail}</div>}
      </dd>
    </div>
  );
}
