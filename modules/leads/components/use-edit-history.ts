"use client";

import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { NumberWords } from "@/lib/number-words";
import { editHistory, type HistoryEntry } from "../edit-history.schemas";
import { undoPlan } from "../plans.schemas";
import { leadCount } from "./lead-words";
import { leftWords } from "./use-undo-plan";

const TIMEOUT_MS = 120_000;
const KEY = ["plan", "history"] as const;

const historyQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => api(editHistory, { signal }),
  // What another browser has done is seen when one comes back to this one.
  staleTime: 5_000,
});

/** Undo and redo of what this person did in bulk and in cells, as the server knows it: in whatever browser it was. */
export function useEditHistory() {
  const queries = useQueryClient();
  const isStaff = useIsStaff();
  const figure = useNumberWords();
  const history = useQuery({ ...historyQuery, enabled: isStaff });
  const under = useRef(Promise.resolve());
  const follow = useCallback(
    async (side: "undo" | "redo"): Promise<void> => {
      try {
        // Not what is shown: what was done a moment ago, here or elsewhere, comes first.
        const [entry] = (await queries.fetchQuery({ ...historyQuery, staleTime: 0 }))[side];
        if (!entry) return;
        const params = { planId: entry.plan_id };
        const { plan } = await api(undoPlan, { params, body: {}, timeoutMs: TIMEOUT_MS });
        const words = `${entryWords(entry, figure)} ${side === "undo" ? "undone" : "done again"}`;
        if (plan.state === "done") toastDone(words, leftWords(plan, []));
        else toastDone(side === "undo" ? "The undo goes on in the background" : "It goes on in the background");
      } catch (error) {
        toastFailure(side === "undo" ? "It could not be undone" : "It could not be done again", inWords(error));
      } finally {
        for (const root of ["plan", "lead", "agent"]) void queries.invalidateQueries({ queryKey: [root] });
      }
    },
    [queries, figure],
  );
  // Keys that are pressed again before the server has answered wait for their turn.
  const inTurn = useCallback(
    (side: "undo" | "redo") => (under.current = under.current.then(() => follow(side))),
    [follow],
  );
  return {
    /** Something was done. */
    refresh: useCallback(() => void queries.invalidateQueries({ queryKey: KEY }), [queries]),
    undo: useCallback(() => inTurn("undo"), [inTurn]),
    redo: useCallback(() => inTurn("redo"), [inTurn]),
    canUndo: (history.data?.undo.length ?? 0) > 0,
    canRedo: (history.data?.redo.length ?? 0) > 0,
  };
}

function entryWords({ kind, leads }: HistoryEntry, figure: NumberWords): string {
  const count = leadCount(leads, figure);
  return kind === "assign" ? `The assignment of ${count}` : `The change of ${count}`;
}
