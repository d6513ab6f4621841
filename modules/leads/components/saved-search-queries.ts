"use client";

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { toastDone, toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import {
  changeSavedSearch,
  countSavedSearches,
  createSavedSearch,
  deleteSavedSearch,
  listSavedSearches,
  type SavedSearch,
  setDefaultSearch,
  setSearchAlert,
} from "../saved-searches.schemas";

type NewSearch = z.input<NonNullable<typeof createSavedSearch.body>>;
type Change = Partial<Pick<SavedSearch, "name" | "shared" | "filter" | "sort" | "layout">>;

const KEY = ["saved-search", "list"] as const;

/** This person's saved searches and the shared ones. */
export const savedSearchesQuery = queryOptions({
  queryKey: KEY,
  queryFn: async ({ signal }) => (await api(listSavedSearches, { signal })).saved_searches,
});

/** Milliseconds that counts are shown without asking again, as long as the server keeps them. */
const COUNTED_MS = 30_000;
const MOST_COUNTED = 50;

/** How many leads these searches find, by id; asked for when they are looked at, never before. */
export const searchCountsQuery = (searches: readonly SavedSearch[]) => {
  const ids = searches.slice(0, MOST_COUNTED).map(({ saved_search_id }) => saved_search_id);
  return queryOptions({
    queryKey: ["saved-search", "counts", ids],
    queryFn: async ({ signal }) => {
      const { counts } = await api(countSavedSearches, { body: { saved_search_ids: ids }, signal });
      return new Map(counts.map((one) => [one.saved_search_id, one]));
    },
    enabled: ids.length > 0,
    staleTime: COUNTED_MS,
    retry: false,
  });
};

/** Keeping, changing and forgetting saved searches. */
export function useSavedSearchActions() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: KEY });
  const create = useMutation({
    mutationFn: (body: NewSearch) => api(createSavedSearch, { body }),
    onSettled,
  });
  const change = useMutation({
    mutationFn: ({ search, ...body }: { search: SavedSearch } & Change) =>
      api(changeSavedSearch, {
        params: { savedSearchId: search.saved_search_id },
        body: { ...body, version: search.version },
      }),
    onSuccess: (saved) => toastDone(`${saved.name} saved`),
    onError: (error) => toastFailure("Not saved", inWords(error)),
    onSettled,
  });
  /** The dialog that asks for the name says what is wrong with it. */
  const rename = useMutation({
    mutationFn: ({ search, name }: { search: SavedSearch; name: string }) =>
      api(changeSavedSearch, {
        params: { savedSearchId: search.saved_search_id },
        body: { name, version: search.version },
      }),
    onSettled,
  });
  /** Makes a deleted one again, with what was set on it. */
  const restore = useMutation({
    mutationFn: async ({ name, shared, filter, sort, layout, is_default, alert }: SavedSearch) => {
      const { saved_search_id } = await api(createSavedSearch, { body: { name, shared, filter, sort, layout } });
      if (is_default) await api(setDefaultSearch, { body: { saved_search_id } });
      if (alert) await api(setSearchAlert, { params: { savedSearchId: saved_search_id }, body: { alert } });
    },
    onError: (error) => toastFailure("Not brought back", inWords(error)),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (search: SavedSearch) => api(deleteSavedSearch, { params: { savedSearchId: search.saved_search_id } }),
    onSuccess: (_done, search) => toastUndo(`${search.name} deleted`, () => restore.mutate(search)),
    onError: (error) => toastFailure("Not deleted", inWords(error)),
    onSettled,
  });
  const makeDefault = useMutation({
    mutationFn: (search: SavedSearch | null) =>
      api(setDefaultSearch, { body: { saved_search_id: search?.saved_search_id ?? null } }),
    onSuccess: (_done, search) =>
      toastDone(search ? `Your list begins with ${search.name}` : "Your list begins with all leads"),
    onError: (error) => toastFailure("Not saved", inWords(error)),
    onSettled,
  });
  const setAlert = useMutation({
    mutationFn: ({ search, alert }: { search: SavedSearch; alert: SavedSearch["alert"] }) =>
      api(setSearchAlert, { params: { savedSearchId: search.saved_search_id }, body: { alert } }),
    onSuccess: ({ name, alert }) =>
      toastDone(alert ? `Managers are told when too many leads match ${name}` : `No alert on ${name} any more`),
    onSettled,
  });
  return { create, change, rename, remove, makeDefault, setAlert };
}
