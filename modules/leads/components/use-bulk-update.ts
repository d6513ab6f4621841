"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toastDone, toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { bulkUpdate, type BulkUpdated } from "../plans.schemas";
import type { Lead } from "../schemas";
import type { BulkResult } from "./bulk-result-dialog";
import { showLeads } from "./lead-queries";
import { failureWords, leadCount } from "./lead-words";

/** Milliseconds that many rows may take. */
const TIMEOUT_MS = 120_000;

type Updates = { disposition: string } | { priority: Lead["priority"] };

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
  const send = async ({ leads, updates }: Omit<Bulk, "saying">): Promise<BulkUpdated | undefined> => {
    const body = { lead_ids: leads.map((lead) => lead.lead_id), updates };
    const answer = await api(bulkUpdate, { body, timeoutMs: TIMEOUT_MS });
    // Otherwise a worker goes on with it, and the lists follow by themselves.
    return "results" in answer ? answer : undefined;
  };
  const undo = async (leads: readonly Lead[], updates: Updates) => {
    try {
      for (const part of asTheyWere(leads, updates)) await send(part);
    } catch (error) {
      toastFailure("Not everything could be undone", inWords(error));
    }
    await queries.invalidateQueries({ queryKey: ["lead"] });
  };
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onMutate: async ({ leads, updates }: Bulk) => {
      await queries.cancelQueries({ queryKey: ["lead"] });
      const ids = new Set(leads.map((lead) => lead.lead_id));
      showLeads(queries, (lead) => (ids.has(lead.lead_id) ? { ...lead, ...updates } : lead));
    },
    onSuccess: (answer, { leads, updates, saying }) => {
      if (!answer) {
        toastDone(`${saying}: under way in the background`);
        return;
      }
      const { results, updated_count } = answer;
      const byId = new Map(leads.map((lead) => [lead.lead_id, lead]));
      const changed = results
        .filter(({ status }) => status === "updated")
        .flatMap(({ lead_id }) => byId.get(lead_id) ?? []);
      const failed = results.filter(({ status }) => status === "failed");
      if (changed.length > 0) toastUndo(`${saying} on ${leadCount(updated_count)}`, () => void undo(changed, updates));
      else if (failed.length === 0) toastUndo(`${saying}: every lead had it already`, () => undefined);
      if (failed.length > 0) {
        onFailures({
          title: `${leadCount(failed.length)} could not be changed`,
          done: `${saying} was set on ${leadCount(updated_count)}.`,
          failures: failed.map(({ lead_id, error }) => ({
            leadId: lead_id,
            name: byId.get(lead_id)?.name ?? lead_id,
            why: failureWords(error ?? "interrupted"),
          })),
        });
      }
    },
    onError: (error) => toastFailure("Nothing was changed", inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["lead"] }),
  });
  return { update: (leads, updates, saying) => mutate({ leads, updates, saying }), busy: isPending };
}

/** The requests that bring each lead its former value back: one for each value. */
function asTheyWere(leads: readonly Lead[], updates: Updates): { leads: Lead[]; updates: Updates }[] {
  if ("disposition" in updates) {
    const groups = Object.entries(Object.groupBy(leads, (lead) => lead.disposition));
    return groups.map(([disposition, group]) => ({ leads: group ?? [], updates: { disposition } }));
  }
  const groups = Object.entries(Object.groupBy(leads, (lead) => lead.priority));
  return groups.map(([priority, group]) => ({
    leads: group ?? [],
    updates: { priority: priority as Lead["priority"] },
  }));
}
