"use client";

import type { QueryClient } from "@tanstack/react-query";
import type { Lead } from "../schemas";
import type { ListSearch } from "./lead-filters";
import { windowQuery } from "./lead-queries";
import { WINDOW_ROWS } from "./lead-window";

/** The leads in rows `first` to `last` of a search, both included, read where they are not loaded yet. */
export async function leadsBetween(
  queries: QueryClient,
  search: ListSearch,
  first: number,
  last: number,
): Promise<Lead[]> {
  const leads: Lead[] = [];
  const from = Math.floor(first / WINDOW_ROWS);
  const to = Math.floor(last / WINDOW_ROWS);
  // One after the other: each begins where the one before it ended.
  for (let window = from; window <= to; window += 1) {
    const page = await queries.ensureQueryData(windowQuery(queries, search, window));
    leads.push(...page.leads);
    if (page.next_cursor === null) break;
  }
  const begin = first - from * WINDOW_ROWS;
  return leads.slice(begin, begin + last - first + 1);
}
