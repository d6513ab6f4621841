"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { patchLead, type Lead } from "../schemas";
import { showLeads } from "./lead-queries";

export type LeadChange = Omit<z.input<NonNullable<typeof patchLead.body>>, "version">;

interface Patch {
  lead: Lead;
  change: LeadChange;
  /** What was done, for the message with the way back; none for the way back itself. */
  saying?: string;
}

/** A change that was not saved because somebody had written the lead since it was read. */
export interface PatchConflict {
  /** The lead as they left it. */
  current: Lead;
  change: LeadChange;
  saying: string | undefined;
}

export interface LeadPatching {
  patch: (lead: Lead, change: LeadChange, saying: string) => void;
  /** Until one of the two is chosen. */
  conflict: PatchConflict | undefined;
  keepTheirs: () => void;
  saveMine: () => void;
}

/**
 * Changes facts of a lead: shown at once, taken back when refused, undone on request. Somebody else's change in
 * between is kept and shown, with the person's own beside it: they say which one holds.
 */
export function usePatchLead(): LeadPatching {
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<PatchConflict>();
  const { mutate } = useMutation({
    mutationFn: ({ lead, change }: Patch) =>
      api(patchLead, { params: { leadId: lead.lead_id }, body: { ...change, version: lead.version } }),
    onMutate: async ({ lead, change }) => {
      setConflict(undefined);
      await queries.cancelQueries({ queryKey: ["lead"] });
      showLeads(queries, (each) => (each.lead_id === lead.lead_id ? withChange(each, change) : each));
    },
    onSuccess: (saved, { lead, change, saying }) => {
      showLeads(queries, (each) => (each.lead_id === saved.lead_id ? saved : each));
      if (saying) toastUndo(saying, () => mutate({ lead: saved, change: before(lead, change) }));
    },
    onError: (error, patch) => {
      const current = conflicting(error);
      showLeads(queries, (each) => (each.lead_id === patch.lead.lead_id ? (current ?? patch.lead) : each));
      if (current) setConflict({ current, change: patch.change, saying: patch.saying });
      else toastFailure("Not saved", inWords(error));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["lead"] }),
  });
  return {
    patch: (lead, change, saying) => mutate({ lead, change, saying }),
    conflict,
    keepTheirs: () => setConflict(undefined),
    saveMine: () => {
      if (!conflict) return;
      const { current, change, saying } = conflict;
      mutate({ lead: current, change, ...(saying !== undefined && { saying }) });
    },
  };
}

/** The lead as it is now, when a change was refused because somebody was faster. */
function conflicting(error: unknown): Lead | undefined {
  if (!(error instanceof ProblemError) || error.code !== "version_conflict") return undefined;
  return error.members.current as Lead | undefined;
}

function withChange(lead: Lead, change: LeadChange): Lead {
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...lead, ...set };
}

function before(lead: Lead, change: LeadChange): LeadChange {
  const fields = Object.keys(change) as (keyof LeadChange)[];
  return Object.fromEntries(fields.map((field) => [field, lead[field]]));
}
