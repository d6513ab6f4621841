"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { useDebounced } from "@/lib/client/use-debounced";
import type { LeadFilter } from "../../domain/lead-filter";
import { advancedSearch } from "../../search.schemas";
import { leadCount } from "../lead-words";

const TYPING_MS = 300;
const KEPT_MS = 30_000;

/** How many leads a filter finds, in words, as it is being written; a count that was overtaken is given up. */
export function useFilterCount(filter: LeadFilter | undefined): string {
  const figure = useNumberWords();
  const text = useDebounced(filter === undefined ? undefined : JSON.stringify(filter), TYPING_MS);
  const { data, error } = useQuery({
    queryKey: ["lead", "count", text],
    queryFn: ({ signal }) =>
      api(advancedSearch, { body: { filter: JSON.parse(text ?? "") as LeadFilter, limit: 1 }, signal }),
    enabled: text !== undefined,
    staleTime: KEPT_MS,
    retry: false,
    placeholderData: keepPreviousData,
  });
  if (filter === undefined || text === undefined) return "";
  if (error) return inWords(error);
  return data ? `${data.total_is_estimate ? "about " : ""}${leadCount(data.total, figure)}` : "Counting…";
}
