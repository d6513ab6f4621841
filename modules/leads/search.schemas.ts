import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";
import { leadSchema } from "./schemas";

/** A cursor holds a name of up to 200 characters in JSON and base64. */
export const cursorSchema = z.string().max(4_000);

/** Anchors are never further apart. */
export const MAX_SKIP = 10_000;

const searchFields = {
  filter: filterSchema.optional().describe("without one: every lead that may be seen"),
  sort: sortSchema.optional(),
};

export const advancedSearch = contract({
  method: "POST",
  path: "/api/leads/advanced-search",
  summary: "Leads by a filter tree, in order, by keyset pages",
  access: everyone,
  reads: true,
  body: z
    .strictObject({
      ...searchFields,
      cursor: cursorSchema.optional(),
      skip: z.int().min(0).max(MAX_SKIP).optional().describe("leads passed over behind the cursor"),
      limit: z.int().min(1).max(500).optional(),
    })
    .refine((body) => body.skip === undefined || body.cursor !== undefined, {
      path: ["skip"],
      message: "needs a cursor to begin at",
    }),
  response: z.strictObject({
    leads: z.array(leadSchema),
    next_cursor: z.string().nullable(),
    total: z.int().describe("exact up to 10,000; pages after the first tell the total of the first"),
    total_is_estimate: z.boolean(),
  }),
});

export const searchAnchors = contract({
  method: "POST",
  path: "/api/leads/anchors",
  summary: "Cursors at known rows of an advanced search: for a scrollbar that jumps anywhere in a million leads",
  access: everyone,
  reads: true,
  body: z.strictObject(searchFields),
  response: z.strictObject({
    total: z.int().describe("exact, as of some seconds ago at most"),
    anchors: z
      .array(z.strictObject({ row: z.int().describe("leads that come before"), cursor: z.string() }))
      .describe("in order, evenly spaced; row 0 needs none"),
  }),
});

export const searchContracts = [advancedSearch, searchAnchors];
