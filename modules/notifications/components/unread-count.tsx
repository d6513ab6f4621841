import { cn } from "@/components/cn";
import { NumberText } from "@/components/ui/time";

/** The most that is counted in so little room. */
const MOST = 99;

/** How many are unread; nothing while there are none. */
export function UnreadCount({ count, narrow }: { count: number; narrow: boolean }) {
  if (count === 0) return null;
  return (
    <span
      data-testid="unread"
      className={cn(
        "rounded-full bg-accent text-xs font-medium text-on-accent tabular-nums",
        narrow ? "absolute -top-1 -right-1 px-1 leading-4" : "ml-auto px-1.5 leading-5",
      )}
    >
      <NumberText value={Math.min(count, MOST)} />
      {count > MOST && "+"}
      <span className="sr-only"> unread</span>
    </span>
  );
}
