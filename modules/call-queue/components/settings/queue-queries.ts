"use client";

import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { listCalendars } from "@/modules/leads/return.schemas";
import { listAnnouncements } from "../../announcements.schemas";
import { readCallbackSettings } from "../../callback.schemas";
import { listMenus, listNumbers, listVips } from "../../call-entry.schemas";
import { changeQueue, listQueueSettings, type QueueSettingsView } from "../../queues.schemas";

export const queuesQuery = queryOptions({
  queryKey: ["queue-settings", "queues"],
  queryFn: ({ signal }) => api(listQueueSettings, { signal }),
});

/** Business hours: a queue may be open by them. */
export const calendarsQuery = queryOptions({
  queryKey: ["calendars"],
  queryFn: ({ signal }) => api(listCalendars, { signal }),
});

export const numbersQuery = queryOptions({
  queryKey: ["queue-settings", "numbers"],
  queryFn: ({ signal }) => api(listNumbers, { signal }),
});

export const menusQuery = queryOptions({
  queryKey: ["queue-settings", "menus"],
  queryFn: ({ signal }) => api(listMenus, { signal }),
});

export const announcementsKey = ["queue-settings", "announcements"];

/** What callers hear in a language; without one, in the queue's own. */
export const announcementsQuery = (queueId: string | undefined, language: string | undefined) =>
  queryOptions({
    queryKey: [...announcementsKey, queueId ?? "house", language ?? "own"],
    queryFn: ({ signal }) =>
      api(listAnnouncements, {
        query: { ...(queueId === undefined ? {} : { queueId }), ...(language === undefined ? {} : { language }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const callbackSettingsQuery = (queueId: string) =>
  queryOptions({
    queryKey: ["queue-settings", "callbacks", queueId],
    queryFn: ({ signal }) => api(readCallbackSettings, { params: { queueId }, signal }),
  });

export const vipsQuery = queryOptions({
  queryKey: ["queue-settings", "vips"],
  queryFn: ({ signal }) => api(listVips, { signal }),
});

type Changes = Omit<z.input<NonNullable<(typeof changeQueue)["body"]>>, "version">;

/** Saves some of a queue's settings; somebody else's change in the meantime is said, not overwritten. */
export function useChangeQueue(queue: QueueSettingsView) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Changes) =>
      api(changeQueue, { params: { queueId: queue.queueId }, body: { ...changes, version: queue.version } }),
    onError: (error) => toastFailure(`${queue.name} was not changed`, inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: queuesQuery.queryKey }),
  });
}
