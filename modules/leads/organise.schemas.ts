import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { pathId, text } from "@/lib/http/fields";
import { MAX_TAG_LENGTH } from "./domain/lead";
import { mergeFields } from "./domain/merge";
import { leadSchema } from "./schemas";

const leadParams = z.strictObject({ leadId: pathId });

export const lockLead = contract({
  method: "POST",
  path: "/api/leads/{leadId}/lock",
  summary: "Keep a lead with its agent, out of assignment, bulk work, merging and the return timer",
  access: staff,
  params: leadParams,
  body: z.strictObject({ reason: text(500) }),
  response: leadSchema,
});

export const unlockLead = contract({
  method: "DELETE",
  path: "/api/leads/{leadId}/lock",
  summary: "Let a locked lead be moved again",
  access: staff,
  params: leadParams,
  response: leadSchema,
});

export const restoreLead = contract({
  method: "POST",
  path: "/api/leads/{leadId}/restore",
  summary: "Bring a removed lead back: to its agent when there is room, otherwise to nobody",
  access: staff,
  params: leadParams,
  response: leadSchema,
});

const sideSchema = z.enum(["this", "other"]);

export const mergeLead = contract({
  method: "POST",
  path: "/api/leads/{leadId}/merge",
  summary: "Make another lead part of this one; this one stays",
  access: staff,
  params: leadParams,
  body: z.strictObject({
    other_lead_id: pathId,
    keep: z
      .partialRecord(z.enum(mergeFields), sideSchema)
      .optional()
      .describe("whose value stays, by field; this one's unless said otherwise, and the other's where this has none"),
    version: z.int().optional().describe("of this lead; when no longer the present one: 409 version_conflict"),
    other_version: z.int().optional().describe("of the other lead, likewise"),
  }),
  response: z.strictObject({
    success: z.literal(true),
    lead: leadSchema,
    merged_lead_id: z.string(),
    tags_left_out: z.array(z.string()).describe("tags of the other lead beyond the most a lead can have"),
  }),
});

export const unmergeLead = contract({
  method: "POST",
  path: "/api/leads/{leadId}/unmerge",
  summary: "Take this lead out of the one it was merged into, as long as neither has changed since",
  access: staff,
  params: leadParams,
  response: z.strictObject({ success: z.literal(true), lead: leadSchema, other: leadSchema }),
});

export const duplicateLeads = contract({
  method: "GET",
  path: "/api/leads/{leadId}/duplicates",
  summary: "Leads with the same phone number or e-mail address, newest first; at most 50",
  access: staff,
  params: leadParams,
  response: z.strictObject({
    duplicates: z.array(z.strictObject({ lead: leadSchema, same: z.array(z.enum(["phone", "email"])) })),
  }),
});

export const listTags = contract({
  method: "GET",
  path: "/api/tags",
  summary: "Tags in use with how many leads have each: of all leads (staff), or of one's own (agents)",
  access: everyone,
  response: z.strictObject({ tags: z.array(z.strictObject({ tag: z.string(), leads: z.int() })) }),
});

/** As it stands in the list, also when it was kept before tags were canonical. */
const presentTag = z.string().min(1).max(200);

/** Bulk work on tags: done within the request, or (202) by its plan, which can be watched and undone either way. */
const tagsChanged = z.strictObject({
  success: z.literal(true),
  plan_id: z.string(),
  state: z.string().describe("of the plan: done, or what it is at while it goes on"),
  changed_count: z.int().nullable().describe("null while it goes on"),
  failed_count: z.int().nullable().describe("leads left as they were, such as locked ones"),
});

export const renameTag = contract({
  method: "POST",
  path: "/api/tags/rename",
  summary: "Give every lead with one tag another instead",
  access: staff,
  body: z.strictObject({ from: presentTag, to: text(MAX_TAG_LENGTH) }),
  response: tagsChanged,
  statuses: { 200: tagsChanged, 202: tagsChanged },
});

export const removeTag = contract({
  method: "POST",
  path: "/api/tags/remove",
  summary: "Take a tag from every lead that has it",
  access: staff,
  body: z.strictObject({ tag: presentTag }),
  response: tagsChanged,
  statuses: { 200: tagsChanged, 202: tagsChanged },
});

export const organiseContracts = [
  lockLead,
  unlockLead,
  restoreLead,
  mergeLead,
  unmergeLead,
  duplicateLeads,
  listTags,
  renameTag,
  removeTag,
];
