"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { PhoneIncoming, PhoneOutgoing } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { cn } from "@/components/cn";
import { StatusDot } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { clockText, TimeAgo } from "@/components/ui/time";
import type { CallRecord } from "../schemas";
import { stateWords } from "./call-words";
import { HearCall } from "./hear-call";
import { formatPhone, PhoneNumber } from "./phone-number";
import { useDispositionLabel } from "./use-disposition-label";

const ROW_PX = 44;
const COLUMNS =
  "grid grid-cols-[1fr_auto] items-center gap-x-3 px-4 md:grid-cols-[1.5rem_minmax(10rem,2fr)_minmax(7rem,1fr)_minmax(8rem,1fr)_4rem_4rem_minmax(8rem,1fr)_6.5rem] md:gap-x-4 md:px-6";

const HEADINGS = ["", "Caller", "Agent", "State", "Wait", "Talk", "Disposition", "When"] as const;

const HEADING_CLASS: Readonly<Record<string, string>> = { Wait: "text-right", Talk: "text-right", Disposition: "pl-2" };

export interface CallLogTableProps {
  calls: readonly CallRecord[];
  loading: boolean;
  /** Fetches the next page; undefined when there is none, or one is on its way. */
  loadMore: (() => void) | undefined;
}

/** The rows of the call log; only those in view are drawn. */
export function CallLogTable({ calls, loading, loadMore }: CallLogTableProps) {
  "use no memo"; // The virtualizer changes within itself: memoised rows would stand still.
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no memoised part is handed anything of the virtualizer's
  const rows = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const nearEnd = lastShown >= calls.length - 20;
  useEffect(() => {
    if (nearEnd) loadMore?.();
  }, [nearEnd, loadMore]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto pb-20" tabIndex={-1}>
      <div role="table" aria-label="Calls" aria-rowcount={calls.length + 1} aria-busy={loading}>
        <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-bg max-md:sr-only">
          <div role="row" aria-rowindex={1} className={cn(COLUMNS, "h-8 text-xs font-medium text-muted")}>
            {HEADINGS.map((heading) => (
              <span role="columnheader" key={heading} className={HEADING_CLASS[heading] ?? ""}>
                {heading === "" ? <span className="sr-only">Direction</span> : heading}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: loading ? undefined : rows.getTotalSize() }}>
          {loading && Array.from({ length: 12 }, (_, row) => <LoadingRow key={row} />)}
          {items.map((item) => {
            const call = calls[item.index];
            return call === undefined ? null : (
              <CallRow key={call.callId} call={call} index={item.index} top={item.start} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function LoadingRow() {
  return (
    <div role="row" className={cn(COLUMNS, "border-b border-line")} style={{ height: ROW_PX }}>
      <span role="cell" className="md:col-span-8">
        <Skeleton className="w-2/3" />
      </span>
    </div>
  );
}

const secondsText = (seconds: number | null): string => (seconds === null ? "—" : clockText(seconds));

function CallRow({ call, index, top }: { call: CallRecord; index: number; top: number }) {
  const dispositionLabel = useDispositionLabel();
  const state = call.state === null ? undefined : stateWords[call.state];
  const Direction = call.direction === "inbound" ? PhoneIncoming : PhoneOutgoing;
  const number = call.direction === "inbound" ? call.from : call.to;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-testid="call-row"
      data-state={call.state ?? ""}
      className={cn(COLUMNS, "absolute inset-x-0 border-b border-line text-sm hover:bg-hover")}
      style={{ height: ROW_PX, transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="text-muted max-md:hidden">
        <Direction className="size-4" aria-hidden />
        <span className="sr-only">{call.direction === "inbound" ? "Incoming" : "Outgoing"}</span>
      </span>
      <span role="cell" className="min-w-0">
        <Link
          href={`/calls/${call.callId}`}
          className="block truncate font-medium after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {call.lead?.name ?? <PhoneNumber number={number} />}
        </Link>
        <span className="block truncate text-xs text-muted">
          {call.lead === null ? "Not a lead" : <PhoneNumber number={number} />}
          <span className="md:hidden"> · {state?.label ?? "—"}</span>
        </span>
      </span>
      <span role="cell" className="truncate max-md:hidden">
        {call.agent?.name ?? <span className="text-muted">—</span>}
      </span>
      <span role="cell" className="truncate max-md:hidden">
        {state === undefined ? "—" : <StatusDot tone={state.tone}>{state.label}</StatusDot>}
      </span>
      <span role="cell" className="text-right tabular-nums max-md:hidden">
        {secondsText(call.waitSeconds)}
      </span>
      <span role="cell" className="text-right tabular-nums max-md:hidden">
        {secondsText(call.talkSeconds)}
      </span>
      <span role="cell" className="truncate pl-2 max-md:hidden">
        {call.disposition === null ? <span className="text-muted">—</span> : dispositionLabel(call.disposition)}
      </span>
      <span
        role="cell"
        className="flex items-center gap-1 text-xs text-muted max-md:flex-row-reverse md:justify-between"
      >
        <TimeAgo at={call.startedAt} className="relative z-1" />
        {call.sound && <HearCall callId={call.callId} who={call.lead?.name ?? formatPhone(number)} />}
      </span>
    </div>
  );
}
