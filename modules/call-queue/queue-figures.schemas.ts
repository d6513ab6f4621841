import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

const seconds = z.number().nullable();
const share = z.number().min(0).max(1).nullable();

export const queueFiguresSchema = z.strictObject({
  queueId: z.string(),
  calls: z.strictObject({
    answered: z.int(),
    answeredInTime: z.int(),
    abandoned: z.int().describe("hung up while waiting"),
    shortAbandoned: z.int().describe("hung up sooner than counts"),
    elsewhere: z.int().describe("voicemail, callback, out of hours, another way out"),
  }),
  serviceLevelSeconds: z.int(),
  serviceLevel: share.describe("answered in time, of those answered and abandoned"),
  abandonment: share.describe("abandoned, of those answered and abandoned"),
  answerSeconds: seconds.describe("average wait of answered calls (ASA)"),
  handleSeconds: seconds.describe("average of talk, hold and wrap-up of calls that are done (AHT)"),
});
export type QueueFigures = z.infer<typeof queueFiguresSchema>;

export const listQueueFigures = contract({
  method: "GET",
  path: "/api/queues/figures",
  summary: "What came of today's calls in, queue by queue; the day is the asker's",
  access: everyone,
  response: z.strictObject({ since: instant, queues: z.array(queueFiguresSchema) }),
});

export const queueFiguresContracts = [listQueueFigures];
