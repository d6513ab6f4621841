"use client";

import Link from "next/link";
import { cn } from "@/components/cn";
import { Badge, StatusDot } from "@/components/ui/badge";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Duration } from "@/components/ui/time";
import { useIsStaff } from "@/lib/client/me";
import { SuperviseCall } from "@/modules/twilio-voice/components/supervise-call";
import { priorityWords, stateWords } from "./call-words";
import { PhoneNumber } from "./phone-number";
import { isWaiting, type QueueCall } from "./queue-calls";

/** The calls of one queue in their order: place, caller, wait, what is expected, who is asked. */
export function QueueTable({ calls, label }: { calls: readonly QueueCall[]; label: string }) {
  const staff = useIsStaff();
  return (
    <Table aria-label={`Calls in ${label}`}>
      <TableHead>
        <TableRow>
          <TableHeadCell className="w-10">#</TableHeadCell>
          <TableHeadCell>Caller</TableHeadCell>
          <TableHeadCell>State</TableHeadCell>
          <TableHeadCell numeric>Waiting</TableHeadCell>
          <TableHeadCell numeric className="max-md:hidden">
            Expected
          </TableHeadCell>
          <TableHeadCell className="max-md:hidden">Priority</TableHeadCell>
          <TableHeadCell className="max-sm:hidden">Agent</TableHeadCell>
          <TableHeadCell numeric className="max-md:hidden">
            Offers tried
          </TableHeadCell>
          {staff && (
            <TableHeadCell className="max-sm:hidden">
              <span className="sr-only">Supervise</span>
            </TableHeadCell>
          )}
        </TableRow>
      </TableHead>
      <tbody>
        {calls.map((call) => (
          <QueueRow key={call.callId} call={call} staff={staff} />
        ))}
      </tbody>
    </Table>
  );
}

function QueueRow({ call, staff }: { call: QueueCall; staff: boolean }) {
  const state = stateWords[call.state];
  const priority = priorityWords[call.priority];
  // On a phone there is room for who talks and how long, and for the way into it, but not for the words of the state.
  const supervised = staff && call.state === "in_conversation";
  return (
    <TableRow data-testid="queue-row" data-state={call.state}>
      <TableCell className="font-medium tabular-nums">{call.position ?? "—"}</TableCell>
      <TableCell className="max-w-52">
        <Caller call={call} />
        {(call.lead !== null || call.kind === "callback") && (
          <span className={cn("block truncate text-xs text-muted", call.agent !== null && "max-sm:hidden")}>
            {call.kind === "callback" && "Callback"}
            {call.kind === "callback" && call.lead !== null && " · "}
            {call.lead !== null && <PhoneNumber number={call.from} />}
          </span>
        )}
        {call.agent !== null && (
          <span className="block truncate text-xs text-muted sm:hidden">
            {call.state === "offered" ? "asks" : "with"} {call.agent}
          </span>
        )}
      </TableCell>
      <TableCell>
        <StatusDot tone={state.tone} pulse={call.state === "offered"}>
          <span className={cn(supervised && "max-sm:sr-only")}>{state.label}</span>
          {call.state === "in_conversation" && call.connectedAt !== null && (
            <Duration since={call.connectedAt} className="tabular-nums sm:ml-1.5 sm:text-muted" />
          )}
        </StatusDot>
      </TableCell>
      <TableCell className={cn("text-right tabular-nums", supervised && "max-sm:hidden")}>
        {isWaiting(call) ? <Duration since={call.enqueuedAt} /> : <span className="text-muted">—</span>}
      </TableCell>
      <TableCell className="text-right whitespace-nowrap text-muted tabular-nums max-md:hidden">
        <Expected range={call.expectedWaitSeconds} />
      </TableCell>
      <TableCell className="max-md:hidden">
        {priority && call.priority !== "normal" ? <Badge tone={priority.tone}>{priority.label}</Badge> : "Normal"}
      </TableCell>
      <TableCell className="max-w-36 max-sm:hidden">
        {call.agent === null ? (
          <span className="text-muted">—</span>
        ) : (
          <span className="block truncate">{call.agent}</span>
        )}
        {call.why !== null && (
          <span className="block truncate text-xs text-muted first-letter:uppercase" title={call.why}>
            {call.why}
          </span>
        )}
      </TableCell>
      <TableCell className="text-right tabular-nums max-md:hidden">{call.offers}</TableCell>
      {staff && (
        <TableCell className={cn("text-right", !supervised && "max-sm:hidden")}>
          {supervised && <SuperviseCall callId={call.callId} agent={call.agent ?? "the agent"} />}
        </TableCell>
      )}
    </TableRow>
  );
}

/** Agents see who calls only when the call is theirs: then name and number are not even sent. */
function Caller({ call }: { call: QueueCall }) {
  if (call.from === "" && call.lead === null) return <span className="text-muted">A caller</span>;
  return (
    <Link href={`/calls/${call.callId}`} className="block truncate font-medium hover:underline">
      {call.lead?.name ?? <PhoneNumber number={call.from} />}
    </Link>
  );
}

/** "1–3 min", the same range the caller hears. */
function Expected({ range }: { range: QueueCall["expectedWaitSeconds"] }) {
  if (range === null) return <>—</>;
  const low = Math.floor(range.low / 60);
  const high = Math.max(1, Math.ceil(range.high / 60));
  if (low === 0) return <>under {high} min</>;
  return <>{low === high ? `${low} min` : `${low}–${high} min`}</>;
}
