"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toastFailure } from "@/components/ui/toast";
import type { Tone } from "@/components/ui/badge";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { acknowledgeAlert, listAlerts, type AlertRecord } from "../schemas";

const POLL_MS = 15_000;
/** Asked for although events arrive: only the reader notices that the worker, which would tell, is gone. */
const ALWAYS_MS = 60_000;

/** Alerts that are open; the first 50. */
export function useOpenAlerts() {
  const poll = usePollInterval(POLL_MS);
  return useQuery({
    queryKey: ["alert", "open"],
    queryFn: ({ signal }) => api(listAlerts, { query: { state: "open" }, signal }),
    refetchInterval: poll === false ? ALWAYS_MS : poll,
  });
}

/** Notes that the asker has seen an alert. */
export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (alertId: string) => api(acknowledgeAlert, { params: { alertId } }),
    onError: (error) => toastFailure("That could not be noted", inWords(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ["alert"] }),
  });
}

export const severityWords: Readonly<Record<AlertRecord["severity"], { label: string; tone: Tone }>> = {
  critical: { label: "Critical", tone: "danger" },
  warning: { label: "Warning", tone: "caution" },
  info: { label: "Note", tone: "info" },
};

export const unseenOf = (unseen: { critical: number; warning: number; info: number }): number =>
  unseen.critical + unseen.warning + unseen.info;
