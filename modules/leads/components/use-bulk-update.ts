"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toastDone, toastFailure, toastUndo } from "@/components/ui/toast";
import { apiAnswer } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { bulkUpdate } from "../bulk.schemas";
import type { Lead } from "../schemas";
import type { BulkResult } from "./bulk-result-dialog";
import { showLeads } from "./lead-queries";
import { failureWords, leadCount } from "./lead-words";
import { useUndoPlan } from "./use-undo-plan";

/** Milliseconds that many rows may take. */
const TIMEOUT_MS = 120_000;

export type Updates = { disposition: string } | { priority: Lead["priority"] } | { follow_up_on: string | null };

interface Bulk {
  leads: readonly Lead[];
  updates: Updates;
  saying: string;
}

export interface BulkUpdate {
  update: (leads: readonly Lead[], updates: Updates, saying: string) => void;
  busy: boolean;
}

/** Sets one value on many leads: shown at once, rows that failed put back and listed, all of it undone on request. */
export function useBulkUpdate(onFailures: (result: BulkResult) => void): BulkUpdate {
  const queries = useQueryClient();
  const undo = useUndoPlan();
  const figure = useNumberWords();
  const { mutate, isPending } = useMutation({
    mutationFn: ({ leads, updates }: Bulk) =>
      apiAnswer(bulkUpdate, {
        body: { lead_ids: leads.map((lead) => lead.lead_id), updates },
        timeoutMs: TIMEOUT_MS,
      }),
    onMutate: async ({ leads, updates }: Bulk) => {
      await queries.cancelQueries({ queryKey: ["lead"] });
      const ids = new Set(leads.map((lead) => lead.lead_id));
      showLeads(queries, (lead) => (ids.has(lead.lead_id) ? { ...lead, ...updates } : lead));
    },
    onSuccess: ({ body: answer, headers }, { leads, saying }) => {
      if (!("results" in answer)) {
        // A worker goes on with it, and the lists follow by themselves.
        toastDone(`${saying}: under way in the background`);
        return;
      }
      const { results, updated_count } = answer;
      const byId = new Map(leads.map((lead) => [lead.lead_id, lead]));
      const planId = headers.get("bulk-plan-id");
      const failed = results.filter(({ status }) => status === "failed");
      if (updated_count > 0 && planId !== null) {
        toastUndo(`${saying} on ${leadCount(updated_count, figure)}`, () => undo(planId));
      } else if (failed.length === 0) toastDone(`${saying}: every lead had it already`);
      if (failed.length > 0) {
        onFailures({
          title: `${leadCount(failed.length, figure)} could not be changed`,
          done: `${saying} was set on ${leadCount(updated_count, figure)}.`,
          failures: failed.map(({ lead_id, error }) => ({
            leadId: lead_id,
            name: byId.get(lead_id)?.name ?? lead_id,
            why: failureWords(error ?? "interrupted"),
          })),
        });
      }
    },
    onError: (error) => toastFailure("Nothing was changed", inWords(error)),
    onSettled: () => Promise.all(["lead", "plan"].map((root) => queries.invalidateQueries({ queryKey: [root] }))),
  });
  return { update: (leads, updates, saying) => mutate({ leads, updates, saying }), busy: isPending };
}
