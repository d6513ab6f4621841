"use client";

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { type AgentPerformanceView, readPerformance } from "../performance.schemas";

/** Scores with what they are made of: everybody's for managers, their own for agents. */
export const performanceQuery = queryOptions({
  queryKey: ["agent", "performance"],
  queryFn: ({ signal }) => api(readPerformance, { signal }),
  staleTime: 60_000,
});

export type Part = AgentPerformanceView["parts"][number];

/** What the parts are called, and what a good outcome is in each. */
export const partWords: Readonly<Record<Part["name"], { label: string; good: string }>> = {
  contact: { label: "Contact", good: "reached" },
  conversion: { label: "Conversion", good: "won" },
  promptness: { label: "Promptness", good: "touched in time" },
};
