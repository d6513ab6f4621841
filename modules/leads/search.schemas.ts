import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";
import { leadSchema } from "./schemas";

/** A cursor holds a name of up to 200 characters in JSON and base64. */
export const cursorSchema = z.string().max(4_000);

export const advancedSearch = contract({
  method: "POST",
  path: "/api/leads/advanced-search",
  summary: "Leads by a filter tree, in order, by keyset pages",
  access: everyone,
  body: z.strictObject({
    filter: filterSchema.optional().describe("without one: every lead that may be seen"),
    sort: sortSchema.optional(),
    cursor: cursorSchema.optional(),
    limit: z.int().min(1).max(500).optional(),
  }),
  response: z.strictObject({
    leads: z.array(leadSchema),
    next_cursor: z.string().nullable(),
    total: z.int().describe("exact up to 10,000; pages after the first tell the total of the first"),
    total_is_estimate: z.boolean(),
  }),
});

export const searchContracts = [advancedSearch];
