import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { capacitySchema, leadSchema } from "./schemas";

/** From the most pressing to the least; see repositories/my-work.repository.ts. */
export const urgencies = ["returns_soon", "urgent", "not_begun", "high", "open"] as const;
export type Urgency = (typeof urgencies)[number];

const workItem = leadSchema.extend({
  urgency: z
    .enum(urgencies)
    .describe(
      "returns_soon: goes back to the pool within 4 hours; urgent, high: its priority; not_begun: its timer runs; open: the rest",
    ),
});
export type WorkItem = z.infer<typeof workItem>;

export const myWork = contract({
  method: "GET",
  path: "/api/my-work",
  summary: "An agent's own open leads, the most pressing first",
  access: everyone,
  response: z.strictObject({
    capacity: capacitySchema,
    leads: z.array(workItem).describe("200 at most"),
    total: z.int().describe("open leads of the agent"),
  }),
});

export const myWorkContracts = [myWork];
