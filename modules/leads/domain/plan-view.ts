import type { Principal } from "@/lib/principal";
import type { PlanRow, PlanView } from "../plans.schemas";
import { fieldsOf, type Plan, type PlanRequest, type PlanSelection } from "./plan";

/** Agents' e-mails by opaque id. */
export type Emails = ReadonlyMap<string, string>;

/** Whether this person may apply, cancel and undo the plan: their own, or any as an admin. */
export const mayWorkOn = (principal: Principal, plan: Pick<Plan, "createdBy">): boolean =>
  principal.role === "admin" || plan.createdBy === principal.userId;

/** Whether the plan has written something that nobody has taken back. */
export const mayBeUndone = (plan: Plan): boolean =>
  (plan.state === "done" || plan.state === "cancelled" || plan.state === "failed") &&
  plan.succeeded > 0 &&
  plan.undoneBy === null;

/** A plan as it goes over the wire to this person. */
export function planView(principal: Principal, plan: Plan, emails: Emails): PlanView {
  const mine = mayWorkOn(principal, plan);
  return {
    plan_id: plan.id,
    kind: plan.kind,
    state: plan.state,
    on_changed: plan.onChanged,
    request: requestView(plan.request, emails),
    selection: selectionView(plan.selection, emails),
    created_by: plan.createdByLabel,
    created_at: plan.createdAt.toISOString(),
    applied_by: plan.applyStartedAt === null ? null : (plan.appliedByLabel ?? plan.createdByLabel),
    applied_at: plan.applyStartedAt?.toISOString() ?? null,
    finished_at: plan.finishedAt?.toISOString() ?? null,
    counts: {
      total: plan.total,
      will_change: plan.willChange,
      already_equal: plan.alreadyEqual,
      refused: plan.refused,
    },
    progress: { processed: plan.processed, succeeded: plan.succeeded, failed: plan.failed },
    cancel_requested: plan.cancelRequestedAt !== null,
    undo_of: plan.undoOf,
    undone_by: plan.undoneBy,
    may_apply: mine && plan.state === "ready",
    may_undo: mine && mayBeUndone(plan),
    error: plan.error === null ? null : "The database did not take it. Its log says why.",
  };
}

function requestView(request: PlanRequest, emails: Emails): Record<string, unknown> {
  switch (request.kind) {
    case "update":
      return { updates: request.updates, ...(request.notes === undefined ? {} : { notes: request.notes }) };
    case "assign": {
      const { strategy, agents, split, team, priority } = request;
      return {
        assignment_strategy: strategy,
        ...(agents === undefined ? {} : { agents: agents.map((id) => emails.get(id) ?? id) }),
        ...(split === undefined ? {} : { split }),
        ...(team === undefined ? {} : { team: team.name }),
        ...(priority === undefined ? {} : { priority }),
      };
    }
    case "edits":
    case "undo":
      return { fields: fieldsOf(request) };
  }
}

function selectionView(selection: PlanSelection, emails: Emails): Record<string, unknown> {
  if ("moves" in selection) {
    const named = (id: string): string => emails.get(id) ?? id;
    return { moves: selection.moves.map(({ from, to, leads }) => ({ from: named(from), to: named(to), leads })) };
  }
  return "lead_ids" in selection ? { lead_ids: selection.lead_ids } : { ...selection };
}

/** What a row that was to change is called while it has not been written. */
export function unreachedStatus({ state }: Pick<Plan, "state">): PlanRow["status"] {
  return state === "done" || state === "cancelled" || state === "failed" ? "not_reached" : "will_change";
}

/** The text of a row that names no lead, as it was given. */
export function strayAt(selection: PlanSelection, place: number): string {
  return "strays" in selection ? (selection.strays[place] ?? "") : "";
}

/** A row's difference as it goes over the wire: agents by e-mail. */
export function changesView(difference: Record<string, [unknown, unknown]> | null, emails: Emails): PlanRow["changes"] {
  const named = (field: string, value: unknown): unknown =>
    field === "assigned_agent" && typeof value === "string" ? (emails.get(value) ?? value) : value;
  return Object.fromEntries(
    Object.entries(difference ?? {}).map(([field, [before, after]]) => [
      field,
      { before: named(field, before), after: named(field, after) },
    ]),
  );
}
