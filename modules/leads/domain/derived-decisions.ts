import { sameText, type StoredDecision } from "./decision-check";

/** What another record says of a decision that no strategy and no person's choice made. */
export interface Derived {
  agentId: string | null;
  previousId: string | null;
}

interface Counters {
  openLeads: number;
  maxCapacity: number;
}

const NOT_RECORDED = "is of something that no record tells of";

/** An undo: the row of its plan says from whom to whom, and the explanation names the plan. */
export function undoFault(decision: StoredDecision, planId: string, row: Derived | undefined): string | undefined {
  if (!row) return NOT_RECORDED;
  return peopleFault(decision, row) ?? explainedAs(decision, { undo: planId });
}

/** A lead taken from its agent by a plan of edits: the row of that plan says from whom. */
export function unassignFault(decision: StoredDecision, planId: string, row: Derived | undefined): string | undefined {
  if (!row) return NOT_RECORDED;
  if (decision.agentId !== null) return "gives the lead to somebody";
  return peopleFault(decision, row) ?? explainedAs(decision, { plan: planId });
}

/** A merge or its undoing: one of the records of the two leads says from whom to whom. */
export function mergeFault(decision: StoredDecision, records: readonly Derived[]): string | undefined {
  if (records.length === 0) return NOT_RECORDED;
  if (!records.some((record) => peopleFault(decision, record) === undefined))
    return "names other agents than its merge";
  const { otherLead, before } = decision.explanation as { otherLead?: string; before?: Counters | null };
  if ((before === null) !== (decision.agentId === null)) return "has counters of nobody, or none of somebody";
  const counters = before ? { openLeads: before.openLeads, maxCapacity: before.maxCapacity } : null;
  return explainedAs(decision, { candidates: [], excluded: [], otherLead, before: counters, seed: null });
}

/** The return timer: one place less, after a time that was over, under the rules it names. */
export function returnFault(decision: StoredDecision): string | undefined {
  if (decision.agentId !== null || decision.previousId === null)
    return "gives the lead to somebody, or takes it from nobody";
  type Times = Record<"assigned_at" | "due_at" | "decided_at", string>;
  type Rules = { minutes: number; priority: string; calendar: string; time_zone: string | null };
  const stored = decision.explanation as { before?: Counters } & Times & Rules;
  const { before, assigned_at, due_at, decided_at, minutes, priority, calendar, time_zone } = stored;
  if (!before) return "has no counters";
  const [assigned, due, decided] = [assigned_at, due_at, decided_at].map((text) => Date.parse(text));
  // Open time runs no quicker than the clock.
  const inOrder = (assigned ?? NaN) + minutes * 60_000 <= (due ?? NaN) && (due ?? NaN) <= (decided ?? NaN);
  if (!inOrder) return "took the lead back before its time was over";
  const { openLeads, maxCapacity } = before;
  return explainedAs(decision, {
    candidates: [],
    excluded: [],
    before: { openLeads, maxCapacity },
    after: { openLeads: openLeads - 1, maxCapacity },
    seed: null,
    ...{ assigned_at, due_at, minutes, decided_at, priority, calendar, time_zone },
  });
}

/** A lead that came back to nobody: its agent is the one left out, and nobody's counters move. */
export function restoreFault(decision: StoredDecision): string | undefined {
  const { before, excluded } = decision.explanation as { before?: Counters; excluded?: { reason: string }[] };
  const reason = excluded?.[0]?.reason;
  if (!before || (reason !== "full" && reason !== "disabled")) return "does not say why";
  if (decision.agentId !== null) return "gives the lead to somebody";
  const counters = { openLeads: before.openLeads, maxCapacity: before.maxCapacity };
  const left = [{ agentId: decision.previousId, reason }];
  return explainedAs(decision, { candidates: [], excluded: left, before: counters, after: counters, seed: null });
}

function peopleFault({ agentId, previousId }: StoredDecision, derived: Derived): string | undefined {
  if (agentId !== derived.agentId) return "names another agent than its record";
  return previousId === derived.previousId ? undefined : "names another previous agent than its record";
}

const explainedAs = ({ explanation }: StoredDecision, derived: object): string | undefined =>
  sameText(explanation, derived) ? undefined : "is explained otherwise than its record says";
