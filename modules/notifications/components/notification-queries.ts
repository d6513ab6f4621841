"use client";

import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { countUnread, listNotifications, readAllNotifications, readNotification, unreadNotification } from "../schemas";

const POLL_MS = 15_000;

const unreadQuery = queryOptions({
  queryKey: ["notification", "unread"],
  queryFn: ({ signal }) => api(countUnread, { signal }),
});

/** How many of one's own are unread; 0 until it is known. */
export function useUnread(): number {
  return useQuery({ ...unreadQuery, refetchInterval: usePollInterval(POLL_MS) }).data?.unread ?? 0;
}

export const listQuery = (state: "unread" | "all", limit: number) =>
  infiniteQueryOptions({
    queryKey: ["notification", "list", state, limit],
    queryFn: ({ signal, pageParam }) => api(listNotifications, { query: { state, cursor: pageParam, limit }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** Marks one as read or unread. */
export function useMark() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ notificationId, read }: { notificationId: string; read: boolean }) =>
      api(read ? readNotification : unreadNotification, { params: { notificationId } }),
    onError: (error) => toastFailure("That could not be noted", inWords(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ["notification"] }),
  });
}

/** Marks as read all that had come by a time. */
export function useMarkAll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (until: string) => api(readAllNotifications, { body: { until } }),
    onError: (error) => toastFailure("That could not be noted", inWords(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ["notification"] }),
  });
}
