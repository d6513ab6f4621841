import { cn } from "@/components/cn";

export interface ScoreIntervalProps {
  score: number;
  low: number;
  high: number;
  /** Whose or what score, for assistive technology. */
  label: string;
  className?: string;
}

/** A score on its scale from 0 to 100: a dot, the interval around it, and a mark where the team's mean is. */
export function ScoreInterval({ score, low, high, label, className }: ScoreIntervalProps) {
  const words = `${label}: ${score.toFixed(1)}, between ${low.toFixed(1)} and ${high.toFixed(1)}`;
  return (
    <div role="img" aria-label={words} className={cn("relative h-4 min-w-24", className)}>
      <div className="absolute inset-x-0 top-1/2 h-1 -translate-y-1/2 rounded-full bg-track" />
      <div className="absolute top-0.5 bottom-0.5 left-1/2 w-px bg-line-strong" />
      <div
        className="absolute top-1/2 h-1 -translate-y-1/2 rounded-full bg-control"
        style={{ left: `${low}%`, width: `${Math.max(0, high - low)}%` }}
      />
      <div
        className="absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface bg-accent dark:bg-accent-text"
        style={{ left: `${score}%` }}
      />
    </div>
  );
}
