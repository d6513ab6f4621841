import type { Strategy } from "@/modules/agents/domain/strategies";
import type { LeadFilter } from "./lead-filter";
import type { LeadSort } from "./lead-sort";
import type { LeadFacts, Priority } from "./lead";
import type { Move } from "./rebalance";

/**
 * A plan is bulk work, frozen: exactly which leads change from what to what.
 *
 *   preparing ──► ready ──► applying ──► done
 *       │           │           ├──────► cancelled   what was written stays; the rest was not reached
 *       └───────────┴───────────┴──────► failed      the same, for want of a database that takes it
 *
 * `preparing` and `applying` are work under way, held by one runner at a time; the others are at rest.
 */
export type PlanKind = "update" | "edits" | "assign" | "undo";
export type PlanState = "preparing" | "ready" | "applying" | "done" | "cancelled" | "failed";

/** The name of plans among background jobs. */
export const PLAN_JOB = "bulk-plan";

export const isEnded = (state: PlanState): boolean => state === "done" || state === "cancelled" || state === "failed";

/** What stands in the way of a row, found when it was previewed or when it was to be written. */
export type RowCode =
  | "lead_not_found"
  | "lead_closed"
  | "lead_locked"
  | "no_capacity"
  | "no_agent_available"
  | "agent_unavailable"
  | "beyond_split"
  | "too_many_tags"
  /** Somebody wrote the lead after the preview. */
  | "changed_since"
  /** The plan ended before this row was reached. */
  | "interrupted";

/** What the preview says of a row: it changes, it is as wanted already, or what stands in the way. */
export type Verdict = "change" | "equal" | RowCode;
/** What came of a row. */
export type Outcome = "changed" | "equal" | RowCode;

/** Fields that a plan can change; the keys of a row's difference. */
export const planFields = [
  "name",
  "phone",
  "email",
  "disposition",
  "priority",
  "tags",
  "source",
  "assigned_agent",
  "follow_up_on",
] as const;
export type PlanField = (typeof planFields)[number];

/** What an update plan sets. Tags are set whole, or some are added and removed. */
export interface PlanUpdates {
  disposition?: string | undefined;
  priority?: Priority | undefined;
  tags?: string[] | undefined;
  add_tags?: string[] | undefined;
  remove_tags?: string[] | undefined;
  source?: string | undefined;
  follow_up_on?: string | null | undefined;
}

/** What follows once the plan is prepared: it waits for somebody's Apply, or is applied at once. */
export type Next = "wait" | "apply";

export interface UpdatePlanRequest {
  kind: "update";
  updates: PlanUpdates;
  notes?: string | undefined;
  /** Whether the disposition that is set, if any, is open. */
  opens: boolean;
  next: Next;
}

/** Facts, and null for its agent where the lead is taken from whoever has it. Giving it to one is an assignment. */
export type RowCells = Partial<LeadFacts> & { assigned_agent?: null };

/** What one lead is set to by a plan of edits. */
export interface RowEdit {
  /** null: a text that cannot be an id. */
  id: string | null;
  /** As it was seen; null: whatever it is when it is previewed. */
  version: number | null;
  set: RowCells;
}

/** Other values on each lead: they stand with the rows. */
export interface EditsPlanRequest {
  kind: "edits";
  fields: PlanField[];
  next: Next;
}

export interface AssignPlanRequest {
  kind: "assign";
  strategy: Strategy;
  /** Opaque ids in the manager's order; absent: everybody. */
  agents?: string[] | undefined;
  /** manual: leads for each of `agents`. */
  split?: number[] | undefined;
  /** Its members instead of agents. */
  team?: { id: string; name: string } | undefined;
  priority?: Priority | undefined;
  next: Next;
}

export interface UndoPlanRequest {
  kind: "undo";
  /** The fields of the plan that is undone. */
  fields: PlanField[];
  next: Next;
}

export type PlanRequest = UpdatePlanRequest | EditsPlanRequest | AssignPlanRequest | UndoPlanRequest;

/** How the rows were chosen. `strays` are texts that cannot be ids, by their place. */
export type PlanSelection =
  | { lead_ids: number; strays: Record<string, string> }
  | { search: { filter: LeadFilter; sort: LeadSort }; saved_search?: { id: string; name: string } }
  | { moves: Move[] }
  | { undo_of: string };

export interface Plan {
  id: string;
  kind: PlanKind;
  state: PlanState;
  request: PlanRequest;
  selection: PlanSelection;
  onChanged: "skip" | "refuse";
  undoOf: string | null;
  /** The plan that has undone this one, or is about to. */
  undoneBy: string | null;
  batchId: string | null;
  createdBy: string;
  createdByLabel: string;
  createdByName: string | null;
  requestId: string | null;
  appliedByLabel: string | null;
  appliedBy: string | null;
  createdAt: Date;
  total: number;
  willChange: number;
  alreadyEqual: number;
  refused: number;
  processed: number;
  succeeded: number;
  failed: number;
  applyStartedAt: Date | null;
  cancelRequestedAt: Date | null;
  finishedAt: Date | null;
  error: string | null;
}

/** The fields that rows of this plan may change. */
export function fieldsOf(request: PlanRequest): PlanField[] {
  switch (request.kind) {
    case "update": {
      const { disposition, priority, source, tags, add_tags, remove_tags, follow_up_on: date } = request.updates;
      const fields: [PlanField, boolean][] = [
        ["disposition", disposition !== undefined],
        ["priority", priority !== undefined],
        ["tags", (tags ?? add_tags ?? remove_tags) !== undefined],
        ["source", source !== undefined],
        ["follow_up_on", date !== undefined],
      ];
      return fields.filter(([, named]) => named).map(([field]) => field);
    }
    case "assign":
      return request.priority === undefined ? ["assigned_agent"] : ["assigned_agent", "priority"];
    case "edits":
    case "undo":
      return request.fields;
  }
}
