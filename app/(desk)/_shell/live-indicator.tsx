"use client";

import { cn } from "@/components/cn";
import { StatusDot, type Tone } from "@/components/ui/badge";
import { Tooltip } from "@/components/ui/tooltip";
import { useConnection } from "@/lib/client/connection";
import { useLiveState, type LiveState } from "@/lib/client/live-state";

const STATES: Readonly<Record<LiveState | "lost", { tone: Tone; label: string; why: string }>> = {
  live: { tone: "positive", label: "Live", why: "Changes appear here as they happen." },
  connecting: {
    tone: "caution",
    label: "Connecting",
    why: "Live changes are on their way; until then pages ask every few seconds.",
  },
  off: { tone: "neutral", label: "Not live", why: "Live changes do not arrive; pages ask every few seconds instead." },
  lost: { tone: "danger", label: "No connection", why: "The server does not answer. Trying again by itself." },
};

/** Whether what is on screen moves by itself. */
export function LiveIndicator({ narrow }: { narrow: boolean }) {
  const live = useLiveState();
  const connection = useConnection();
  const { tone, label, why } = STATES[connection === "lost" ? "lost" : live];
  return (
    <Tooltip content={why} side="right">
      <div className={cn("flex h-7 items-center px-2 text-xs text-muted", narrow && "justify-center px-0")}>
        <StatusDot tone={tone} pulse={label === "Connecting"} {...(narrow && { label })}>
          {narrow ? null : <span className="pl-1.5">{label}</span>}
        </StatusDot>
      </div>
    </Tooltip>
  );
}
