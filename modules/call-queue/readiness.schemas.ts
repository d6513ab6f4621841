import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { readinessIssueSchema, sessionStatusSchema } from "@/modules/agents/schemas";

export const poolAgentSchema = z.strictObject({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  queues: z.array(z.string()),
  status: sessionStatusSchema,
  ready: z.boolean(),
  score: z.number().min(0).max(100),
  issues: z.array(readinessIssueSchema),
});
export type PoolAgentView = z.infer<typeof poolAgentSchema>;

export const readPoolReadiness = contract({
  method: "GET",
  path: "/api/agents/readiness",
  summary: "Who could be offered a call now, and what stands in the way of the others",
  access: staff,
  query: z.strictObject({ queue: z.string().min(1).max(64).optional().describe("the queue's key") }),
  response: z.strictObject({
    agents: z.array(poolAgentSchema),
    summary: z.strictObject({ agents: z.int(), ready: z.int(), averageScore: z.number() }),
  }),
});

export const readinessContracts = [readPoolReadiness];
