"use client";

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changePreferences, readPreferences, type PreferencesView } from "../schemas";

export type PreferenceChanges = Omit<z.input<NonNullable<typeof changePreferences.body>>, "version">;

export const preferencesQuery = queryOptions({
  queryKey: ["notification-preferences"],
  queryFn: ({ signal }) => api(readPreferences, { signal }),
});

/** Changes one's own preferences: shown at once, and put back when it is refused. */
export function useChangePreferences() {
  const client = useQueryClient();
  const key = preferencesQuery.queryKey;
  return useMutation({
    mutationFn: (body: PreferenceChanges) => api(changePreferences, { body }),
    onMutate: async (changes) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData(key);
      if (before) client.setQueryData(key, withChoices(before, changes));
      return { before };
    },
    onError: (error, _changes, kept) => {
      if (kept?.before) client.setQueryData(key, kept.before);
      toastFailure("That was not changed", inWords(error));
    },
    onSuccess: (after) => client.setQueryData(key, after),
  });
}

function withChoices(before: PreferencesView, { choices }: PreferenceChanges): PreferencesView {
  if (!choices) return before;
  return {
    ...before,
    events: before.events.map((row) => ({ ...row, on: { ...row.on, ...definedOf(choices[row.event]) } })),
  };
}

const definedOf = (row: Partial<Record<"in_app" | "email" | "sms", boolean | undefined>> = {}) =>
  Object.fromEntries(Object.entries(row).filter(([, on]) => on !== undefined)) as Partial<
    Record<"in_app" | "email" | "sms", boolean>
  >;
