import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { urgencies } from "./domain/urgency";
import { capacitySchema, leadSchema } from "./schemas";

const workItem = leadSchema.extend({
  urgency: z
    .enum(urgencies)
    .describe(
      "returns_soon: goes back to the pool within 4 hours; follow_up_overdue, follow_up_today: by the calendar of the agent's time zone; urgent, high: its priority; not_begun: its timer runs; open: the rest",
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
