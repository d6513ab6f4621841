import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";

/** Days that one answer goes back at most, today included. */
export const MOST_DAYS = 31;

const aDay = z.array(z.int()).describe("one figure a day, in the order of `dates`");

export const agentCalls = contract({
  method: "GET",
  path: "/api/agents/calls",
  summary: "Calls of each agent by day, in the asker's time zone; today is the last",
  access: staff,
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(MOST_DAYS).optional().describe("1: today alone") }),
  response: z.strictObject({
    dates: z.array(z.iso.date()),
    agents: z
      .array(
        z.strictObject({
          agent_id: z.string().describe("the agent's e-mail"),
          answered: aDay.describe("calls in and out that this agent spoke in last, by when they began"),
          missed: aDay.describe("rings that nobody answered (RONA)"),
          talk_seconds: aDay,
        }),
      )
      .describe("agents with at least one call in these days"),
  }),
});
export type AgentCalls = z.infer<NonNullable<(typeof agentCalls)["response"]>>;

export const agentCallContracts = [agentCalls];
