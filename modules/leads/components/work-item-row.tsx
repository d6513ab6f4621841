"use client";

import { Phone, Timer } from "lucide-react";
import Link from "next/link";
import { cn } from "@/components/cn";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { Duration, ShortDateTime, TimeAgo } from "@/components/ui/time";
import { useNow } from "@/lib/client/clock";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { WorkItem } from "../my-work.schemas";
import { FollowUpDue } from "./follow-up";
import { priorityWords } from "./lead-words";
import { leadInWork } from "./list-place";

/** Timers nearer than this tick. */
const TICKING_MS = 12 * 3_600_000;

export interface WorkItemRowProps {
  lead: WorkItem;
  dispositionLabel: string;
  /** The row that keys act on. */
  current: boolean;
  busy: boolean;
  onCall: () => void;
  onFocus: () => void;
  linkRef: (element: HTMLAnchorElement | null) => void;
}

/** One lead to work on: who, what presses, and the call one press away. */
export function WorkItemRow({ lead, dispositionLabel, current, busy, onCall, onFocus, linkRef }: WorkItemRowProps) {
  const { label, tone } = priorityWords[lead.priority];
  return (
    <li
      className={cn(
        "flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-hover md:min-h-12",
        current && "bg-selected hover:bg-selected",
      )}
    >
      {/* On a phone the timer stands below: beside the name it would leave no room for it. */}
      <div className="flex min-w-0 flex-1 flex-col gap-x-3 gap-y-1.5 sm:flex-row sm:items-center">
        <Link
          ref={linkRef}
          href={leadInWork(lead.lead_id)}
          prefetch={false}
          onFocus={onFocus}
          className="-mx-1.5 min-w-0 rounded-sm px-1.5 sm:flex-1"
        >
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{lead.name}</span>
            {lead.priority !== "normal" && <Badge tone={tone}>{label}</Badge>}
          </span>
          <span className="block truncate text-xs text-muted">
            {formatPhone(lead.phone)} · {dispositionLabel}
            {lead.last_activity && (
              <>
                {" · "}
                <TimeAgo at={lead.last_activity} />
              </>
            )}
          </span>
        </Link>
        {lead.follow_up_on !== null && <FollowUpDue date={lead.follow_up_on} />}
        {lead.return_due_at !== null && <ReturnTimer at={lead.return_due_at} soon={lead.urgency === "returns_soon"} />}
      </div>
      <IconButton
        label={`Call ${lead.name}`}
        keys={current ? ["C"] : []}
        variant="secondary"
        busy={busy}
        onClick={onCall}
        className="shrink-0 pointer-coarse:size-11"
      >
        <Phone />
      </IconButton>
    </li>
  );
}

function ReturnTimer({ at, soon }: { at: string; soon: boolean }) {
  const left = Date.parse(at) - useNow();
  return (
    <span
      className={cn(
        "flex shrink-0 items-center gap-1.5 text-xs whitespace-nowrap tabular-nums",
        soon ? "font-medium text-danger-text" : "text-muted",
      )}
    >
      <Timer aria-hidden className="size-3.5" />
      <span className="sr-only">Goes back to the pool: </span>
      {left <= 0 ? "now" : left < TICKING_MS ? <Duration until={at} /> : <ShortDateTime at={at} />}
    </span>
  );
}
