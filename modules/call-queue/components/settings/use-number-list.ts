"use client";

import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { toastFailure } from "@/components/ui/toast";
import { inWords } from "@/lib/client/problem";
import type { ListedNumber } from "./number-list-card";

/** Adds to a list of numbers and takes off it; `failure` heads what the server refuses. */
export function useNumberList(
  queryKey: QueryKey,
  failure: string,
  requests: { put: (one: ListedNumber) => Promise<unknown>; remove: (number: string) => Promise<unknown> },
) {
  const queries = useQueryClient();
  const onError = (error: Error): void => toastFailure(failure, inWords(error));
  const onSettled = () => queries.invalidateQueries({ queryKey });
  const put = useMutation({ mutationFn: requests.put, onError, onSettled });
  const remove = useMutation({ mutationFn: requests.remove, onError, onSettled });
  return {
    adding: put.isPending,
    onAdd: async (one: ListedNumber): Promise<boolean> =>
      put.mutateAsync(one).then(
        () => true,
        // Told already; what was typed stays.
        () => false,
      ),
    onRemove: (number: string): void => remove.mutate(number),
  };
}
