"use client";

import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useEffect, useMemo } from "react";
import { api } from "@/lib/client/api";
import { useMe } from "@/lib/client/me";
import { leadNeighbours } from "../people.schemas";
import { type LeadFilters, type ListSearch, readFilters, searchOf, writeFilters } from "./lead-filters";
import { leadQuery } from "./lead-queries";

/** In a lead's address: it was opened from a list, whose search and order stand beside. */
const FROM_LIST = "list";

/** And: it was opened from an agent's own work. */
const FROM_WORK = "work";

/** The address of a lead opened from an agent's own work: it leads back there. */
export function leadInWork(leadId: string): string {
  return `/leads/${leadId}?${FROM_WORK}=1`;
}

/** The addresses of leads opened from a list: they know what comes before and after. */
export function leadsInList(filters: LeadFilters): (leadId: string) => string {
  const params = new URLSearchParams(writeFilters(filters));
  params.set(FROM_LIST, "1");
  const list = params.toString();
  return (leadId) => `/leads/${leadId}?${list}`;
}

/** The row at which a list was left for one of its leads; forgotten with the page. */
let left: { list: string; row: number } | undefined;

/** Keeps where a list is left for the lead in one of its rows. */
export function leaveList(search: ListSearch, row: number): void {
  left = { list: JSON.stringify(search), row };
}

/** The row to come back to, once: that of the lead that was looked at last. */
export function rowLeft(search: ListSearch): number | undefined {
  const row = left?.list === JSON.stringify(search) ? left.row : undefined;
  left = undefined;
  return row;
}

/** From a lead to the next (1) or the previous (-1) of its list. */
export function stepInList(by: 1 | -1): void {
  if (left) left = { ...left, row: left.row + by };
}

/** The leads beside one in a list: asked of the server, so that it works from any page, link and reload. */
const neighboursQuery = (leadId: string, search: ListSearch) =>
  queryOptions({
    queryKey: ["lead", "neighbours", leadId, search],
    queryFn: ({ signal }) => api(leadNeighbours, { params: { leadId }, body: search, signal }),
  });

export interface ListPlace {
  /** Whether the lead was opened from a list. */
  inList: boolean;
  /** Whether it is known what stands beside it. */
  known: boolean;
  /** Where it was opened. */
  back: { href: string; label: string };
  previous: { href: string; name: string } | undefined;
  next: { href: string; name: string } | undefined;
}

/** Where a lead stands in the list it was opened from. What comes next is read ahead. */
export function useListPlace(leadId: string): ListPlace {
  const params = useSearchParams();
  const me = useMe().email;
  const queries = useQueryClient();
  const inList = params.has(FROM_LIST);
  const filters = useMemo(() => readFilters(params), [params]);
  const search = useMemo(() => searchOf(filters, me), [filters, me]);
  const beside = useQuery({ ...neighboursQuery(leadId, search), enabled: inList });
  const { previous, next } = beside.data ?? {};
  useEffect(() => {
    for (const lead of [next, previous]) {
      if (!lead) continue;
      void queries.prefetchQuery(leadQuery(lead.lead_id));
      void queries.prefetchQuery(neighboursQuery(lead.lead_id, search));
    }
  }, [queries, next, previous, search]);
  const hrefOf = leadsInList(filters);
  const to = (lead: { lead_id: string; name: string } | null | undefined) =>
    lead ? { href: hrefOf(lead.lead_id), name: lead.name } : undefined;
  const back = params.has(FROM_WORK)
    ? { href: `/my-work?lead=${leadId}`, label: "Back to my work" }
    : { href: `/leads${inList ? writeFilters(filters) : ""}`, label: "Back to the list" };
  return { inList, known: beside.isSuccess, back, previous: to(previous), next: to(next) };
}
