import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { emailField, instant, pathId, text } from "@/lib/http/fields";
import {
  assignment,
  BULK_BODY_BYTES,
  editsSchema,
  MANUAL_HAS_AGENTS,
  manualHasAgents,
  ONE_SELECTION,
  oneSelection,
  selection,
  selectionsOf,
  SPLIT_FITS,
  SPLIT_IS_MANUAL,
  splitFits,
  splitIsManual,
  strategySchema,
  updates,
} from "./bulk-fields.schemas";
import { MOST_MOVED } from "./domain/rebalance";

export const planStateSchema = z.enum(["preparing", "ready", "applying", "done", "cancelled", "failed"]);

const onChangedSchema = z
  .enum(["skip", "refuse"])
  .describe("rows changed since the preview: leave them out, or refuse the whole plan (up to 10,000 leads)");

export const planSchema = z.strictObject({
  plan_id: z.string(),
  kind: z.enum(["update", "edits", "assign", "undo"]),
  state: planStateSchema,
  on_changed: onChangedSchema,
  request: z.record(z.string(), z.unknown()).describe("what was asked"),
  selection: z.record(z.string(), z.unknown()).describe("lead_ids (how many), search, moves, or undo_of"),
  created_by: z.string(),
  created_at: instant,
  applied_by: z.string().nullable(),
  applied_at: instant.nullable(),
  finished_at: instant.nullable(),
  counts: z.strictObject({
    total: z.int(),
    will_change: z.int(),
    already_equal: z.int(),
    refused: z.int(),
  }),
  progress: z.strictObject({
    processed: z.int().describe("rows gone through"),
    succeeded: z.int(),
    failed: z.int().describe("rows that were to change and could not"),
  }),
  cancel_requested: z.boolean(),
  undo_of: z.string().nullable(),
  undone_by: z.string().nullable(),
  may_apply: z.boolean().describe("you may apply it now"),
  may_undo: z.boolean().describe("you may undo it now"),
  error: z.string().nullable(),
});
export type PlanView = z.infer<typeof planSchema>;

export const planRowStatuses = ["will_change", "already_equal", "refused", "changed", "failed", "not_reached"] as const;

export const planRowSchema = z.strictObject({
  place: z.int().describe("in the plan's order, from 0"),
  lead_id: z.string(),
  name: z.string().nullable(),
  status: z.enum(planRowStatuses),
  code: z.string().nullable().describe("refused, failed: what stands in the way"),
  changes: z.record(z.string(), z.strictObject({ before: z.unknown(), after: z.unknown() })),
  at: instant.nullable().describe("when it was written, or found not to be possible"),
});
export type PlanRow = z.infer<typeof planRowSchema>;

/** Pairs of agents that one rebalance names. */
const MOST_MOVES = 1_000;

const planParams = z.strictObject({ planId: pathId });
const planAnswer = z.strictObject({ success: z.literal(true), plan: planSchema });
const pageQuery = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
};

const movesSchema = z
  .array(z.strictObject({ from: emailField, to: emailField, leads: z.int().min(1).max(MOST_MOVED) }))
  .min(1)
  .max(MOST_MOVES);

export const createPlan = contract({
  method: "POST",
  path: "/api/bulk-plans",
  summary: "Preview bulk work: exactly which leads would change from what to what (201 ready, 202 being prepared)",
  access: staff,
  body: z
    .strictObject({
      kind: z.enum(["update", "edits", "assign", "rebalance"]),
      ...selection,
      edits: editsSchema.optional(),
      moves: movesSchema
        .optional()
        .describe("a rebalance: so many leads from one agent to another, untouched ones first"),
      updates: updates.optional(),
      notes: text(10_000).optional(),
      ...assignment,
      assignment_strategy: strategySchema.optional(),
      team: text(80).optional().describe("an assignment to the members of a team, by its name, instead of agents"),
      on_changed: onChangedSchema.optional(),
    })
    .refine((body) => (body.kind === "edits") === (body.edits !== undefined), {
      path: ["edits"],
      message: "a plan of kind edits has edits, and no other has",
    })
    .refine((body) => (body.kind === "rebalance") === (body.moves !== undefined), {
      path: ["moves"],
      message: "a rebalance has moves, and no other plan has",
    })
    .refine(
      (body) => ((body.edits ?? body.moves) === undefined ? oneSelection(body) : selectionsOf(body) === 0),
      ONE_SELECTION,
    )
    .refine((body) => (body.kind === "update") === (body.updates !== undefined), {
      path: ["updates"],
      message: "an update says what to change, an assignment does not",
    })
    .refine((body) => (body.kind === "assign") === (body.assignment_strategy !== undefined), {
      path: ["assignment_strategy"],
      message: "an assignment names its strategy, an update does not",
    })
    .refine(
      (body) => body.kind === "assign" || (body.agents ?? body.split ?? body.team ?? body.priority) === undefined,
      {
        path: ["agents"],
        message: "only an assignment has agents, split, team and priority",
      },
    )
    .refine((body) => body.team === undefined || body.agents === undefined, {
      path: ["team"],
      message: "give either a team or agents",
    })
    .refine((body) => body.kind === "update" || body.notes === undefined, {
      path: ["notes"],
      message: "only an update has notes",
    })
    .refine(manualHasAgents, MANUAL_HAS_AGENTS)
    .refine(splitIsManual, SPLIT_IS_MANUAL)
    .refine(splitFits, SPLIT_FITS),
  maxBodyBytes: BULK_BODY_BYTES,
  response: planAnswer,
  statuses: { 201: planAnswer, 202: planAnswer },
});

export const listPlans = contract({
  method: "GET",
  path: "/api/bulk-plans",
  summary: "Plans, your own first and the newest first in each",
  access: staff,
  query: z.strictObject(pageQuery),
  response: z.strictObject({ plans: z.array(planSchema), next_cursor: z.string().nullable() }),
});

export const readPlan = contract({
  method: "GET",
  path: "/api/bulk-plans/{planId}",
  summary: "One plan with its counts and its progress",
  access: staff,
  params: planParams,
  response: planSchema,
});

export const planRows = contract({
  method: "GET",
  path: "/api/bulk-plans/{planId}/rows",
  summary: "The rows of a plan in its order: the previewed difference by field, and what came of each",
  access: staff,
  params: planParams,
  query: z.strictObject({ ...pageQuery, status: z.enum(planRowStatuses).optional() }),
  response: z.strictObject({
    rows: z.array(planRowSchema),
    agents: z
      .array(z.strictObject({ agent: z.string(), name: z.string() }))
      .describe("how the agents in these rows are called, those who take no leads any more among them"),
    next_cursor: z.string().nullable(),
  }),
});

export const planShares = contract({
  method: "GET",
  path: "/api/bulk-plans/{planId}/shares",
  summary:
    "How many leads a plan gives to each agent and takes from each: as previewed, or once it has ended, as written",
  access: staff,
  params: planParams,
  response: z.strictObject({
    shares: z.array(z.strictObject({ agent: z.string(), name: z.string(), leads: z.int(), loses: z.int() })),
  }),
});

export const applyPlan = contract({
  method: "POST",
  path: "/api/bulk-plans/{planId}/apply",
  summary: "Write exactly what a plan previewed (200 done, 202 under way)",
  access: staff,
  params: planParams,
  body: z.strictObject({ on_changed: onChangedSchema.optional() }),
  response: planAnswer,
  statuses: { 200: planAnswer, 202: planAnswer },
});

export const cancelPlan = contract({
  method: "POST",
  path: "/api/bulk-plans/{planId}/cancel",
  summary: "End a plan; what it has written stays and can be undone",
  access: staff,
  params: planParams,
  response: planAnswer,
  statuses: { 200: planAnswer, 202: planAnswer },
});

export const undoPlan = contract({
  method: "POST",
  path: "/api/bulk-plans/{planId}/undo",
  summary: "Take back what a plan wrote, by a plan of its own; leads written since are left and listed",
  access: staff,
  params: planParams,
  body: z.strictObject({ preview: z.boolean().optional().describe("only prepare the undo") }),
  response: planAnswer,
  statuses: { 200: planAnswer, 202: planAnswer },
});

export const drainPlans = contract({
  method: "GET",
  path: "/api/cron/bulk-plans",
  summary: "Work on plans for some seconds; safe to run twice at once",
  access: { kind: "cron" },
  response: z.strictObject({
    success: z.literal(true),
    worked_on: z.int().describe("plans that were carried on"),
    left: z.int().describe("plans that still wait"),
    released: z.int().describe("forgotten promises given back"),
    pruned: z.int().describe("plans forgotten that were never applied"),
  }),
});

export const planContracts = [
  createPlan,
  listPlans,
  readPlan,
  planRows,
  planShares,
  applyPlan,
  cancelPlan,
  undoPlan,
  drainPlans,
];
