"use client";

import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "@/lib/client/api";
import { leadActivity, listDispositions, listLeads, readLead, type Lead } from "../schemas";
import { leadDecisions } from "../decisions.schemas";
import { duplicateLeads } from "../organise.schemas";
import type { LeadFilters } from "./lead-filters";

const PAGE_ROWS = 100;
const ACTIVITY_ROWS = 50;
const FOUND_ROWS = 8;

export type LeadPage = z.output<NonNullable<typeof listLeads.response>>;

/** Leads page by page, in the order and under the filters of the address. */
export const leadsQuery = (filters: LeadFilters) =>
  infiniteQueryOptions({
    queryKey: ["lead", "list", filters],
    queryFn: ({ pageParam, signal }) => {
      const { agent, ...rest } = filters;
      const query = { ...rest, assigned_agent: agent, limit: PAGE_ROWS, cursor: pageParam };
      return api(listLeads, { query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

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

/** Shows changed facts of leads at once, on their own pages and in every list that is loaded. */
export function showLeads(queries: QueryClient, change: (lead: Lead) => Lead): void {
  queries.setQueriesData<Lead>({ queryKey: ["lead", "one"] }, (lead) => lead && change(lead));
  queries.setQueriesData<InfiniteData<LeadPage>>({ queryKey: ["lead", "list"] }, (data) =>
    data
      ? { ...data, pages: data.pages.map((page) => ({ ...page, leads: page.leads.map((lead) => change(lead)) })) }
      : data,
  );
}

/** The leads before and after one in the list it was opened from, if that list is still loaded. */
export function neighbours(queries: QueryClient, leadId: string): { previous?: string; next?: string } {
  const lists = queries.getQueriesData<InfiniteData<LeadPage>>({ queryKey: ["lead", "list"] });
  for (const [, data] of lists.toReversed()) {
    const ids = data?.pages.flatMap((page) => page.leads.map((lead) => lead.lead_id)) ?? [];
    const index = ids.indexOf(leadId);
    if (index === -1) continue;
    const previous = ids[index - 1];
    const next = ids[index + 1];
    return { ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) };
  }
  return {};
}
