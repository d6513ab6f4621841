import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { pathId, phoneField } from "@/lib/http/fields";
import { SUPERVISOR_MODES } from "./domain/participants";
import { RECORDING_STATES } from "./domain/recordings";
import { queuedCallStateSchema } from "./schemas";

const callParams = z.strictObject({ callId: pathId });
const participantParams = z.strictObject({ callId: pathId, participantId: pathId });
const done = z.strictObject({ success: z.literal(true), state: queuedCallStateSchema });

const onCall = (action: string, summary: string) =>
  contract({
    method: "POST",
    path: `/api/calls/{callId}/${action}`,
    summary,
    access: everyone,
    params: callParams,
    response: done,
  });

export const holdCall = onCall("hold", "The caller hears music and nothing else");
export const resumeCall = onCall("resume", "The caller is back in the conversation");
export const swapCall = onCall("swap", "Caller and the one who is consulted change places: one talks, one is on hold");
export const mergeCall = onCall("merge", "Caller, agent and the one who is consulted talk together");

export const recordCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/recording",
  summary: "Pauses the recording of the conversation, or goes on with it",
  access: everyone,
  params: callParams,
  body: z.strictObject({ action: z.enum(["pause", "resume"]) }),
  response: z.strictObject({
    success: z.literal(true),
    recording: z.enum(RECORDING_STATES).describe("pausing and resuming until the carrier has confirmed it"),
  }),
});

export const extendWrapUp = onCall("wrap-up/extend", "More time for the wrap-up, as often as the queue allows");

const agent = pathId.optional().describe("id or e-mail");
const number = phoneField.optional().describe("a number outside, E.164");

export const transferCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/transfer",
  summary: "Gives the call to an agent, a queue or a number; without any, to the one who is consulted",
  access: everyone,
  params: callParams,
  body: z
    .strictObject({ agent, queue: pathId.optional().describe("id or key"), number })
    .refine((body) => Object.values(body).filter((value) => value !== undefined).length <= 1, {
      message: "give one of agent, queue and number, or none",
    }),
  response: done,
});

export const consultOnCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/consult",
  summary: "Puts the caller on hold and rings an agent or a number to ask",
  access: everyone,
  params: callParams,
  body: z.strictObject({ agent, number }).refine((body) => (body.agent === undefined) !== (body.number === undefined), {
    message: "give one of agent and number",
  }),
  response: done,
});

export const dropParticipant = contract({
  method: "DELETE",
  path: "/api/calls/{callId}/participants/{participantId}",
  summary: "Lets somebody go, or stops ringing them; the caller is back with the agent",
  access: everyone,
  params: participantParams,
  response: done,
});

export const listTalkTargets = contract({
  method: "GET",
  path: "/api/calls/targets",
  summary: "Agents and queues that a call can be given to, those who are free first",
  access: everyone,
  query: z.strictObject({ search: z.string().trim().max(100).optional() }),
  response: z.strictObject({
    agents: z.array(
      z.strictObject({
        agentId: z.string(),
        name: z.string(),
        email: z.string(),
        free: z.boolean(),
        status: z.string().nullable(),
        calls: z.int(),
      }),
    ),
    queues: z.array(z.strictObject({ queueId: z.string(), name: z.string(), ready: z.int(), waiting: z.int() })),
  }),
});

export const placeCall = contract({
  method: "POST",
  path: "/api/calls",
  summary: "Calls a lead or a number: the agent's phone first, then theirs",
  access: everyone,
  body: z
    .strictObject({
      leadId: pathId.optional(),
      to: number,
      callerId: phoneField.optional().describe("the number to show, one of GET /api/calls/caller-ids"),
      queue: pathId.optional().describe("id or key of the queue it counts for; the agent's first otherwise"),
      connect: z
        .enum(["ring", "dial_in"])
        .optional()
        .describe("ring (default): the agent's softphone rings; dial_in: it connects by itself with `offerId`"),
      outsideHours: z.boolean().optional().describe("calls although the house is closed"),
    })
    .refine((body) => body.leadId !== undefined || body.to !== undefined, { message: "give leadId or to" }),
  response: z.strictObject({ success: z.literal(true), callId: z.string(), offerId: z.string() }),
});

export const listCallerIds = contract({
  method: "GET",
  path: "/api/calls/caller-ids",
  summary: "The numbers that a call out can show",
  access: everyone,
  response: z.strictObject({
    callerIds: z.array(z.strictObject({ number: z.string(), label: z.string() })),
  }),
});

export const superviseCall = contract({
  method: "POST",
  path: "/api/calls/{callId}/monitor",
  summary: "Lets a supervisor listen, whisper to the agent, or speak with both; changes the mode of one who is there",
  access: staff,
  params: callParams,
  body: z.strictObject({ mode: z.enum(SUPERVISOR_MODES) }),
  response: z.strictObject({
    success: z.literal(true),
    /** The browser dials in with this as its parameter of the same name. */
    participantId: z.string(),
  }),
});

export const stopSupervising = contract({
  method: "DELETE",
  path: "/api/calls/{callId}/monitor",
  summary: "The supervisor leaves the conversation",
  access: staff,
  params: callParams,
  response: z.strictObject({ success: z.literal(true) }),
});

export const talkContracts = [
  holdCall,
  resumeCall,
  swapCall,
  mergeCall,
  recordCall,
  transferCall,
  consultOnCall,
  dropParticipant,
  listTalkTargets,
  extendWrapUp,
  placeCall,
  listCallerIds,
  superviseCall,
  stopSupervising,
];
