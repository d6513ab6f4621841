import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { givenInstant, instant, pathId, text } from "@/lib/http/fields";
import { CALL_OUTCOMES } from "./domain/call-outcomes";
import { NOT_REACHED_REASONS } from "./domain/not-reached";
import { RECORDING_STATES, RECORDING_STATUSES, TRANSCRIPTION_STATUSES } from "./domain/recordings";
import { QUEUED_CALL_STATES } from "./domain/queued-call-transitions";

export const queuedCallStateSchema = z.enum(QUEUED_CALL_STATES);

export const callLeadSchema = z.strictObject({
  leadId: z.string(),
  name: z.string(),
  disposition: z.string(),
  priority: z.string(),
  assignedAgent: z.string().nullable(),
});

/** An agent, as whoever reads of them knows them and as a program names them. */
export const callAgentSchema = z.strictObject({ agentId: z.string(), email: z.string(), name: z.string() });
export type CallAgent = z.infer<typeof callAgentSchema>;

/** One call as lists show it. */
export const callSchema = z.strictObject({
  callId: z.string(),
  direction: z.enum(["inbound", "outbound"]),
  from: z.string(),
  to: z.string(),
  state: queuedCallStateSchema.nullable(),
  lead: callLeadSchema.nullable(),
  agent: callAgentSchema.nullable(),
  queue: z.strictObject({ key: z.string(), name: z.string() }).nullable(),
  startedAt: instant,
  answeredAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  waitSeconds: z.number().nullable(),
  talkSeconds: z.number().nullable(),
  disposition: z.string().nullable(),
  note: z.string().nullable(),
  /** What the caller pressed when asked how they found it, 1 to 5. */
  rating: z.int().nullable(),
  /** A recording or a message of it can be heard. */
  sound: z.boolean(),
});
export type CallRecord = z.infer<typeof callSchema>;

export const listCalls = contract({
  method: "GET",
  path: "/api/calls",
  summary: "The call log, newest first; agents see their own",
  access: everyone,
  query: z.strictObject({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
    leadId: pathId.optional(),
    agent: pathId.optional().describe("id or e-mail"),
    state: queuedCallStateSchema.optional(),
    outcome: z.enum(CALL_OUTCOMES).optional(),
    direction: z.enum(["inbound", "outbound"]).optional(),
    queue: pathId.optional().describe("id or key"),
    number: z
      .string()
      .trim()
      .min(3)
      .max(40)
      .optional()
      .describe("the customer's: a whole number with its country code, or some of its digits"),
    from: givenInstant.optional().describe("began at this moment or later"),
    to: givenInstant.optional().describe("began before this moment"),
  }),
  response: z.strictObject({ calls: z.array(callSchema), nextCursor: z.string().nullable() }),
});

export const readCall = contract({
  method: "GET",
  path: "/api/calls/{callId}",
  summary: "One call with everything that happened to it",
  access: everyone,
  params: z.strictObject({ callId: pathId }),
  response: callSchema.extend({
    recordings: z.array(
      z.strictObject({
        recordingId: z.string(),
        status: z.enum(RECORDING_STATUSES),
        startedAt: instant,
        durationSeconds: z.int().nullable(),
        deleted: z.boolean(),
      }),
    ),
    voicemails: z.array(
      z.strictObject({
        voicemailId: z.string(),
        createdAt: instant,
        durationSeconds: z.int(),
        transcription: z.string().nullable(),
        transcriptionStatus: z.enum(TRANSCRIPTION_STATUSES).nullable(),
        heardAt: instant.nullable(),
        deleted: z.boolean(),
      }),
    ),
    events: z.array(
      z.strictObject({
        from: z.string().nullable(),
        to: z.string(),
        reason: z.string(),
        at: instant,
        data: z.unknown(),
      }),
    ),
    offers: z.array(
      z.strictObject({
        offerId: z.string(),
        agent: callAgentSchema,
        status: z.string(),
        createdAt: instant,
        resolvedAt: instant.nullable(),
        rang: z.boolean(),
        explanation: z.unknown(),
      }),
    ),
  }),
});

export const listQueue = contract({
  method: "GET",
  path: "/api/queues",
  summary: "Queues with the calls in them now, in order",
  access: everyone,
  response: z.strictObject({
    queues: z.array(
      z.strictObject({
        queueId: z.string(),
        key: z.string(),
        name: z.string(),
        signedIn: z.int(),
        ready: z.int(),
        longestWaitSeconds: z.number().nullable(),
        calls: z.array(
          z.strictObject({
            callId: z.string(),
            from: z.string(),
            kind: z
              .enum(["caller", "callback"])
              .describe("callback: nobody is on the line yet; who is due is rung once an agent is there"),
            lead: callLeadSchema.nullable(),
            state: queuedCallStateSchema,
            position: z.int().nullable(),
            priority: z.string(),
            enqueuedAt: instant,
            connectedAt: instant.nullable().describe("since when the caller talks; null before"),
            agent: z.string().nullable(),
            why: z.string().nullable().describe("why this agent; null while nobody is asked"),
            offers: z.int(),
            expectedWaitSeconds: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
          }),
        ),
      }),
    ),
    serverTime: instant,
  }),
});

/** Who else is in a call, or being rung for it. */
export const participantSchema = z.strictObject({
  participantId: z.string(),
  role: z.enum(["transfer", "consult", "member", "monitor", "whisper", "barge"]),
  state: z.enum(["ringing", "joined"]),
  name: z.string().nullable(),
  number: z.string().nullable(),
  held: z.boolean(),
});

/** What an agent's softphone shows of the call it holds: the offer, the conversation or the wrap-up. */
export const currentCallSchema = z.strictObject({
  callId: z.string(),
  state: z.enum(["offered", "connecting", "in_conversation", "wrap_up"]),
  offerId: z.string().nullable(),
  direction: z.enum(["inbound", "outbound"]),
  /** The customer's number, whoever called whom. */
  from: z.string(),
  /** The number that the customer of a call out sees; null for calls that come in. */
  shownNumber: z.string().nullable(),
  queueName: z.string(),
  lead: callLeadSchema.nullable(),
  /** The owner, or somebody who was asked in. */
  role: z.enum(["owner", "guest"]),
  heldSince: instant.nullable(),
  participants: z.array(participantSchema),
  /** Why this call came to this agent, in words. */
  why: z.string(),
  waitedSeconds: z.number(),
  offerExpiresAt: instant.nullable(),
  /** The phone is not rung for the offer, or not yet: whoever accepts dials in. */
  dialIn: z.boolean(),
  connectedAt: instant.nullable(),
  wrapUpEndsAt: instant.nullable(),
  wrapUpExtensionsLeft: z.int(),
  /** Of the recording of this conversation; null when it is not recorded. */
  recording: z.enum(RECORDING_STATES).nullable(),
  /** Why a call out that is wrapped up came to nobody. */
  notReached: z.enum(NOT_REACHED_REASONS).nullable(),
  /** A machine has answered this call out, as far as the carrier can tell. */
  machine: z.boolean(),
  /** As far as it has been sent. */
  note: z.string().nullable(),
  serverTime: instant,
});
export type CurrentCall = z.infer<typeof currentCallSchema>;

export const myCalls = contract({
  method: "GET",
  path: "/api/calls/current",
  summary: "The calls that the asking agent holds now",
  access: everyone,
  response: z.strictObject({ calls: z.array(currentCallSchema) }),
});

const callParams = z.strictObject({ callId: pathId });
const done = z.strictObject({ success: z.literal(true), state: queuedCallStateSchema });

export const declineCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/decline",
  summary: "The offered agent declines: next agent, caller's place untouched",
  access: everyone,
  params: callParams,
  response: done,
});

export const endCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/end",
  summary: "The owning agent (or staff) ends the conversation for both sides",
  access: everyone,
  params: callParams,
  response: done,
});

export const wrapUpCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/wrap-up",
  summary: "Disposition and note of a call; ends the wrap-up unless `finish` is false",
  access: everyone,
  params: callParams,
  body: z.strictObject({
    disposition: z.string().min(1).max(40).optional().describe("also becomes the lead's disposition"),
    note: text(10_000).optional(),
    finish: z.boolean().optional(),
  }),
  response: done,
});

export const queueProcessor = contract({
  method: "GET",
  path: "/api/cron/inbound-queue-processor",
  summary: "Expires offers, offers waiting calls, runs due carrier commands",
  access: { kind: "cron" },
  response: z.strictObject({
    success: z.literal(true),
    offersExpired: z.int(),
    offersMade: z.int(),
    commandsRun: z.int(),
    wrapUpsEnded: z.int(),
    healed: z.int(),
  }),
});

export const callQueueContracts = [
  listCalls,
  readCall,
  myCalls,
  listQueue,
  declineCall,
  endCall,
  wrapUpCall,
  queueProcessor,
];
