"use client";

import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { toastDone, toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { lockLead, restoreLead, unlockLead, unmergeLead } from "../organise.schemas";
import { deleteLead, type Lead } from "../schemas";
import { showLeads } from "./lead-queries";

const refresh = (queries: QueryClient): Promise<unknown> =>
  Promise.all([queries.invalidateQueries({ queryKey: ["lead"] }), queries.invalidateQueries({ queryKey: ["agent"] })]);

const show = (queries: QueryClient, saved: Lead): void =>
  showLeads(queries, (each) => (each.lead_id === saved.lead_id ? saved : each));

/** Locks a lead with a reason. */
export function useLockLead(lead: Lead, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => api(lockLead, { params: { leadId: lead.lead_id }, body: { reason } }),
    onSuccess: (saved) => {
      show(queries, saved);
      toastDone(`${lead.name} is locked`);
      onDone();
    },
    onSettled: () => refresh(queries),
  });
}

/** Unlocks a lead. */
export function useUnlockLead(lead: Lead) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api(unlockLead, { params: { leadId: lead.lead_id } }),
    onSuccess: (saved) => {
      show(queries, saved);
      toastDone(`${lead.name} is unlocked`);
    },
    onError: (error) => toastFailure(`${lead.name} is still locked`, inWords(error)),
    onSettled: () => refresh(queries),
  });
}

/** Removes a lead, with a way back. */
export function useRemoveLead(lead: Lead, onDone: () => void) {
  const queries = useQueryClient();
  const params = { leadId: lead.lead_id };
  const restore = useMutation({
    mutationFn: () => api(restoreLead, { params }),
    onSuccess: (saved) =>
      saved.assigned_agent === lead.assigned_agent
        ? toastDone(`${lead.name} is back`)
        : toastDone(`${lead.name} is back, in the pool`, "Its agent has no room for it now."),
    onError: (error) => toastFailure(`${lead.name} is not back`, inWords(error)),
    onSettled: () => refresh(queries),
  });
  return useMutation({
    mutationFn: () => api(deleteLead, { params }),
    onSuccess: () => {
      toastUndo(`${lead.name} was removed`, () => restore.mutate());
      onDone();
    },
    onError: (error) => toastFailure(`${lead.name} was not removed`, inWords(error)),
    onSettled: () => refresh(queries),
  });
}

/** Takes a merged lead out again. */
export function useUnmergeLead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (leadId: string) => api(unmergeLead, { params: { leadId } }),
    onSuccess: ({ lead, other }) => toastDone(`${lead.name} and ${other.name} are two leads again`),
    onError: (error) => toastFailure("The leads stay merged", inWords(error)),
    onSettled: () => refresh(queries),
  });
}
