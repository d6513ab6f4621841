import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { calendarDate, emailField, idList, instant, pathId, phoneField, text } from "@/lib/http/fields";
import { BULK_IN_REQUEST, BULK_MAX } from "./domain/bulk";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";
import { MOST_MOVED } from "./domain/rebalance";
import { dispositionSchema, prioritySchema, tagsSchema } from "./schemas";

export const strategySchema = z.enum(["round_robin", "capacity_based", "manual", "performance_weighted"]);
/** Room for a million identifiers, so that "too many" is answered as such and not as a torn connection. */
const BULK_BODY_BYTES = 64 * 1_048_576;

/** Either the rows by their ids, or everything that a search finds (see domain/lead-filter.ts). */
const selection = {
  lead_ids: idList(BULK_MAX).optional(),
  search: z.strictObject({ filter: filterSchema, sort: sortSchema.optional() }).optional(),
  saved_search_id: pathId.optional().describe("what a saved search finds at this moment, in its order"),
};
interface Selecting {
  lead_ids?: unknown;
  search?: unknown;
  saved_search_id?: unknown;
}
const selectionsOf = (body: Selecting): number =>
  [body.lead_ids, body.search, body.saved_search_id].filter((given) => given !== undefined).length;
const oneSelection = (body: Selecting): boolean => selectionsOf(body) === 1;
const ONE_SELECTION = { path: ["lead_ids"], message: "give one of lead_ids, search and saved_search_id" };

const updatesSchema = z.strictObject({
  disposition: dispositionSchema.optional(),
  priority: prioritySchema.optional(),
  tags: tagsSchema.optional().describe("the tags afterwards"),
  add_tags: tagsSchema.min(1).optional(),
  remove_tags: tagsSchema.min(1).optional(),
  source: text(80).optional(),
  follow_up_on: calendarDate.nullable().optional().describe("null takes it away"),
});
const someUpdate = (updates: object): boolean => Object.keys(updates).length > 0;
const SOME_UPDATE = "name at least one field to change";
const oneWayOfTags = (updates: z.output<typeof updatesSchema>): boolean =>
  updates.tags === undefined || (updates.add_tags ?? updates.remove_tags) === undefined;
const ONE_WAY_OF_TAGS = { path: ["tags"], message: "give either tags, or add_tags and remove_tags" };
const updates = updatesSchema.refine(someUpdate, SOME_UPDATE).refine(oneWayOfTags, ONE_WAY_OF_TAGS);

/** What a cell may be set to: the facts of a lead, and nobody for its agent. Giving it to one is an assignment. */
export const cellsSchema = z
  .strictObject({
    name: text(200).optional(),
    phone: phoneField.optional(),
    email: emailField.nullable().optional(),
    source: text(80).optional(),
    disposition: dispositionSchema.optional(),
    priority: prioritySchema.optional(),
    tags: tagsSchema.optional(),
    follow_up_on: calendarDate.nullable().optional(),
    assigned_agent: z.null().optional().describe("takes the lead from its agent; to give it to one, assign it"),
  })
  .refine((set) => Object.keys(set).length > 0, "name at least one field to change");
export type Cells = z.output<typeof cellsSchema>;

export const editsSchema = z
  .array(
    z.strictObject({
      lead_id: z.string().min(1).max(254),
      version: z.int().optional().describe("what was seen; a lead written since is left as it is (changed_since)"),
      set: cellsSchema,
    }),
  )
  .min(1)
  .max(BULK_IN_REQUEST)
  .refine(
    (edits) => new Set(edits.map(({ lead_id }) => lead_id.toLowerCase())).size === edits.length,
    "must name each lead once",
  );

const MOST_AGENTS = 1_000;
const assignment = {
  assignment_strategy: strategySchema,
  agents: z.array(emailField).min(1).max(MOST_AGENTS).optional(),
  split: z
    .array(z.int().min(0))
    .max(MOST_AGENTS)
    .optional()
    .describe("manual: leads for each agent, in the order of agents"),
  priority: prioritySchema.optional(),
};
interface AssignmentFields {
  assignment_strategy?: string | undefined;
  agents?: string[] | undefined;
  split?: number[] | undefined;
}
const manualHasAgents = (body: AssignmentFields): boolean =>
  body.assignment_strategy !== "manual" || body.agents !== undefined;
const MANUAL_HAS_AGENTS = { path: ["agents"], message: "manual needs agents" };
const splitIsManual = (body: AssignmentFields): boolean =>
  body.split === undefined || body.assignment_strategy === "manual";
const SPLIT_IS_MANUAL = {
  path: ["split"],
  message: "only manual has a split; the other strategies deal by themselves",
};
const splitFits = (body: AssignmentFields): boolean =>
  body.split === undefined || body.split.length === body.agents?.length;
const SPLIT_FITS = { path: ["split"], message: "one number for each agent" };

export const planStateSchema = z.enum(["preparing", "ready", "applying", "done", "cancelled", "failed"]);

/** What a bulk request of more than 10,000 leads is answered (202): a plan that is carried out by itself. */
export const planAccepted = z.strictObject({
  success: z.literal(true),
  plan_id: z.string(),
  state: planStateSchema,
  total_leads: z.int(),
  status_url: z.string(),
});

const PLAN_HEADER = { "bulk-plan-id": "the plan behind the work: to look at it and to undo it" };

export const bulkUpdated = z.strictObject({
  success: z.literal(true),
  updated_count: z.int(),
  failed_count: z.int(),
  results: z.array(
    z.strictObject({
      lead_id: z.string(),
      status: z.enum(["updated", "unchanged", "failed"]),
      timestamp: instant,
      error: z.string().optional(),
    }),
  ),
});
export type BulkUpdated = z.infer<typeof bulkUpdated>;

export const bulkUpdate = contract({
  method: "POST",
  path: "/api/leads/bulk-update",
  summary: "Change many leads; each row succeeds or fails by itself",
  access: staff,
  body: z.strictObject({ ...selection, updates, notes: text(10_000).optional() }).refine(oneSelection, ONE_SELECTION),
  maxBodyBytes: BULK_BODY_BYTES,
  response: z.union([bulkUpdated, planAccepted]),
  statuses: { 200: bulkUpdated, 202: planAccepted },
  headers: PLAN_HEADER,
});

const bulkAssigned = z.strictObject({
  success: z.literal(true),
  assignments: z.array(
    z.strictObject({
      lead_id: z.string(),
      assigned_to: z.string(),
      assigned_at: instant,
      /** unchanged: the lead was with this agent already. */
      status: z.enum(["assigned", "reassigned", "unchanged"]),
      previous_agent: z.string().optional().describe("reassigned: who had the lead"),
    }),
  ),
  summary: z.strictObject({
    total_leads: z.int(),
    successfully_assigned: z.int(),
    failed_assignments: z.int(),
  }),
  failures: z.array(z.strictObject({ lead_id: z.string(), code: z.string() })),
});
export type BulkAssigned = z.infer<typeof bulkAssigned>;

export const bulkAssign = contract({
  method: "POST",
  path: "/api/leads/bulk-assign",
  summary: "Assign many leads over agents by a strategy, within capacity",
  access: staff,
  body: z
    .strictObject({ ...selection, ...assignment })
    .refine(oneSelection, ONE_SELECTION)
    .refine(manualHasAgents, MANUAL_HAS_AGENTS)
    .refine(splitIsManual, SPLIT_IS_MANUAL)
    .refine(splitFits, SPLIT_FITS),
  maxBodyBytes: BULK_BODY_BYTES,
  response: z.union([bulkAssigned, planAccepted]),
  statuses: { 200: bulkAssigned, 202: planAccepted },
  headers: PLAN_HEADER,
});

// ── Plans ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
  bulkUpdate,
  bulkAssign,
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
