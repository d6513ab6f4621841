import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

const score = z.number().min(0).max(100);

const partSchema = z.strictObject({
  name: z.enum(["contact", "conversion", "promptness"]),
  score: score.describe("50 is the team's mean, 66.7 twice its odds"),
  low: score,
  high: score,
  n: z.int().describe("leads that count for it"),
  good: z.int().describe("how many of them came out well"),
  expected: z.number().describe("how many would have with the team's mean, given the same leads"),
});

export const agentPerformanceSchema = z.strictObject({
  agent_id: z.string().describe("the agent's e-mail"),
  name: z.string(),
  score,
  low: score.describe("the true score lies between low and high with a probability of 90 %"),
  high: score,
  n: z.int().describe("leads of the part that has most"),
  parts: z.array(partSchema),
  comparable_with: z.int().describe("how many others cannot be told apart from this agent"),
  best_rank: z.int(),
  worst_rank: z.int(),
});
export type AgentPerformanceView = z.infer<typeof agentPerformanceSchema>;

export const performanceOverviewSchema = z.strictObject({
  formula: z.strictObject({
    weights: z.strictObject({ contact: z.number(), conversion: z.number(), promptness: z.number() }),
    window_days: z.int(),
    prompt_hours: z.int(),
    team_mean: z.number(),
    interval: z.number(),
  }),
  computed_at: instant.nullable(),
  agents: z.array(agentPerformanceSchema).describe("managers: everybody, best first; agents: their own"),
});
export type PerformanceOverview = z.infer<typeof performanceOverviewSchema>;

export const readPerformance = contract({
  method: "GET",
  path: "/api/agents/performance",
  summary: "Performance scores with what they are made of",
  access: everyone,
  response: performanceOverviewSchema,
});

export const performanceCron = contract({
  method: "GET",
  path: "/api/cron/agent-performance",
  summary: "Computes performance scores that are a minute old",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), refreshed: z.boolean() }),
});

export const performanceContracts = [readPerformance, performanceCron];
