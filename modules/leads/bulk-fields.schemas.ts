import { z } from "zod";
import { calendarDate, emailField, idList, pathId, phoneField, text } from "@/lib/http/fields";
import { BULK_IN_REQUEST, BULK_MAX } from "./domain/bulk";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";
import { dispositionSchema, prioritySchema, tagsSchema } from "./schemas";

/* What bulk work is asked for: which leads, and what to do with them. Requests and plans have it in common. */

export const strategySchema = z.enum(["round_robin", "capacity_based", "manual", "performance_weighted"]);
/** Room for a million identifiers, so that "too many" is answered as such and not as a torn connection. */
export const BULK_BODY_BYTES = 64 * 1_048_576;

/** Either the rows by their ids, or everything that a search finds (see domain/lead-filter.ts). */
export const selection = {
  lead_ids: idList(BULK_MAX).optional(),
  search: z.strictObject({ filter: filterSchema, sort: sortSchema.optional() }).optional(),
  saved_search_id: pathId.optional().describe("what a saved search finds at this moment, in its order"),
};
interface Selecting {
  lead_ids?: unknown;
  search?: unknown;
  saved_search_id?: unknown;
}
export const selectionsOf = (body: Selecting): number =>
  [body.lead_ids, body.search, body.saved_search_id].filter((given) => given !== undefined).length;
export const oneSelection = (body: Selecting): boolean => selectionsOf(body) === 1;
export const ONE_SELECTION = { path: ["lead_ids"], message: "give one of lead_ids, search and saved_search_id" };

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
export const updates = updatesSchema.refine(someUpdate, SOME_UPDATE).refine(oneWayOfTags, ONE_WAY_OF_TAGS);

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
export const assignment = {
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
export const manualHasAgents = (body: AssignmentFields): boolean =>
  body.assignment_strategy !== "manual" || body.agents !== undefined;
export const MANUAL_HAS_AGENTS = { path: ["agents"], message: "manual needs agents" };
export const splitIsManual = (body: AssignmentFields): boolean =>
  body.split === undefined || body.assignment_strategy === "manual";
export const SPLIT_IS_MANUAL = {
  path: ["split"],
  message: "only manual has a split; the other strategies deal by themselves",
};
export const splitFits = (body: AssignmentFields): boolean =>
  body.split === undefined || body.split.length === body.agents?.length;
export const SPLIT_FITS = { path: ["split"], message: "one number for each agent" };
