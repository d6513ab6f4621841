import { cn } from "../cn";
import type { Tone } from "./badge";

const FILLS: Record<Tone, string> = {
  neutral: "bg-control",
  accent: "bg-accent dark:bg-accent-text",
  positive: "bg-positive",
  caution: "bg-caution",
  danger: "bg-danger dark:bg-danger-text",
  info: "bg-info",
};

export interface MeterProps {
  value: number;
  max: number;
  /** What is measured, for assistive technology. */
  label: string;
  /** The value in words; "value of max" unless given. */
  valueText?: string;
  tone?: Tone;
  className?: string;
}

/** A thin bar of how much of something is used; never longer than its track. */
export function Meter({ value, max, label, valueText, tone = "accent", className }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(max, value)}
      aria-valuenow={value}
      aria-valuetext={valueText ?? `${value} of ${max}`}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-track", className)}
    >
      <div
        className={cn("h-full rounded-full transition-[width] duration-300", FILLS[tone])}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}

/** How full something is, as a tone: calm until 80 %, caution until full, danger past it. */
export function loadTone(current: number, max: number): Tone {
  if (current > max) return "danger";
  if (max > 0 && current / max >= 0.8) return "caution";
  return "accent";
}

export interface CapacityBarProps {
  current: number;
  max: number;
  label: string;
  /** Hides the figures beside the bar; they are still read out. */
  bare?: boolean;
  className?: string;
}

/** Load against capacity. Past the capacity the excess is a hatched end beyond a mark, and the figures say by how much. */
export function CapacityBar({ current, max, label, bare, className }: CapacityBarProps) {
  const over = current - max;
  const tone = loadTone(current, max);
  const inWords = over > 0 ? `${current} of ${max}, ${over} over capacity` : `${current} of ${max}`;
  const end = Math.max(current, max, 1);
  return (
    <div className={cn("flex items-center gap-2.5", className)}>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={current}
        aria-valuetext={inWords}
        className="relative flex h-1.5 min-w-12 flex-1 overflow-hidden rounded-full bg-track"
      >
        <div
          className={cn("h-full transition-[width] duration-300", FILLS[tone])}
          style={{ width: `${(Math.min(current, max) / end) * 100}%` }}
        />
        {over > 0 && (
          <div
            className="h-full flex-1 border-l-2 border-surface"
            style={{
              background:
                "repeating-linear-gradient(135deg, var(--danger) 0 2px, color-mix(in oklab, var(--danger) 35%, var(--surface)) 2px 4px)",
            }}
          />
        )}
      </div>
      {!bare && (
        <span
          aria-hidden
          className={cn(
            "min-w-12 shrink-0 text-right text-xs tabular-nums",
            over > 0 ? "font-medium text-danger-text" : "text-muted",
          )}
        >
          <span className={over > 0 ? "" : "text-text"}>{current}</span>
          {` / ${max}`}
        </span>
      )}
    </div>
  );
}
