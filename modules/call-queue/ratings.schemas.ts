import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { pathId } from "@/lib/http/fields";

const average = z.number().min(1).max(5);

export const queueRatingsSchema = z.strictObject({
  days: z.int(),
  asked: z.int().describe("callers whom the agent left to the question"),
  rated: z.int(),
  average: average.nullable(),
  scores: z.array(z.int()).length(5).describe("how many gave 1, 2, 3, 4 and 5"),
  agents: z.array(z.strictObject({ agent: z.string(), name: z.string(), rated: z.int(), average })),
});
export type QueueRatings = z.infer<typeof queueRatingsSchema>;

export const readQueueRatings = contract({
  method: "GET",
  path: "/api/queues/{queueId}/ratings",
  summary: "How callers of a queue rated their calls, and whom they spoke with",
  access: staff,
  params: z.strictObject({ queueId: pathId }),
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(365).default(30) }),
  response: queueRatingsSchema,
});

export const ratingContracts = [readQueueRatings];
