import type { ReactNode } from "react";
import { cn } from "../cn";

export type Tone = "neutral" | "accent" | "positive" | "caution" | "danger" | "info";

const BADGES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted ring-line",
  accent: "bg-accent-subtle text-accent-text ring-transparent",
  positive: "bg-positive-subtle text-positive-text ring-transparent",
  caution: "bg-caution-subtle text-caution-text ring-transparent",
  danger: "bg-danger-subtle text-danger-text ring-transparent",
  info: "bg-info-subtle text-info-text ring-transparent",
};

const DOTS: Record<Tone, string> = {
  neutral: "bg-control",
  accent: "bg-accent dark:bg-accent-text",
  positive: "bg-positive",
  caution: "bg-caution",
  danger: "bg-danger dark:bg-danger-text",
  info: "bg-info",
};

/** A word in a quiet colour. Colour never says it alone: the word does. */
export function Badge({
  tone = "neutral",
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1 truncate rounded-sm px-1.5 text-xs font-medium whitespace-nowrap ring-1 ring-inset",
        BADGES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

export interface StatusDotProps {
  tone: Tone;
  /** Words beside the dot; without them give `label`, which is only read out. */
  children?: ReactNode;
  label?: string;
  /** Something is happening just now. */
  pulse?: boolean;
  className?: string;
}

export function StatusDot({ tone, children, label, pulse, className }: StatusDotProps) {
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <span aria-hidden className={cn("size-2 shrink-0 rounded-full", DOTS[tone], pulse && "animate-breathe")} />
      {label !== undefined && <span className="sr-only">{label}</span>}
      {children}
    </span>
  );
}
