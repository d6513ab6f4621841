"use client";

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { listExperiments, listFlags } from "../schemas";

/** All flags and the emergency switch; live events make it stale. */
export const flagsQuery = queryOptions({
  queryKey: ["flags"],
  queryFn: ({ signal }) => api(listFlags, { signal }),
});

/** Features on for a share of the calls, with what became of calls with and without. */
export const experimentsQuery = queryOptions({
  queryKey: [...flagsQuery.queryKey, "experiments"],
  queryFn: async ({ signal }) => (await api(listExperiments, { signal })).experiments,
});
