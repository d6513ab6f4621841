import { z } from "zod";
import { admins, contract, everyone, staff } from "@/lib/http/contract";
import { instant, pathId, text } from "@/lib/http/fields";
import { TRANSCRIPTION_STATUSES } from "./domain/recordings";

const lead = z.strictObject({ leadId: z.string(), name: z.string() }).nullable();
const voicemailParams = z.strictObject({ voicemailId: pathId });

export const playRecording = contract({
  method: "GET",
  path: "/api/recordings/{recordingId}/media",
  summary:
    "The sound of a recorded conversation, or a part of it; agents hear their own calls, every listening is audited",
  access: everyone,
  params: z.strictObject({ recordingId: pathId }),
});

export const playVoicemail = contract({
  method: "GET",
  path: "/api/voicemails/{voicemailId}/media",
  summary: "The sound of a message, or a part of it; it counts as heard then",
  access: everyone,
  params: voicemailParams,
});

export const voicemailSchema = z.strictObject({
  voicemailId: z.string(),
  callId: z.string(),
  from: z.string(),
  lead,
  queue: z.string().nullable(),
  durationSeconds: z.int(),
  transcription: z.string().nullable(),
  transcriptionStatus: z.enum(TRANSCRIPTION_STATUSES).nullable(),
  agent: z
    .strictObject({ agentId: z.string(), email: z.string(), name: z.string() })
    .nullable()
    .describe("who is to call back"),
  heardAt: instant.nullable(),
  doneAt: instant.nullable(),
  deleted: z.boolean().describe("its sound was kept as long as the house keeps sounds"),
  createdAt: instant,
});
export type VoicemailView = z.infer<typeof voicemailSchema>;

export const listVoicemails = contract({
  method: "GET",
  path: "/api/voicemails",
  summary: "Messages that callers left, newest first; agents see theirs and those of their queues",
  access: everyone,
  query: z.strictObject({
    state: z.enum(["open", "unheard", "done", "all"]).optional().describe("open by default: not done yet"),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  response: z.strictObject({ voicemails: z.array(voicemailSchema), nextCursor: z.string().nullable() }),
});

export const changeVoicemail = contract({
  method: "PATCH",
  path: "/api/voicemails/{voicemailId}",
  summary: "Heard or not, done or not, and who is to call back",
  access: everyone,
  params: voicemailParams,
  body: z
    .strictObject({
      heard: z.boolean().optional(),
      done: z.boolean().optional(),
      agent: pathId.nullable().optional().describe("id or e-mail; null: nobody in particular"),
    })
    .refine((body) => Object.keys(body).length > 0, "name at least one thing to change"),
  response: voicemailSchema,
});

export const transcribeVoicemail = contract({
  method: "PUT",
  path: "/api/voicemails/{voicemailId}/transcription",
  summary: "What was said in a message, written down by a program of your own",
  access: staff,
  params: voicemailParams,
  body: z.strictObject({ text: text(20_000) }),
  response: voicemailSchema,
});

export const abandonedSchema = z.strictObject({
  callId: z.string().describe("the last call that was given up"),
  number: z.string(),
  times: z.int().describe("how often it hung up in the last two weeks"),
  waitedSeconds: z.number(),
  at: instant,
  lead,
  queueName: z.string(),
});
export type AbandonedView = z.infer<typeof abandonedSchema>;

export const listAbandoned = contract({
  method: "GET",
  path: "/api/calls/abandoned",
  summary: "Callers who hung up unanswered and were not spoken with since, each number once, the latest first",
  access: everyone,
  response: z.strictObject({ callers: z.array(abandonedSchema) }),
});

const followed = z.strictObject({ success: z.literal(true) });
export const followUpAbandoned = contract({
  method: "POST",
  path: "/api/calls/abandoned/{callId}/done",
  summary: "Nobody need call this number back any more, until it hangs up again",
  access: everyone,
  params: z.strictObject({ callId: pathId }),
  response: followed,
});

export const reopenAbandoned = contract({
  method: "DELETE",
  path: "/api/calls/abandoned/{callId}/done",
  summary: "This number is to be called back after all",
  access: everyone,
  params: z.strictObject({ callId: pathId }),
  response: followed,
});

const days = z.int().min(1).max(3_650).nullable().describe("days; null: for ever");
const retention = z.strictObject({ recordingDays: days, voicemailDays: days });

export const readRetention = contract({
  method: "GET",
  path: "/api/settings/retention",
  summary: "How long recordings and messages are kept",
  access: staff,
  response: retention,
});

export const changeRetention = contract({
  method: "PUT",
  path: "/api/settings/retention",
  summary: "Change how long recordings and messages are kept; what is too old by then is deleted at the carrier",
  access: admins,
  body: retention,
  response: retention,
});

export const retentionCron = contract({
  method: "GET",
  path: "/api/cron/retention",
  summary: "Has the carrier delete recordings and messages that have been kept long enough, a bounded number a time",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), recordings: z.int(), voicemails: z.int() }),
});

export const recordContracts = [
  playRecording,
  playVoicemail,
  listVoicemails,
  changeVoicemail,
  transcribeVoicemail,
  listAbandoned,
  followUpAbandoned,
  reopenAbandoned,
  readRetention,
  changeRetention,
  retentionCron,
];
