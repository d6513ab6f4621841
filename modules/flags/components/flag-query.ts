"use client";

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { listFlags } from "../schemas";

/** All flags and the emergency switch; live events make it stale. */
export const flagsQuery = queryOptions({
  queryKey: ["flags"],
  queryFn: ({ signal }) => api(listFlags, { signal }),
});
