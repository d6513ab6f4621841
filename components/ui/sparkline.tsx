import { cn } from "../cn";

export interface SparklineProps {
  /** From the oldest to the newest, which stands out. */
  values: readonly number[];
  /** What the figures say, for assistive technology and on hover. */
  label: string;
  className?: string;
}

/** A few figures in a row as small bars, the tallest as high as the line. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const most = Math.max(1, ...values);
  return (
    <span role="img" aria-label={label} title={label} className={cn("flex h-4 items-end gap-px", className)}>
      {values.map((value, at) => (
        <span
          // A place in a row of days is what a bar is.
          // oxlint-disable-next-line react/no-array-index-key
          key={at}
          className={cn(
            "min-h-px w-1 rounded-t-[1px]",
            at === values.length - 1 ? "bg-accent dark:bg-accent-text" : "bg-line-strong dark:bg-control",
          )}
          style={{ height: `${(value / most) * 100}%` }}
        />
      ))}
    </span>
  );
}
