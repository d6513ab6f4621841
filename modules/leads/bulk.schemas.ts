import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant, text } from "@/lib/http/fields";
import {
  assignment,
  BULK_BODY_BYTES,
  MANUAL_HAS_AGENTS,
  manualHasAgents,
  ONE_SELECTION,
  oneSelection,
  selection,
  SPLIT_FITS,
  SPLIT_IS_MANUAL,
  splitFits,
  splitIsManual,
  updates,
} from "./bulk-fields.schemas";
import { planStateSchema } from "./plans.schemas";

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

export const bulkContracts = [bulkUpdate, bulkAssign];
