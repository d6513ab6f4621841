import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { listCallerIds } from "../talk.schemas";

/** The numbers that a call out can show, the call centre's own first. */
export const callerIdsQuery = queryOptions({
  queryKey: ["caller-ids"],
  queryFn: ({ signal }) => api(listCallerIds, { signal }),
  staleTime: 60_000,
});
