import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { filterSchema } from "./domain/lead-filter";
import { emailField, instant, pathId, phoneField, text } from "@/lib/http/fields";

export const prioritySchema = z.enum(["normal", "high", "urgent"]);
export const strategySchema = z.enum(["round_robin", "capacity_based", "manual", "performance_weighted"]);
export const dispositionSchema = z.string().min(1).max(40);
const tagsSchema = z.array(text(40)).max(50);
const MAX_IDS = 1_000_000;
/** Room for a million identifiers, so that "too many" is answered as such and not as a torn connection. */
const BULK_BODY_BYTES = 64 * 1_048_576;

const leadParams = z.strictObject({ leadId: pathId });

export const capacitySchema = z.strictObject({ current: z.int(), max: z.int(), percentage: z.int() });

export const leadSchema = z.strictObject({
  lead_id: z.string(),
  name: z.string(),
  phone: z.string(),
  email: z.string().nullable(),
  source: z.string(),
  disposition: z.string(),
  priority: prioritySchema,
  tags: z.array(z.string()),
  assigned_agent: z.string().nullable().describe("the agent's e-mail"),
  assigned_agent_name: z.string().nullable(),
  assigned_at: instant.nullable(),
  last_activity: instant.nullable(),
  return_due_at: instant.nullable().describe("when it goes back to the pool unless its agent works on it before"),
  team: z.string().nullable().describe("the team whose members see it while nobody has it; null: everybody's"),
  locked: z.strictObject({ at: instant, by: z.string(), reason: z.string() }).nullable(),
  notes_count: z.int(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
});
export type Lead = z.infer<typeof leadSchema>;

export const createLead = contract({
  method: "POST",
  path: "/api/leads",
  summary: "Create a lead",
  access: everyone,
  body: z.strictObject({
    name: text(200),
    phone: phoneField,
    email: emailField.nullish(),
    source: text(80).optional(),
    priority: prioritySchema.optional(),
    tags: tagsSchema.optional(),
    notes: text(10_000).optional(),
  }),
  response: leadSchema,
});

export const listLeads = contract({
  method: "GET",
  path: "/api/leads",
  summary: "Leads, newest first, by keyset pages",
  access: everyone,
  query: z.strictObject({
    cursor: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
    q: z.string().trim().max(200).optional().describe("name, e-mail or phone digits"),
    assigned_agent: z.string().max(254).optional().describe('an e-mail, "none" or "me"'),
    disposition: dispositionSchema.optional(),
    priority: prioritySchema.optional(),
    sort: z.enum(["created_at", "assigned_at", "last_activity", "name", "priority"]).optional(),
    direction: z.enum(["asc", "desc"]).optional(),
  }),
  response: z.strictObject({
    leads: z.array(leadSchema),
    next_cursor: z.string().nullable(),
    total: z.int(),
    total_is_estimate: z.boolean(),
  }),
});

export const readLead = contract({
  method: "GET",
  path: "/api/leads/{leadId}",
  summary: "One lead",
  access: everyone,
  params: leadParams,
  response: leadSchema,
});

export const patchLead = contract({
  method: "PATCH",
  path: "/api/leads/{leadId}",
  summary: "Change facts of a lead",
  access: everyone,
  params: leadParams,
  body: z
    .strictObject({
      name: text(200).optional(),
      phone: phoneField.optional(),
      email: emailField.nullable().optional(),
      source: text(80).optional(),
      disposition: dispositionSchema.optional(),
      priority: prioritySchema.optional(),
      tags: tagsSchema.optional(),
      version: z.int().optional().describe("when given and no longer the present one: 409 version_conflict"),
    })
    .refine((body) => Object.keys(body).some((key) => key !== "version"), "name at least one field to change"),
  response: leadSchema,
});

export const deleteLead = contract({
  method: "DELETE",
  path: "/api/leads/{leadId}",
  summary: "Remove a lead from every list",
  access: staff,
  params: leadParams,
  response: z.strictObject({ success: z.literal(true), lead_id: z.string() }),
});

export const addNote = contract({
  method: "POST",
  path: "/api/leads/{leadId}/notes",
  summary: "Write a note",
  access: everyone,
  params: leadParams,
  body: z.strictObject({ text: text(10_000) }),
  response: z.strictObject({ success: z.literal(true), activity_id: z.string() }),
});

export const activitySchema = z.strictObject({
  activity_id: z.string(),
  type: z.string().describe("created, updated, assigned, reassigned, disposition, note, call"),
  actor: z.string(),
  at: instant,
  data: z.record(z.string(), z.unknown()),
});
export type Activity = z.infer<typeof activitySchema>;

export const leadActivity = contract({
  method: "GET",
  path: "/api/leads/{leadId}/activity",
  summary: "The timeline of a lead, newest first",
  access: everyone,
  params: leadParams,
  query: z.strictObject({
    cursor: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
  }),
  response: z.strictObject({ activities: z.array(activitySchema), next_cursor: z.string().nullable() }),
});

export const assignLead = contract({
  method: "POST",
  path: "/api/leads/{leadId}/assign",
  summary: "Assign a lead to an agent who has the room for it",
  access: staff,
  params: leadParams,
  body: z
    .strictObject({
      agent_email: emailField,
      priority: prioritySchema.optional(),
      notes: text(10_000).optional(),
      override_capacity: z.boolean().optional(),
      reason: text(500).optional(),
    })
    .refine((body) => body.override_capacity !== true || body.reason !== undefined, {
      path: ["reason"],
      message: "say why capacity is overridden",
    }),
  response: z.strictObject({
    success: z.literal(true),
    lead: z.strictObject({
      lead_id: z.string(),
      assigned_agent: z.string(),
      assigned_at: instant,
      priority: prioritySchema,
    }),
    agent_capacity: capacitySchema,
  }),
});

export const reassignLead = contract({
  method: "PUT",
  path: "/api/leads/{leadId}/reassign",
  summary: "Move a lead from its agent to another",
  access: staff,
  params: leadParams,
  body: z.strictObject({ new_agent: emailField, reason: text(500), notes: text(10_000).optional() }),
  response: z.strictObject({
    success: z.literal(true),
    previous_agent: z.string(),
    new_agent: z.string(),
    reassigned_at: instant,
  }),
});

/** Either the rows by their ids, or everything that a search finds (see domain/lead-filter.ts). */
const selection = {
  lead_ids: z.array(z.string().min(1).max(254)).min(1).optional(),
  search: z.strictObject({ filter: filterSchema }).optional(),
};
const oneSelection = (body: { lead_ids?: unknown; search?: unknown }): boolean =>
  (body.lead_ids === undefined) !== (body.search === undefined);
const ONE_SELECTION = { path: ["lead_ids"], message: "give either lead_ids or search" };

export const bulkUpdate = contract({
  method: "POST",
  path: "/api/leads/bulk-update",
  summary: "Change many leads; each row succeeds or fails by itself",
  access: staff,
  body: z
    .strictObject({
      ...selection,
      updates: z
        .strictObject({
          disposition: dispositionSchema.optional(),
          priority: prioritySchema.optional(),
          tags: tagsSchema.optional(),
          source: text(80).optional(),
        })
        .refine((updates) => Object.keys(updates).length > 0, "name at least one field to change"),
      notes: text(10_000).optional(),
    })
    .refine(oneSelection, ONE_SELECTION),
  maxBodyBytes: BULK_BODY_BYTES,
  response: z.strictObject({
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
  }),
});

export const bulkAssign = contract({
  method: "POST",
  path: "/api/leads/bulk-assign",
  summary: "Assign many leads over agents by a strategy, within capacity",
  access: staff,
  body: z
    .strictObject({
      ...selection,
      assignment_strategy: strategySchema,
      agents: z.array(emailField).min(1).max(1_000).optional(),
      split: z.array(z.int().min(0)).optional().describe("manual: leads for each agent, in the order of agents"),
      priority: prioritySchema.optional(),
    })
    .refine(oneSelection, ONE_SELECTION)
    .refine((body) => body.assignment_strategy !== "manual" || body.agents !== undefined, {
      path: ["agents"],
      message: "manual needs agents",
    })
    .refine((body) => body.split === undefined || body.split.length === body.agents?.length, {
      path: ["split"],
      message: "one number for each agent",
    }),
  maxBodyBytes: BULK_BODY_BYTES,
  response: z.strictObject({
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
  }),
});

export const dispositionListSchema = z.strictObject({
  dispositions: z.array(z.strictObject({ code: z.string(), label: z.string(), is_open: z.boolean() })),
});

export const listDispositions = contract({
  method: "GET",
  path: "/api/dispositions",
  summary: "What a lead's disposition can be",
  access: everyone,
  response: dispositionListSchema,
});

export const leadContracts = [
  createLead,
  listLeads,
  readLead,
  patchLead,
  deleteLead,
  addNote,
  leadActivity,
  assignLead,
  reassignLead,
  bulkUpdate,
  bulkAssign,
  listDispositions,
];

/** Rows answered within one request; more is a plan of its own (202), and past MAX_IDS is refused (413). */
export const BULK_IN_REQUEST = 10_000;
export const BULK_MAX = MAX_IDS;
