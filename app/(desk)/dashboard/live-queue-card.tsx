"use client";

import { CloudOff, Headphones } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Duration } from "@/components/ui/time";
import { inWords } from "@/lib/client/problem";
import { priorityWords, stateWords } from "@/modules/call-queue/components/call-words";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { useQueues, waitingCalls, type WaitingCall } from "./queue-query";

const SHOWN = 12;

/** The head of the line: who waits, since when, and whom their call rings. */
export function LiveQueueCard() {
  const queues = useQueues();
  const waiting = waitingCalls(queues.data);
  return (
    <Card aria-labelledby="queue-title">
      <CardHeader
        id="queue-title"
        title="Live queue"
        meta={waiting.length > 0 ? `${waiting.length} waiting` : undefined}
        actions={
          <Button asChild size="sm" variant="ghost" className="-mr-2 text-muted">
            <Link href="/queue">Open</Link>
          </Button>
        }
      />
      {queues.isPending && <LoadingCalls />}
      {queues.isError && queues.data === undefined && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The queue could not be read"
          actions={<Button onClick={() => void queues.refetch()}>Try again</Button>}
        >
          {inWords(queues.error)}
        </EmptyState>
      )}
      {queues.isSuccess && waiting.length === 0 && (
        <EmptyState icon={<Headphones />} title="Nobody is waiting">
          Callers appear here the moment they join the queue.
        </EmptyState>
      )}
      {waiting.length > 0 && (
        <ol className="divide-y divide-line">
          {waiting.slice(0, SHOWN).map((call) => (
            <QueueRow key={call.callId} call={call} />
          ))}
        </ol>
      )}
      {waiting.length > SHOWN && (
        <p className="border-t border-line px-4 py-2 text-xs text-muted">and {waiting.length - SHOWN} more</p>
      )}
    </Card>
  );
}

function QueueRow({ call }: { call: WaitingCall }) {
  const state = stateWords[call.state];
  const priority = priorityWords[call.priority];
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <span className="w-4 shrink-0 text-right text-xs text-muted tabular-nums">{call.position ?? "·"}</span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="truncate font-medium">
            {call.lead ? (
              <Link href={`/leads/${call.lead.leadId}`} className="hover:underline">
                {call.lead.name}
              </Link>
            ) : (
              formatPhone(call.from)
            )}
          </span>
          {priority && call.priority !== "normal" && <Badge tone={priority.tone}>{priority.label}</Badge>}
        </span>
        <span className="block truncate text-xs text-muted">
          {call.state === "offered" && call.agent ? `Ringing ${call.agent}` : `${state.label} · ${call.queueName}`}
        </span>
      </span>
      <Duration since={call.enqueuedAt} className="shrink-0 font-medium tabular-nums" />
    </li>
  );
}

function LoadingCalls() {
  return (
    <div role="status" aria-label="Loading the queue" className="flex flex-col gap-4 px-4 py-3">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex items-center gap-3">
          <Skeleton className="w-32" />
          <Skeleton className="ml-auto w-10" />
        </div>
      ))}
    </div>
  );
}
