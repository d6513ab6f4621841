"use client";

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Tone } from "@/components/ui/badge";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import type { NumberWords } from "@/lib/number-words";
import { retryJob } from "@/modules/background-work/schemas";
import { bulkExport, cancelExport, downloadExport, type ExportView, readExport } from "../schemas";

/** Live events tell of an export under way; this covers what they cannot. */
const LOOK_MS = 1_500;
const TIMEOUT_MS = 120_000;

export type NewExport = z.input<NonNullable<typeof bulkExport.body>>;

export const isUnderWay = ({ state }: ExportView): boolean => state === "queued" || state === "running";

export const exportQuery = (exportId: string) =>
  queryOptions({
    queryKey: ["export", "one", exportId],
    queryFn: ({ signal }) => api(readExport, { params: { exportId }, signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined || isUnderWay(data) ? LOOK_MS : false),
  });

/** Begins an export; the answer may be finished already. */
export function useMakeExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: NewExport) => {
      const { export: made } = await api(bulkExport, { body, timeoutMs: TIMEOUT_MS });
      client.setQueryData(exportQuery(made.export_id).queryKey, made);
      return made;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["export", "list"] }),
  });
}

export function useCancelExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (exportId: string) => (await api(cancelExport, { params: { exportId } })).export,
    onError: (problem) => toastFailure("The export was not stopped", inWords(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: ["export"] }),
  });
}

/** Begins an export that failed again, under the same number. For managers. */
export function useRetryExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (exportId: string) => api(retryJob, { params: { kind: "export", jobId: exportId } }),
    onError: (problem) => toastFailure("The export was not tried again", inWords(problem)),
    onSettled: () => client.invalidateQueries({ queryKey: ["export"] }),
  });
}

/** Hands the file to the browser's own downloads. The page stays: the answer is an attachment. */
export function save({ export_id }: ExportView): void {
  window.location.assign(downloadExport.path.replace("{exportId}", export_id));
}

export const stateWords: Readonly<Record<ExportView["state"], { label: string; tone: Tone }>> = {
  queued: { label: "Waits", tone: "neutral" },
  running: { label: "Under way", tone: "info" },
  done: { label: "Ready", tone: "positive" },
  failed: { label: "Failed", tone: "danger" },
  cancelled: { label: "Stopped", tone: "neutral" },
  expired: { label: "Expired", tone: "neutral" },
};

const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** A size as people say it, in powers of a thousand. */
export function sizeText(bytes: number, figure: NumberWords): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** step;
  return `${figure(value, step === 0 || value >= 100 ? 0 : 1)} ${UNITS[step]}`;
}
