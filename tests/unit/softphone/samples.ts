import type { PresenceSession } from "@/modules/agents/schemas";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import type { Leg } from "@/modules/twilio-voice/client/phone-state";

export const presence = (part: Partial<PresenceSession>): PresenceSession => ({
  sessionId: "session-1",
  agentId: "agent-1",
  email: "agent1@evenhand.test",
  name: "Agent One",
  status: "available",
  chosenStatus: "available",
  statusReason: null,
  loginAt: "2026-01-01T00:00:00.000Z",
  lastHeartbeat: "2026-01-01T00:00:00.000Z",
  deviceConnected: true,
  maxConcurrentCalls: 1,
  readiness: { score: 100, ready: true, issues: [] },
  ...part,
});

/** A moment of the tests: milliseconds since 1970. */
export const NOON = Date.parse("2026-01-01T12:00:00.000Z");

export const currentCall = (part: Partial<CurrentCall>): CurrentCall => ({
  callId: "call-1",
  state: "offered",
  offerId: "offer-1",
  direction: "inbound",
  from: "+15550100100",
  queueName: "Support",
  lead: null,
  role: "owner",
  heldSince: null,
  participants: [],
  why: "longest idle",
  waitedSeconds: 3,
  offerExpiresAt: null,
  dialIn: false,
  connectedAt: null,
  wrapUpEndsAt: null,
  wrapUpExtensionsLeft: 2,
  recording: null,
  machine: false,
  shownNumber: null,
  notReached: null,
  note: null,
  serverTime: new Date(NOON).toISOString(),
  ...part,
});

export const legOf = (part: Partial<Leg>): Leg => ({
  callSid: "CA1",
  from: "+15550100100",
  callId: "call-1",
  phase: "ringing",
  muted: false,
  ending: false,
  quality: null,
  sinceMs: NOON,
  ...part,
});
