"use client";

import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Tone } from "@/components/ui/badge";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { backgroundState, cancelJob, type JobFilter, type JobView, listJobs, readJob, retryJob } from "../schemas";

/** Rounds of duties tell nobody; those who look see them this often. */
const STATE_MS = 5_000;

export const stateQuery = queryOptions({
  queryKey: ["background", "state"],
  queryFn: ({ signal }) => api(backgroundState, { signal }),
  refetchInterval: STATE_MS,
});

export const jobsQuery = (state: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ["background", "jobs", state],
    queryFn: ({ signal, pageParam }) => api(listJobs, { query: { state, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const jobQuery = ({ kind, job_id: jobId }: Pick<JobView, "kind" | "job_id">) =>
  queryOptions({
    queryKey: ["background", "job", kind, jobId],
    queryFn: ({ signal }) => api(readJob, { params: { kind, jobId }, signal }),
  });

/** Retrying and stopping jobs. */
export function useJobActions() {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: ["background"] });
  const retry = useMutation({
    mutationFn: ({ kind, job_id: jobId }: JobView) => api(retryJob, { params: { kind, jobId } }),
    onSuccess: () => toastDone("It is tried again"),
    onError: (error) => toastFailure("It was not tried again", inWords(error)),
    onSettled,
  });
  const cancel = useMutation({
    mutationFn: ({ kind, job_id: jobId }: JobView) => api(cancelJob, { params: { kind, jobId } }),
    onError: (error) => toastFailure("It was not stopped", inWords(error)),
    onSettled,
  });
  return { retry, cancel };
}

export const stateWords: Readonly<Record<JobView["state"], { label: string; tone: Tone }>> = {
  waiting: { label: "Waits", tone: "neutral" },
  running: { label: "Under way", tone: "info" },
  done: { label: "Done", tone: "positive" },
  failed: { label: "Failed", tone: "danger" },
  cancelled: { label: "Stopped", tone: "neutral" },
};
