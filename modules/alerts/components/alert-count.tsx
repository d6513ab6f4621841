"use client";

import { cn } from "@/components/cn";
import { unseenOf, useOpenAlerts } from "./alert-queries";

/** How many open alerts nobody has seen yet; nothing while there are none. For staff only. */
export function AlertCount({ narrow }: { narrow: boolean }) {
  const { data } = useOpenAlerts();
  const count = data ? unseenOf(data.unseen) : 0;
  if (count === 0) return null;
  const critical = (data?.unseen.critical ?? 0) > 0;
  return (
    <span
      className={cn(
        "rounded-full text-xs font-medium tabular-nums",
        critical ? "bg-danger-subtle text-danger-text" : "bg-caution-subtle text-caution-text",
        narrow ? "absolute -top-1 -right-1 px-1 leading-4" : "ml-auto px-1.5 leading-5",
      )}
    >
      {count > 99 ? "99+" : count}
      <span className="sr-only"> not seen yet</span>
    </span>
  );
}
