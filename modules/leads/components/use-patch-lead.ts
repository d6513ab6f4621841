"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { toastDone, toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { useShortcuts } from "@/lib/client/shortcuts";
import { patchLead, type Lead } from "../schemas";
import {
  factsOf,
  type FactStep,
  forgotten,
  type LeadChange,
  moved,
  NO_STEPS,
  type Side,
  stillHolds,
  withChange,
  written,
} from "./fact-steps";
import { leadQuery, showLeads } from "./lead-queries";
import { OwnWrites } from "./own-writes";

interface Patch {
  /** As it was when the change was made. */
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
 * Changes facts of the lead that is shown: shown at once, taken back when refused, undone on request (Ctrl+Z, step by
 * step, and Ctrl+Shift+Z again). One change is saved after the other, and a step waits for those before it: each
 * begins with what they have left. Somebody else's change in between is kept and shown, with the person's own beside
 * it: they say which one holds.
 */
export function usePatchLead(leadId: string): LeadPatching {
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<PatchConflict>();
  const steps = useRef(NO_STEPS);
  const [own] = useState(() => new OwnWrites(() => void queries.invalidateQueries({ queryKey: ["lead"] })));
  const show = (lead: (before: Lead) => Lead): void =>
    showLeads(queries, (each) => (each.lead_id === leadId ? lead(each) : each));
  const { mutateAsync } = useMutation({
    mutationFn: async ({ lead, change }: Patch) => {
      const version = own.versionOf(lead.version);
      try {
        const saved = await api(patchLead, { params: { leadId }, body: { ...change, version } });
        own.saved(version, saved);
        return saved;
      } finally {
        own.end(change);
      }
    },
    onSuccess: (saved) => show(() => own.shownOn(saved)),
    onError: (error, { lead, change, saying }) => {
      const current = conflicting(error);
      show(() => own.shownOn(current ?? own.latest(lead)));
      if (current) setConflict({ current, change, saying });
      else toastFailure("Not saved", inWords(error));
    },
  });
  const showFirst = async (change: LeadChange): Promise<void> => {
    setConflict(undefined);
    own.begin(change);
    await queries.cancelQueries({ queryKey: ["lead"] });
    show((lead) => withChange(lead, change));
  };
  /** Answers the lead as it was saved; undefined when it was not, which has been said. */
  const save = (patch: Patch): Promise<Lead | undefined> => mutateAsync(patch).catch(() => undefined);

  const patch = (lead: Lead, change: LeadChange, saying: string): void => {
    const shown = showFirst(change);
    own.inTurn(async () => {
      await shown;
      const saved = await save({ lead, change, saying });
      if (!saved) return;
      const step = { saying, back: factsOf(lead, change), again: factsOf(saved, change) };
      steps.current = written(steps.current, step);
      toastUndo(saying, () => follow("undo", step));
    });
  };
  /** Takes a step, the latest one unless it is given, once all that was asked for before is done. */
  const follow = (side: Side, given?: FactStep): void =>
    own.inTurn(async () => {
      const step = given ?? steps.current[side].at(-1);
      const read = queries.getQueryData(leadQuery(leadId).queryKey);
      // Taken already, by the other of key and message; or there is none.
      if (step === undefined || read === undefined || !steps.current[side].includes(step)) return;
      const lead = own.latest(read);
      if (!stillHolds(lead, step, side)) {
        steps.current = forgotten(steps.current, step);
        return toastFailure("Left as it is", "Somebody has changed it since.");
      }
      const change = side === "undo" ? step.back : step.again;
      await showFirst(change);
      if (!(await save({ lead, change }))) return;
      steps.current = moved(steps.current, step, side);
      toastDone(side === "undo" ? "Undone" : "Done again", step.saying);
    });
  useShortcuts({
    "mod+z": ({ target, shiftKey }) => {
      // Whoever is typing undoes what they type.
      if (target instanceof Element && target.closest("input, textarea") !== null) return false;
      if (!own.busy && steps.current[shiftKey ? "redo" : "undo"].length === 0) return false;
      follow(shiftKey ? "redo" : "undo");
      return true;
    },
  });
  return {
    patch,
    conflict,
    keepTheirs: () => setConflict(undefined),
    saveMine: () => {
      if (conflict) patch(conflict.current, conflict.change, conflict.saying ?? "Saved");
    },
  };
}

/** The lead as it is now, when a change was refused because somebody was faster. */
function conflicting(error: unknown): Lead | undefined {
  if (!(error instanceof ProblemError) || error.code !== "version_conflict") return undefined;
  return error.members.current as Lead | undefined;
}
