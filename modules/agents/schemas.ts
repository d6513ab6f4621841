import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { instant, pathId } from "@/lib/http/fields";

export const availabilitySchema = z.enum(["active", "busy", "away", "offline"]);
export const sessionStatusSchema = z.enum(["available", "on_call", "wrap_up", "break", "away", "offline"]);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

const agentSummary = z.strictObject({
  agent_id: z.string().describe("the agent's e-mail"),
  name: z.string(),
  capacity: z.strictObject({
    current: z.int(),
    max: z.int(),
    percentage: z.int(),
    available_slots: z.int(),
  }),
  status: availabilitySchema,
  last_seen: instant.nullable(),
  performance_score: z.number().min(0).max(100),
});
export type AgentSummary = z.infer<typeof agentSummary>;

export const listAgents = contract({
  method: "GET",
  path: "/api/agents",
  summary: "Agents with their capacity",
  access: staff,
  query: z.strictObject({
    include_capacity: z.stringbool().optional(),
    status: availabilitySchema.optional(),
  }),
  response: z.strictObject({
    agents: z.array(agentSummary.partial({ capacity: true })),
    summary: z.strictObject({
      total_agents: z.int(),
      active_agents: z.int(),
      total_capacity: z.int(),
      used_capacity: z.int(),
      utilization_percentage: z.number(),
    }),
  }),
});

export const changeCapacity = contract({
  method: "PUT",
  path: "/api/agents/{agentId}/capacity",
  summary: "Change an agent's capacity or availability",
  access: staff,
  params: z.strictObject({ agentId: pathId.describe("opaque id or e-mail") }),
  body: z
    .strictObject({
      max_capacity: z.int().min(0).max(100_000).optional(),
      availability: availabilitySchema.optional(),
    })
    .refine((body) => Object.keys(body).length > 0, "name max_capacity or availability"),
  response: z.strictObject({
    success: z.literal(true),
    agent: z.strictObject({
      agent_id: z.string(),
      max_capacity: z.int(),
      current_capacity: z.int(),
      availability: availabilitySchema,
    }),
  }),
});

// ── Presence: camelCase on the wire, by contract ──────────────────────────────────────────────────────────────────

export const deviceReportSchema = z.strictObject({
  registered: z.boolean().optional(),
  visibility: z.enum(["visible", "hidden"]).optional(),
  mos: z.number().min(0).max(5).nullable().optional(),
  rttMs: z.number().min(0).max(600_000).nullable().optional(),
  jitterMs: z.number().min(0).max(600_000).nullable().optional(),
  lossPercent: z.number().min(0).max(100).nullable().optional(),
  /** Codes of what the softphone itself found wrong: mic_denied, mic_missing, token_expired, audio_blocked, ... */
  problems: z.array(z.string().max(60)).max(20).optional(),
  /** The page did not answer its own worker. */
  frozen: z.boolean().optional(),
  /** Milliseconds the page took to answer its worker before this beat. */
  pulseMs: z.number().min(0).max(600_000).nullable().optional(),
});
export type DeviceReport = z.infer<typeof deviceReportSchema>;

export const readinessIssueSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** What the agent can do about it. */
  remedy: z.string(),
  penalty: z.number(),
  /** No call is offered while it lasts. */
  blocking: z.boolean(),
});

export const sessionSchema = z.strictObject({
  sessionId: z.string().nullable(),
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  /** As derived from live rows: on_call and wrap_up included. */
  status: sessionStatusSchema,
  /** What the person chose. */
  chosenStatus: z.enum(["available", "break", "away", "offline"]),
  statusReason: z.string().nullable(),
  loginAt: instant.nullable(),
  lastHeartbeat: instant.nullable(),
  deviceConnected: z.boolean(),
  maxConcurrentCalls: z.int(),
  readiness: z.strictObject({
    score: z.number().min(0).max(100),
    ready: z.boolean(),
    issues: z.array(readinessIssueSchema),
  }),
});
export type PresenceSession = z.infer<typeof sessionSchema>;

export const sendHeartbeat = contract({
  method: "POST",
  path: "/api/agent-heartbeat",
  summary: "A softphone's beat",
  access: everyone,
  body: z.strictObject({
    agentId: pathId.describe("the caller's own: opaque id or e-mail"),
    deviceConnected: z.boolean(),
    currentStatus: z.enum(["available", "break", "away", "offline"]),
    device: deviceReportSchema.optional(),
    /** Opaque id of the leading tab; the newest one takes over. Absent: the agent's present session beats. */
    clientId: z.string().min(1).max(64).optional(),
    /** Asks for the session although another client holds it. */
    takeOver: z.boolean().optional(),
    /**
     * Opaque id, new each time the person chooses a status. A beat that repeats it only repeats: it never undoes what
     * the server changed since (away after missed rings). Absent: a beat chooses when its status differs from the last.
     */
    choiceId: z.string().min(1).max(64).optional(),
  }),
  response: z.strictObject({
    session: sessionSchema,
    nextBeatInMs: z.int(),
    /** Another browser holds the session: this one must stop its device. */
    superseded: z.boolean(),
  }),
});

export const readHeartbeat = contract({
  method: "GET",
  path: "/api/agent-heartbeat",
  summary: "One agent's presence, or with no agentId the statistics of all (managers)",
  access: everyone,
  query: z.strictObject({ agentId: pathId.optional() }),
  response: z.union([
    z.strictObject({ session: sessionSchema }),
    z.strictObject({
      statistics: z.strictObject({
        signedIn: z.int(),
        ready: z.int(),
        onCall: z.int(),
        wrapUp: z.int(),
        away: z.int(),
        averageScore: z.number(),
      }),
      sessions: z.array(sessionSchema),
    }),
  ]),
});

export const heartbeatCleanup = contract({
  method: "GET",
  path: "/api/cron/heartbeat-cleanup",
  summary: "Signs out sessions whose lease has run out",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), sweptOffline: z.int() }),
});

export const agentContracts = [listAgents, changeCapacity, sendHeartbeat, readHeartbeat, heartbeatCleanup];
