import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { pathId } from "@/lib/http/fields";
import { filterSchema } from "./domain/lead-filter";
import { sortSchema } from "./domain/lead-sort";

const params = z.strictObject({ leadId: pathId });

export const personSchema = z.strictObject({
  email: z.string(),
  name: z.string(),
  role: z.enum(["admin", "manager", "agent"]),
});
export type Person = z.infer<typeof personSchema>;

export const leadPeople = contract({
  method: "GET",
  path: "/api/leads/{leadId}/people",
  summary: "Who sees a lead, by name: whom a note on it may mention",
  access: everyone,
  params,
  query: z.strictObject({ q: z.string().trim().max(100).optional().describe("part of a name or e-mail") }),
  response: z.strictObject({ people: z.array(personSchema).describe("20 at most") }),
});

const neighbour = z.strictObject({ lead_id: z.string(), name: z.string() }).nullable();

export const leadNeighbours = contract({
  method: "POST",
  path: "/api/leads/{leadId}/neighbours",
  summary: "The leads before and after one in a search, whether or not it is found by it any more",
  access: everyone,
  reads: true,
  params,
  body: z.strictObject({ filter: filterSchema.optional(), sort: sortSchema.optional() }),
  response: z.strictObject({ previous: neighbour, next: neighbour }),
});

export const leadPeopleContracts = [leadPeople, leadNeighbours];
