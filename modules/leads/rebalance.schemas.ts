import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";

export const rebalanceGoals = ["relieve", "even"] as const;

export const suggestRebalance = contract({
  method: "GET",
  path: "/api/agents/rebalance",
  summary: "Which leads to move so that nobody is over capacity, or everybody is equally full; changes nothing",
  access: staff,
  query: z.strictObject({
    goal: z
      .enum(rebalanceGoals)
      .optional()
      .describe("relieve (unless said otherwise): only what passes a capacity; even: those who take leads alike"),
  }),
  response: z.strictObject({
    goal: z.enum(rebalanceGoals),
    moves: z
      .array(z.strictObject({ from: z.string(), to: z.string(), leads: z.int() }))
      .describe("agents' e-mails; the moves of a bulk plan of kind rebalance"),
    over_capacity: z.int().describe("leads beyond capacities now"),
    left_over: z.int().describe("of those, how many nobody has room for"),
  }),
});

export const rebalanceContracts = [suggestRebalance];
