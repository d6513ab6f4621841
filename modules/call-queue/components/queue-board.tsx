"use client";

import { useQuery } from "@tanstack/react-query";
import { PhoneIncoming, ServerCrash } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { Stat } from "@/components/ui/stat";
import { FixedDuration } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { useNow } from "@/lib/client/clock";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { listQueue } from "../schemas";
import { isWaiting, type QueueCall, type QueueNow } from "./queue-calls";
import { QueueFiguresPanel } from "./queue-figures";
import { QueueTable } from "./queue-table";
import { RatingsPanel } from "./ratings-panel";
import { WaitAccuracyPanel } from "./wait-accuracy-panel";

const POLL_MS = 3_000;

/** Everybody who waits or talks now, queue by queue. Moves by itself. */
export function QueueBoard() {
  const query = useQuery({
    queryKey: ["queue", "board"],
    queryFn: ({ signal }) => api(listQueue, { signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const waiting = query.data?.queues.flatMap((queue) => queue.calls.filter(isWaiting)).length;
  return (
    <>
      <PageHeader title="Queue" {...(waiting !== undefined && { meta: waitingWords(waiting) })} />
      <div className="flex flex-col gap-4 p-4 pb-24 md:px-6">
        {query.isPending && failure === undefined && <BoardSkeleton />}
        {failure !== undefined && (
          <EmptyState
            failing
            icon={<ServerCrash />}
            title="The queue could not be loaded"
            actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {inWords(failure)}
          </EmptyState>
        )}
        {query.data?.queues.length === 0 && (
          <EmptyState icon={<PhoneIncoming />} title="There is no queue yet">
            An administrator makes the first one; calls then arrive here.
          </EmptyState>
        )}
        {query.data?.queues.map((queue) => (
          <QueueCard key={queue.queueId} queue={queue} />
        ))}
      </div>
    </>
  );
}

const waitingWords = (count: number): string => (count === 0 ? "Nobody is waiting" : `${count} waiting`);

function QueueCard({ queue }: { queue: QueueNow }) {
  const waiting = queue.calls.filter(isWaiting);
  const headingId = `queue-${queue.queueId}`;
  return (
    <Card aria-labelledby={headingId} data-testid="queue-card">
      <CardHeader id={headingId} title={queue.name} />
      <dl className="grid grid-cols-2 border-b border-line sm:grid-cols-4">
        <Stat label="Waiting" value={waiting.length} />
        <Stat label="Longest wait" value={<LongestWait waiting={waiting} />} />
        <Stat
          label="Agents ready"
          value={queue.ready}
          unit={`of ${queue.signedIn} signed in`}
          tone={waiting.length > 0 && queue.ready === 0 ? "caution" : "neutral"}
        />
        <Stat label="In conversation" value={queue.calls.filter((call) => call.state === "in_conversation").length} />
      </dl>
      {queue.calls.length === 0 ? (
        <EmptyState icon={<PhoneIncoming />} title="Nobody is waiting">
          {queue.ready > 0
            ? "The next caller rings at once."
            : "No agent is ready: the next caller would wait. Agents choose Available in their softphone."}
        </EmptyState>
      ) : (
        <QueueTable calls={queue.calls} label={queue.name} />
      )}
      <QueueFiguresPanel queueId={queue.queueId} />
      <WaitAccuracyPanel queueId={queue.queueId} />
      <RatingsPanel queueId={queue.queueId} />
    </Card>
  );
}

/** Of the longest waiting one, ticking; counted here, so that it does not wait for the next answer. */
function LongestWait({ waiting }: { waiting: readonly QueueCall[] }) {
  const now = useNow();
  if (waiting.length === 0) return <span className="text-muted">—</span>;
  const first = Math.min(...waiting.map((call) => Date.parse(call.enqueuedAt)));
  return <FixedDuration seconds={(now - first) / 1_000} />;
}

function BoardSkeleton() {
  return (
    <Card aria-label="Loading the queue" aria-busy>
      <div className="flex h-11 items-center border-b border-line px-4">
        <Skeleton className="w-32" />
      </div>
      <div className="flex flex-col gap-4 p-4">
        {["w-3/4", "w-1/2", "w-2/3"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </Card>
  );
}
