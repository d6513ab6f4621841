import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { pathId } from "@/lib/http/fields";

const share = z.number().min(0).max(1).nullable();
const seconds = z.number().nullable();

export const waitAccuracySchema = z.strictObject({
  hours: z.int(),
  announcements: z.strictObject({
    total: z.int(),
    waiting: z.int(),
    answered: z.int(),
    abandoned: z.int(),
    left: z.int().describe("callback, voicemail, or elsewhere"),
    judged: z.int().describe("answered, or gave up after the range's end"),
  }),
  coverage: z.strictObject({
    range: share.describe("of those judged, the wait lay in the 80 % range"),
    spokenRange: share.describe("the same for the range in whole minutes, as it was spoken"),
    sooner: share,
    later: share,
    aim: z.number(),
  }),
  errorSeconds: z.strictObject({ estimate: seconds, bias: seconds }),
  compared: z.strictObject({
    announcements: z.int().describe("answered ones for which every estimator had something to say"),
    estimateSeconds: seconds,
    lastWaitSeconds: seconds,
    averageWaitSeconds: seconds,
  }),
});
export type WaitAccuracy = z.infer<typeof waitAccuracySchema>;

export const readWaitAccuracy = contract({
  method: "GET",
  path: "/api/queues/{queueId}/wait-accuracy",
  summary: "How good the announced waits of a queue were, beside simpler estimators",
  access: everyone,
  params: z.strictObject({ queueId: pathId }),
  query: z.strictObject({ hours: z.coerce.number().int().min(1).max(720).default(24) }),
  response: waitAccuracySchema,
});

export const waitContracts = [readWaitAccuracy];
