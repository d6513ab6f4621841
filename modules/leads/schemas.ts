import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { activityTypes } from "./domain/activity";
import { MAX_TAG_LENGTH, MAX_TAGS } from "./domain/lead";
import { sortFields } from "./domain/lead-sort";
import { calendarDate, emailField, instant, pathId, phoneField, text } from "@/lib/http/fields";

export const prioritySchema = z.enum(["normal", "high", "urgent"]);
export const dispositionSchema = z.string().min(1).max(40);
export const tagsSchema = z.array(text(MAX_TAG_LENGTH)).max(MAX_TAGS);

const teamField = text(80).describe("a team's name; only managers give it");

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
  follow_up_on: z.iso.date().nullable().describe("when to get in touch next: a calendar date, without a time zone"),
  return_due_at: instant.nullable().describe("when it goes back to the pool unless its agent works on it before"),
  team: z.string().nullable().describe("the team whose members see it while nobody has it; null: everybody's"),
  locked: z
    .strictObject({ at: instant, by: z.string().describe("an e-mail"), by_name: z.string(), reason: z.string() })
    .nullable(),
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
    follow_up_on: calendarDate.nullish(),
    team: teamField.optional(),
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
    cursor: z.string().max(4_000).optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
    q: z.string().trim().max(200).optional().describe("name, e-mail, phone digits or notes"),
    assigned_agent: z.string().max(254).optional().describe('an e-mail, "none" or "me"'),
    disposition: dispositionSchema.optional(),
    priority: prioritySchema.optional(),
    sort: z.enum(sortFields).optional(),
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
      follow_up_on: calendarDate.nullable().optional(),
      team: teamField.nullable().optional(),
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

/** People whom one note mentions. */
export const MOST_MENTIONS = 20;

export const addNote = contract({
  method: "POST",
  path: "/api/leads/{leadId}/notes",
  summary: "Write a note",
  access: everyone,
  params: leadParams,
  body: z.strictObject({
    text: text(10_000),
    mentions: z
      .array(emailField)
      .max(MOST_MENTIONS)
      .optional()
      .describe("e-mails of people who see the lead; the text has their names after an @"),
  }),
  response: z.strictObject({ success: z.literal(true), activity_id: z.string() }),
});

export const activitySchema = z.strictObject({
  activity_id: z.string(),
  type: z.string().describe(activityTypes.join(", ")),
  actor: z.string().describe("an e-mail, or what did it"),
  actor_name: z.string().describe("how that person is called"),
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
    type: z
      .string()
      .max(300)
      .transform((types) => types.split(","))
      .pipe(z.array(z.enum(activityTypes)).min(1))
      .optional()
      .describe(`some of ${activityTypes.join(", ")}, with commas between`),
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
  listDispositions,
];
