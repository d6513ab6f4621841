"use client";

import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "@/lib/client/api";
import { leadActivity, listDispositions, listLeads, readLead, type Lead } from "../schemas";
import { leadDecisions } from "../decisions.schemas";
import { duplicateLeads } from "../organise.schemas";
import { advancedSearch, searchAnchors } from "../search.schemas";
import type { ListSearch } from "./lead-filters";
import { WINDOW_ROWS, windowKey } from "./lead-window";

/** Milliseconds that rows out of sight are kept: scrolling back finds them. */
const KEPT_WINDOW_MS = 60_000;
const ACTIVITY_ROWS = 50;
const FOUND_ROWS = 8;

export type LeadPage = z.output<NonNullable<typeof advancedSearch.response>>;

/** A stretch of the rows of a search, the `window`th of WINDOW_ROWS. */
export const windowQuery = (queries: QueryClient, search: ListSearch, window: number) =>
  queryOptions({
    queryKey: windowKey(search, window),
    queryFn: async ({ signal }): Promise<LeadPage> => {
      const place = await placeOf(queries, search, window, signal);
      return api(advancedSearch, { body: { ...search, ...place, limit: WINDOW_ROWS }, signal });
    },
    gcTime: KEPT_WINDOW_MS,
  });

/** Cursors at rows known all over a search, and how many rows it has. */
export const anchorsQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: ["lead", "anchors", search],
    queryFn: ({ signal }) => api(searchAnchors, { body: search, signal }),
  });

/**
 * Where a window begins: behind the window before it, when that is here, so that no row is shown twice or left out; else
 * some rows behind the nearest anchor.
 */
async function placeOf(
  queries: QueryClient,
  search: ListSearch,
  window: number,
  signal: AbortSignal,
): Promise<{ cursor?: string; skip?: number }> {
  if (window === 0) return {};
  const before = await readWindow(queries, search, window - 1);
  signal.throwIfAborted();
  if (before?.next_cursor) return { cursor: before.next_cursor };
  const row = window * WINDOW_ROWS;
  const { anchors } = await queries.ensureQueryData(anchorsQuery(search));
  signal.throwIfAborted();
  const anchor = anchors.findLast((each) => each.row <= row);
  if (anchor) return { cursor: anchor.cursor, skip: row - anchor.row };
  const { next_cursor: cursor } = await queries.ensureQueryData(windowQuery(queries, search, 0));
  signal.throwIfAborted();
  return cursor === null ? {} : { cursor, skip: row - WINDOW_ROWS };
}

export const leadQuery = (leadId: string) =>
  queryOptions({
    queryKey: ["lead", "one", leadId],
    queryFn: ({ signal }) => api(readLead, { params: { leadId }, signal }),
  });

export const activityQuery = (leadId: string, types?: string) =>
  infiniteQueryOptions({
    queryKey: ["lead", "activity", leadId, types],
    queryFn: ({ pageParam, signal }) =>
      api(leadActivity, {
        params: { leadId },
        query: { limit: ACTIVITY_ROWS, cursor: pageParam, type: types },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Why a lead went to whom, newest first; and why not to `not`, an agent's e-mail. */
export const decisionsQuery = (leadId: string, not?: string) =>
  queryOptions({
    queryKey: ["lead", "decisions", leadId, not],
    queryFn: async ({ signal }) => (await api(leadDecisions, { params: { leadId }, query: { not }, signal })).decisions,
  });

/** Leads with the same phone number or e-mail address (managers). */
export const duplicatesQuery = (leadId: string) =>
  queryOptions({
    queryKey: ["lead", "duplicates", leadId],
    queryFn: async ({ signal }) => (await api(duplicateLeads, { params: { leadId }, signal })).duplicates,
  });

/** Leads whose name, e-mail or phone has these words, a few of them. */
export const findLeadsQuery = (words: string) =>
  queryOptions({
    queryKey: ["lead", "find", words],
    queryFn: async ({ signal }) => (await api(listLeads, { query: { q: words, limit: FOUND_ROWS }, signal })).leads,
    enabled: words !== "",
  });

/** What a disposition can be changes about never. */
export const dispositionsQuery = queryOptions({
  queryKey: ["disposition", "list"],
  queryFn: async ({ signal }) => (await api(listDispositions, { signal })).dispositions,
  staleTime: 10 * 60_000,
});

/** A window that is here, or on its way again. */
async function readWindow(queries: QueryClient, search: ListSearch, window: number): Promise<LeadPage | undefined> {
  const query = queries.getQueryCache().find<LeadPage>({ queryKey: windowKey(search, window) });
  if (query?.state.fetchStatus !== "fetching") return query?.state.data;
  try {
    return await query.fetch();
  } catch {
    return undefined; // It was overtaken, or failed and says so where it is shown: an anchor does as well.
  }
}

/** Shows changed facts of leads at once, on their own pages and in every list that is loaded. */
export function showLeads(queries: QueryClient, change: (lead: Lead) => Lead): void {
  queries.setQueriesData<Lead>({ queryKey: ["lead", "one"] }, (lead) => lead && change(lead));
  queries.setQueriesData<LeadPage>({ queryKey: ["lead", "window"] }, (page) =>
    page ? { ...page, leads: page.leads.map((lead) => change(lead)) } : page,
  );
}
