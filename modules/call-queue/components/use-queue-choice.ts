"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { listQueue } from "../schemas";

/** The queues that this person sees: those they work in, or for managers all. */
export function useQueues(enabled = true): { queueId: string; key: string; name: string }[] {
  const query = useQuery({
    queryKey: ["queue", "choice"],
    queryFn: ({ signal }) => api(listQueue, { signal }),
    enabled,
  });
  return query.data?.queues ?? [];
}

/** The queues that this person may choose among: those they work in, or for managers all. */
export function useQueueChoice(enabled: boolean): { value: string; label: string }[] {
  return useQueues(enabled).map(({ queueId, name }) => ({ value: queueId, label: name }));
}
