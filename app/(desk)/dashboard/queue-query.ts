"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { listQueue } from "@/modules/call-queue/schemas";

const POLL_MS = 3_000;

const queueQuery = queryOptions({
  queryKey: ["queue", "list"],
  queryFn: ({ signal }) => api(listQueue, { signal }),
});

/** The queues with the calls in them now. */
export function useQueues() {
  return useQuery({ ...queueQuery, refetchInterval: usePollInterval(POLL_MS) });
}

type Call = NonNullable<ReturnType<typeof useQueues>["data"]>["queues"][number]["calls"][number];
export type WaitingCall = Call & { queueName: string };

/** Callers who still hear music: nobody speaks with them yet. The longest wait comes first. */
export function waitingCalls(data: ReturnType<typeof useQueues>["data"]): WaitingCall[] {
  const calls = data?.queues.flatMap((queue) => queue.calls.map((call) => ({ ...call, queueName: queue.name }))) ?? [];
  return calls
    .filter((call) => call.state === "waiting" || call.state === "offered")
    .toSorted((a, b) => a.enqueuedAt.localeCompare(b.enqueuedAt));
}
