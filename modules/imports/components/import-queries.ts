"use client";

import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { retryJob } from "@/modules/background-work/schemas";
import {
  cancelImport,
  changeImport,
  checkImport,
  importErrors,
  importRows,
  type ImportView,
  readImport,
  runImport,
  undoImport,
  undoneLeads,
} from "../schemas";

/** Live events tell of an import under way; this covers what they cannot. */
const LOOK_MS = 1_500;
/** Milliseconds that a step may take: the rows of a large file are thrown away with it. */
const STEP_MS = 60_000;

export type ImportChange = z.input<NonNullable<typeof changeImport.body>>;
export type ImportOptions = ImportView["options"];
export type ImportField = NonNullable<ImportView["mapping"][number]>;

export const isUnderWay = ({ state }: Pick<ImportView, "state">): boolean =>
  state === "checking" || state === "running" || state === "undoing";

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ["import", "one", importId],
    queryFn: ({ signal }) => api(readImport, { params: { importId }, signal }),
    refetchInterval: ({ state: { data } }) => (data !== undefined && isUnderWay(data) ? LOOK_MS : false),
  });

/** The first rows that failed, or would. They change with the state that the import is in. */
export const failedRowsQuery = ({ import_id: importId, state, result, forecast }: ImportView) =>
  queryOptions({
    queryKey: ["import", "rows", importId, state],
    queryFn: ({ signal }) => api(importRows, { params: { importId }, query: { outcome: "failed" }, signal }),
    enabled: ((result ?? forecast)?.failed ?? 0) > 0,
  });

const STEPS = { check: checkImport, run: runImport, cancel: cancelImport, undo: undoImport } as const;

/** Changes how a file is read, or goes a step on; a refusal is said. */
export function useImportSteps(importId: string) {
  const client = useQueryClient();
  const keep = (now: ImportView) => client.setQueryData(importQuery(importId).queryKey, now);
  const after = {
    onSuccess: keep,
    onError: (problem: Error) => toastFailure("That was not done", inWords(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: ["import"] }),
  };
  const step = useMutation({
    mutationFn: async (name: keyof typeof STEPS) =>
      (await api(STEPS[name], { params: { importId }, timeoutMs: STEP_MS })).import,
    ...after,
  });
  const change = useMutation({
    mutationFn: async (body: ImportChange) =>
      (await api(changeImport, { params: { importId }, body, timeoutMs: STEP_MS })).import,
    ...after,
  });
  /** Goes on behind the last rows that were written, with an import that has failed. */
  const resume = useMutation({
    mutationFn: async () => {
      await api(retryJob, { params: { kind: "import", jobId: importId } });
      return api(readImport, { params: { importId } });
    },
    ...after,
  });
  return { step, change, resume };
}

/** Leads that an undo left as they are, with why. */
export const leftAloneQuery = ({ import_id: importId }: ImportView) =>
  infiniteQueryOptions({
    queryKey: ["import", "left-alone", importId],
    queryFn: ({ pageParam, signal }) =>
      api(undoneLeads, { params: { importId }, query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Hands the file of errors to the browser's own downloads. The page stays: the answer is an attachment. */
export function saveErrors({ import_id }: ImportView): void {
  window.location.assign(importErrors.path.replace("{importId}", import_id));
}
