import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { emailField, instant, pathId } from "@/lib/http/fields";

const counters = z.strictObject({ open_leads: z.int(), max_capacity: z.int() });

/** Candidates that one answer lists; there may have been more. */
export const MOST_CANDIDATES = 100;

const whySchema = z.strictObject({
  summary: z.string().describe("one plain sentence"),
  position: z.int().nullable().describe("the lead's row in the bulk plan, from 0; null when a person chose the agent"),
  before: counters.nullable().describe("the agent's load just before, and after"),
  after: counters.nullable(),
  candidates: z
    .array(
      z.strictObject({
        agent: z.string(),
        name: z.string(),
        open_leads: z.int(),
        max_capacity: z.int(),
        score: z.number().nullable(),
        turns: z.int().nullable().describe("round_robin: leads from this rotation; null with other strategies"),
      }),
    )
    .describe("who could have had it, as they stood at that moment; an agent sees only their own row"),
  candidate_count: z.int(),
  excluded: z.array(z.strictObject({ agent: z.string(), name: z.string(), reason: z.string() })),
  not: z
    .strictObject({ agent: z.string(), name: z.string(), summary: z.string() })
    .nullable()
    .describe("why it did not go to the agent asked about; null also where it was given to nobody"),
});

export const decisionSchema = z.strictObject({
  decision_id: z.string(),
  strategy: z.string(),
  policy_version: z.string(),
  agent: z.string().nullable().describe("null: nobody has it since"),
  agent_name: z.string().nullable(),
  previous_agent: z.string().nullable(),
  previous_agent_name: z.string().nullable(),
  decided_by: z.string().nullable().describe("an e-mail; null when the program decided"),
  decided_by_name: z.string().nullable(),
  decided_at: instant,
  override_reason: z.string().nullable(),
  plan_id: z.string().nullable(),
  merged_lead: z.string().nullable().describe("the lead it was made for, when that has become part of this one"),
  why: whySchema,
});
export type Decision = z.infer<typeof decisionSchema>;

export const leadDecisions = contract({
  method: "GET",
  path: "/api/leads/{leadId}/decisions",
  summary: "Why a lead went to whom, newest first",
  access: everyone,
  params: z.strictObject({ leadId: pathId }),
  query: z.strictObject({
    not: emailField.optional().describe("an agent's e-mail: why did it not go to them?"),
    cursor: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(50).optional(),
  }),
  response: z.strictObject({ decisions: z.array(decisionSchema), next_cursor: z.string().nullable() }),
});

export const decisionContracts = [leadDecisions];
