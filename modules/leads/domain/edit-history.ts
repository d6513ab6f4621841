import type { PlanKind } from "./plan";

/** A plan that has written something. */
export interface DonePlan {
  id: string;
  /** Of the plan that it goes back to, over so many undos. */
  kind: PlanKind;
  depth: number;
  leads: number;
  at: Date;
  undone: boolean;
}

export interface EditHistory {
  undo: DonePlan[];
  redo: DonePlan[];
}

/**
 * What can be undone and done again, of a person's plans from the newest to the oldest. A change is a plan, its undo the
 * undo of that plan, and doing it again the undo of that: so an even depth is done and an odd one is undone. What was
 * undone before the last new change cannot be done again.
 */
export function historyOf(plans: readonly DonePlan[]): EditHistory {
  const fresh = plans.findIndex(({ depth }) => depth === 0);
  const since = fresh === -1 ? plans : plans.slice(0, fresh);
  return {
    undo: plans.filter(({ depth, undone }) => depth % 2 === 0 && !undone),
    redo: since.filter(({ depth, undone }) => depth % 2 === 1 && !undone),
  };
}
