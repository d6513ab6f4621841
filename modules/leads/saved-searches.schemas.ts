import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { instant, pathId, text } from "@/lib/http/fields";
import { filterSchema } from "./domain/lead-filter";
import { sortFields, sortSchema } from "./domain/lead-sort";

/** Searches that one person may keep. */
export const MOST_SAVED = 200;
const MOST_COLUMNS = 100;

export const layoutSchema = z.strictObject({
  columns: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(60),
        width: z.int().min(40).max(1_200).optional().describe("pixels; absent: the column's own"),
        pinned: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(MOST_COLUMNS)
    .describe("those shown, in their order"),
  density: z.enum(["compact", "normal", "roomy"]).optional(),
});
export type Layout = z.infer<typeof layoutSchema>;

const searchAlertSchema = z.strictObject({
  more_than: z.int().min(0).max(10_000).describe("leads; as many as are counted exactly"),
  for_minutes: z.int().min(0).max(1_440).describe("so long it must last before anybody is told"),
});

export const savedSearchSchema = z.strictObject({
  saved_search_id: z.string(),
  name: z.string(),
  owner: z.string().describe("an e-mail"),
  mine: z.boolean(),
  shared: z.boolean().describe("everybody sees it; each finds what they may see"),
  filter: filterSchema,
  sort: z.strictObject({ field: z.enum(sortFields), direction: z.enum(["asc", "desc"]) }),
  layout: layoutSchema.nullable().describe("how a list shows it; null: as the list likes"),
  is_default: z.boolean().describe("what your list begins with"),
  alert: searchAlertSchema.nullable().describe("what managers are alerted of; null for agents"),
  version: z.int(),
  updated_at: instant,
});
export type SavedSearch = z.infer<typeof savedSearchSchema>;

const params = z.strictObject({ savedSearchId: pathId });
const facts = {
  name: text(80),
  shared: z.boolean().optional(),
  filter: filterSchema,
  sort: sortSchema.optional(),
  layout: layoutSchema.nullable().optional(),
};

export const listSavedSearches = contract({
  method: "GET",
  path: "/api/saved-searches",
  summary: "Your saved searches and those that others share, by name",
  access: everyone,
  response: z.strictObject({ saved_searches: z.array(savedSearchSchema) }),
});

export const createSavedSearch = contract({
  method: "POST",
  path: "/api/saved-searches",
  summary: "Keep a search under a name",
  access: everyone,
  body: z.strictObject(facts),
  response: savedSearchSchema,
});

export const changeSavedSearch = contract({
  method: "PATCH",
  path: "/api/saved-searches/{savedSearchId}",
  summary: "Change a saved search of your own",
  access: everyone,
  params,
  body: z
    .strictObject({
      name: facts.name.optional(),
      shared: facts.shared,
      filter: facts.filter.optional(),
      sort: facts.sort,
      layout: facts.layout,
      version: z.int().optional().describe("when given and no longer the present one: 409 version_conflict"),
    })
    .refine((body) => Object.keys(body).some((key) => key !== "version"), "name at least one field to change"),
  response: savedSearchSchema,
});

export const deleteSavedSearch = contract({
  method: "DELETE",
  path: "/api/saved-searches/{savedSearchId}",
  summary: "Delete a saved search of your own",
  access: everyone,
  params,
  response: z.strictObject({ success: z.literal(true), saved_search_id: z.string() }),
});

export const setDefaultSearch = contract({
  method: "PUT",
  path: "/api/saved-searches/default",
  summary: "What your list begins with; null: all leads, the newest first",
  access: everyone,
  body: z.strictObject({ saved_search_id: pathId.nullable() }),
  response: z.strictObject({ success: z.literal(true), saved_search_id: z.string().nullable() }),
});

export const countSavedSearches = contract({
  method: "POST",
  path: "/api/saved-searches/counts",
  summary: "How many leads saved searches find for you, at most half a minute old",
  access: everyone,
  reads: true,
  body: z.strictObject({ saved_search_ids: z.array(pathId).min(1).max(50) }),
  response: z.strictObject({
    counts: z
      .array(
        z.strictObject({
          saved_search_id: z.string(),
          count: z.int().nullable().describe("null: not counted this time, since it looks through too much"),
          is_estimate: z.boolean().describe("false: exact, as up to 10,000"),
        }),
      )
      .describe("those that you see"),
  }),
});

export const setSearchAlert = contract({
  method: "PUT",
  path: "/api/saved-searches/{savedSearchId}/alert",
  summary: "Alert managers when more leads match a shared search of your own than so many, for so long; null: do not",
  access: staff,
  params,
  body: z.strictObject({ alert: searchAlertSchema.nullable() }),
  response: savedSearchSchema,
});

export const savedSearchContracts = [
  countSavedSearches,
  setSearchAlert,
  listSavedSearches,
  createSavedSearch,
  changeSavedSearch,
  deleteSavedSearch,
  setDefaultSearch,
];
