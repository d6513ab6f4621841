"use client";

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { agentCalls } from "../agent-calls.schemas";

const TREND_DAYS = 14;

/** Each agent's calls of today: stale with every call. */
export const callsTodayQuery = queryOptions({
  queryKey: ["call", "by-agent", "today"],
  queryFn: ({ signal }) => api(agentCalls, { query: { days: 1 }, signal }),
});

/** The days before as well: what is past does not move, so that no event makes it stale. */
export const callTrendQuery = queryOptions({
  queryKey: ["call-trend", "by-agent"],
  queryFn: ({ signal }) => api(agentCalls, { query: { days: TREND_DAYS }, signal }),
  staleTime: 10 * 60_000,
});
