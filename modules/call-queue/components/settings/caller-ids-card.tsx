"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { deleteCallerId, putCallerId } from "../../call-out.schemas";
import { callerIdsQuery } from "../caller-ids-query";
import { NumberListCard } from "./number-list-card";
import { useNumberList } from "./use-number-list";

/** Numbers of the house that agents may show when they call out, beside the call centre's own. */
export function CallerIdsCard() {
  const query = useQuery(callerIdsQuery);
  const [own, ...others] = query.data?.callerIds ?? [];
  const changes = useNumberList(callerIdsQuery.queryKey, "The numbers were not changed", {
    put: ({ number, words }) => api(putCallerId, { params: { number }, body: { label: words } }),
    remove: (number) => api(deleteCallerId, { params: { number } }),
  });
  return (
    <NumberListCard
      {...changes}
      id="caller-ids-title"
      title="Numbers shown when calling out"
      numbers={
        own === undefined && !query.isError ? undefined : others.map(({ number, label }) => ({ number, words: label }))
      }
      empty={query.isError ? inWords(query.error) : "Calls out show the call centre’s own number."}
      numberLabel="Number to show"
      wordsLabel="What it is called"
      removeLabel={({ words }) => `Show ${words} no more`}
    />
  );
}
