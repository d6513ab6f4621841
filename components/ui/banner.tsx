import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../cn";

const TONES = {
  info: { classes: "bg-info-subtle text-info-text", Icon: Info },
  positive: { classes: "bg-positive-subtle text-positive-text", Icon: CircleCheck },
  caution: { classes: "bg-caution-subtle text-caution-text", Icon: TriangleAlert },
  danger: { classes: "bg-danger-subtle text-danger-text", Icon: CircleAlert },
} as const;

export interface BannerProps {
  tone: keyof typeof TONES;
  /** What happened and what to do. */
  children: ReactNode;
  action?: ReactNode;
  /** Square and edge to edge, across the top of a page. */
  flush?: boolean;
  className?: string;
}

/** A message that stays: it is read out when it appears. */
export function Banner({ tone, children, action, flush, className }: BannerProps) {
  const { classes, Icon } = TONES[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn(
        "flex items-start gap-2 px-3 py-2 text-sm",
        flush ? "items-center justify-center" : "rounded-md",
        classes,
        className,
      )}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", !flush && "mt-0.5")} />
      <div className={cn("min-w-0", !flush && "flex-1")}>{children}</div>
      {action}
    </div>
  );
}
