"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { undoPlan } from "../plans.schemas";
import { did, dropped, type Entry, type History, NOTHING_DONE, redid, undid } from "./edit-history";
import { readHistory, saveHistory } from "./edit-history-store";
import { isUnknown } from "./send-edits";
import { leftWords } from "./use-undo-plan";

const TIMEOUT_MS = 120_000;

/** Undo and redo of what was done in the grid, over the plans that the server keeps: they outlive the page. */
export function useEditHistory(userId: string) {
  const queries = useQueryClient();
  const [history, setHistory] = useState<History>(NOTHING_DONE);
  const under = useRef(Promise.resolve());
  // The store cannot be read while the server draws the page.
  // oxlint-disable-next-line react/set-state-in-effect
  useEffect(() => setHistory(readHistory(userId)), [userId]);

  const change = useCallback(
    (step: (history: History) => History) => {
      // Other pages of this person write there too.
      const next = step(readHistory(userId));
      saveHistory(userId, next);
      setHistory(next);
    },
    [userId],
  );
  const add = useCallback((entry: Entry) => change((now) => did(now, entry)), [change]);
  const follow = useCallback(
    async (side: "undo" | "redo"): Promise<void> => {
      const entry = readHistory(userId)[side].at(-1);
      if (!entry) return;
      try {
        const params = { planId: entry.planId };
        const { plan } = await api(undoPlan, { params, body: {}, timeoutMs: TIMEOUT_MS });
        change((now) => (side === "undo" ? undid(now, plan.plan_id) : redid(now, plan.plan_id)));
        toastDone(`${entry.words} ${side === "undo" ? "undone" : "done again"}`, leftWords(plan, []));
      } catch (error) {
        // One that cannot be followed any more makes way for those before it.
        if (error instanceof ProblemError && !isUnknown(error)) change((now) => dropped(now, side));
        toastFailure(side === "undo" ? "It could not be undone" : "It could not be done again", inWords(error));
      } finally {
        void queries.invalidateQueries({ queryKey: ["lead"] });
        void queries.invalidateQueries({ queryKey: ["agent"] });
      }
    },
    [userId, change, queries],
  );
  // Keys that are pressed again before the server has answered wait for their turn.
  const inTurn = useCallback(
    (side: "undo" | "redo") => (under.current = under.current.then(() => follow(side))),
    [follow],
  );
  return {
    add,
    undo: useCallback(() => inTurn("undo"), [inTurn]),
    redo: useCallback(() => inTurn("redo"), [inTurn]),
    canUndo: history.undo.length > 0,
    canRedo: history.redo.length > 0,
  };
}
