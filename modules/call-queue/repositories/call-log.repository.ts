import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { CallOutcome } from "../domain/call-outcomes";
import type { RecordingStatus, TranscriptionStatus } from "../domain/recordings";

/** One call as lists show it, flat. Durations in seconds. */
export interface CallLogRow {
  callId: string;
  entryId: string | null;
  direction: "inbound" | "outbound";
  from: string;
  to: string;
  state: string | null;
  leadId: string | null;
  leadName: string | null;
  leadDisposition: string | null;
  leadPriority: string | null;
  leadAgent: string | null;
  agentId: string | null;
  agentEmail: string | null;
  agentName: string | null;
  queueKey: string | null;
  queueName: string | null;
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  endedBy: string | null;
  waitSeconds: number | null;
  talkSeconds: number | null;
  disposition: string | null;
  note: string | null;
  rating: number | null;
  sound: boolean;
  /** The agent whom the call is with now, before it owns it. */
  heldBy: string | null;
}

export interface CallFilter {
  /** Only calls of this agent. */
  ownerId: string | undefined;
  leadId: string | undefined;
  /** Id or e-mail. */
  agent: string | undefined;
  state: string | undefined;
  outcome: CallOutcome | undefined;
  direction: "inbound" | "outbound" | undefined;
  /** Id or key. */
  queue: string | undefined;
  /** A whole number in E.164, or digits of one. */
  number: string | undefined;
  from: Date | undefined;
  to: Date | undefined;
  before: { startedAt: Date; callId: string } | undefined;
  limit: number;
}

export interface CallEventRow {
  from: string | null;
  to: string;
  reason: string;
  at: Date;
  data: Prisma.JsonValue;
}

export interface CallOfferLogRow {
  offerId: string;
  agentId: string;
  agentEmail: string;
  agentName: string;
  status: string;
  createdAt: Date;
  resolvedAt: Date | null;
  rang: boolean;
  explanation: Prisma.JsonValue;
}

const columns = Prisma.sql`
  c.id::text AS "callId", q.id::text AS "entryId", c.direction, c.from_number AS "from", c.to_number AS "to",
  q.state::text AS state, l.id::text AS "leadId", l.name AS "leadName", l.disposition AS "leadDisposition",
  l.priority::text AS "leadPriority", lu.email AS "leadAgent", c.agent_id::text AS "agentId", u.email AS "agentEmail",
  u.name AS "agentName", k.key AS "queueKey", k.name AS "queueName", c.started_at AS "startedAt",
  c.answered_at AS "answeredAt", c.ended_at AS "endedAt", c.ended_by AS "endedBy",
  extract(epoch FROM coalesce(c.answered_at, c.ended_at, evenhand_now()) - q.enqueued_at)::float8 AS "waitSeconds",
  CASE WHEN c.answered_at IS NULL THEN NULL ELSE
    extract(epoch FROM coalesce(q.conversation_ended_at, c.ended_at, evenhand_now()) - c.answered_at)::float8 END
    AS "talkSeconds",
  c.disposition, c.note, q.agent_id::text AS "heldBy",
  (SELECT x.score FROM call_ratings x WHERE x.call_id = c.id) AS rating,
  (EXISTS (SELECT 1 FROM call_recordings r
      WHERE r.call_id = c.id AND r.status = 'completed' AND r.deleted_at IS NULL)
    OR EXISTS (SELECT 1 FROM voicemails v WHERE v.call_id = c.id AND v.deleted_at IS NULL)) AS sound`;

const tables = Prisma.sql`
  calls c LEFT JOIN inbound_call_queue q ON q.call_id = c.id LEFT JOIN call_queues k ON k.id = q.queue_id
  LEFT JOIN leads l ON l.id = c.lead_id
  LEFT JOIN agents la ON la.id = l.assigned_agent LEFT JOIN users lu ON lu.id = la.user_id
  LEFT JOIN agents a ON a.id = c.agent_id LEFT JOIN users u ON u.id = a.user_id`;

/** Nobody but a machine has answered this call out, and the house has ended it for that. */
const machineAlone = Prisma.sql`(c.answered_by = 'machine' AND c.ended_by = 'system')`;

const OUTCOMES: Readonly<Record<CallOutcome, Prisma.Sql>> = {
  answered: Prisma.sql`c.answered_at IS NOT NULL AND ${machineAlone} IS NOT TRUE`,
  abandoned: Prisma.sql`q.state IN ('abandoned', 'short_abandoned')`,
  voicemail: Prisma.sql`q.state = 'voicemail'`,
  callback: Prisma.sql`q.state = 'callback_scheduled'`,
  overflowed: Prisma.sql`q.state = 'overflowed'`,
  closed: Prisma.sql`q.state = 'closed'`,
  not_reached: Prisma.sql`c.direction = 'outbound' AND c.ended_at IS NOT NULL
    AND (c.answered_at IS NULL OR ${machineAlone} IS TRUE)`,
  failed: Prisma.sql`q.state = 'failed'`,
  live: Prisma.sql`c.ended_at IS NULL`,
};

/** The customer's number: whole ones are found by index, digits of one by looking through the calls. */
function numberIs(number: string): Prisma.Sql {
  if (number.startsWith("+")) return Prisma.sql`(c.from_number = ${number} OR c.to_number = ${number})`;
  return Prisma.sql`
    CASE c.direction WHEN 'inbound' THEN c.from_number ELSE c.to_number END LIKE ${`%${number}%`}`;
}

/** The call log, for reading. */
export class CallLogRepository {
  constructor(private readonly db: Db) {}

  /** Newest first, by keyset. */
  async list(filter: CallFilter): Promise<CallLogRow[]> {
    const conditions = [Prisma.sql`true`];
    if (filter.ownerId !== undefined) conditions.push(Prisma.sql`c.agent_id = ${filter.ownerId}::uuid`);
    if (filter.leadId !== undefined) conditions.push(Prisma.sql`c.lead_id = ${filter.leadId}::uuid`);
    if (filter.agent !== undefined) {
      conditions.push(Prisma.sql`(c.agent_id::text = ${filter.agent} OR u.email = lower(${filter.agent}))`);
    }
    if (filter.state !== undefined) conditions.push(Prisma.sql`q.state = ${filter.state}::"QueuedCallState"`);
    if (filter.outcome !== undefined) conditions.push(OUTCOMES[filter.outcome]);
    if (filter.direction !== undefined) conditions.push(Prisma.sql`c.direction = ${filter.direction}`);
    if (filter.queue !== undefined)
      conditions.push(Prisma.sql`(k.key = ${filter.queue} OR k.id::text = ${filter.queue})`);
    if (filter.number !== undefined) conditions.push(numberIs(filter.number));
    if (filter.from !== undefined) conditions.push(Prisma.sql`c.started_at >= ${filter.from}::timestamptz`);
    if (filter.to !== undefined) conditions.push(Prisma.sql`c.started_at < ${filter.to}::timestamptz`);
    if (filter.before) {
      const { startedAt, callId } = filter.before;
      conditions.push(Prisma.sql`(c.started_at, c.id) < (${startedAt}::timestamptz, ${callId}::uuid)`);
    }
    return this.db.$queryRaw<CallLogRow[]>`
      SELECT ${columns} FROM ${tables} WHERE ${Prisma.join(conditions, " AND ")}
      ORDER BY c.started_at DESC, c.id DESC LIMIT ${filter.limit}::int`;
  }

  async find(callId: string): Promise<CallLogRow | undefined> {
    const rows = await this.db.$queryRaw<CallLogRow[]>`SELECT ${columns} FROM ${tables} WHERE c.id = ${callId}::uuid`;
    return rows[0];
  }

  /** Recordings and messages of a call, in their order. */
  async sounds(callId: string): Promise<{
    recordings: {
      recordingId: string;
      status: RecordingStatus;
      startedAt: Date;
      durationSeconds: number | null;
      deleted: boolean;
    }[];
    voicemails: {
      voicemailId: string;
      createdAt: Date;
      durationSeconds: number;
      transcription: string | null;
      transcriptionStatus: TranscriptionStatus | null;
      heardAt: Date | null;
      deleted: boolean;
    }[];
  }> {
    const [recordings, voicemails] = await Promise.all([
      this.db.callRecording.findMany({ where: { callId }, orderBy: { startedAt: "asc" }, take: 100 }),
      this.db.voicemail.findMany({ where: { callId }, orderBy: { createdAt: "asc" }, take: 100 }),
    ]);
    return {
      recordings: recordings.map(({ id, status, startedAt, durationSeconds, deletedAt }) => ({
        recordingId: id,
        status: status as RecordingStatus,
        startedAt,
        durationSeconds,
        deleted: deletedAt !== null,
      })),
      voicemails: voicemails.map(({ id, createdAt, durationSeconds, transcription, heardAt, deletedAt, ...one }) => ({
        voicemailId: id,
        createdAt,
        durationSeconds,
        transcription,
        transcriptionStatus: one.transcriptionStatus as TranscriptionStatus | null,
        heardAt,
        deleted: deletedAt !== null,
      })),
    };
  }

  async events(entryId: string): Promise<CallEventRow[]> {
    return this.db.$queryRaw<CallEventRow[]>`
      SELECT from_state AS "from", to_state AS "to", reason, at, data FROM queued_call_events
      WHERE queued_call_id = ${entryId}::uuid ORDER BY id LIMIT 1000`;
  }

  async offers(entryId: string): Promise<CallOfferLogRow[]> {
    return this.db.$queryRaw<CallOfferLogRow[]>`
      SELECT o.id::text AS "offerId", a.id::text AS "agentId", u.email AS "agentEmail", u.name AS "agentName",
        o.status::text AS status, o.created_at AS "createdAt", o.resolved_at AS "resolvedAt",
        o.ringing_at IS NOT NULL AS rang, o.explanation
      FROM call_offers o JOIN agents a ON a.id = o.agent_id JOIN users u ON u.id = a.user_id
      WHERE o.queued_call_id = ${entryId}::uuid ORDER BY o.created_at, o.id LIMIT 1000`;
  }

  /** The calls that an agent holds now: one row a slot. An order to ring gets a second before it counts as not run. */
  async heldBy(agentId: string): Promise<
    {
      callId: string;
      state: string;
      offerId: string | null;
      from: string;
      queueName: string;
      leadId: string | null;
      leadName: string | null;
      leadDisposition: string | null;
      leadPriority: string | null;
      leadAgent: string | null;
      why: string | null;
      waitedSeconds: number;
      offerExpiresAt: Date | null;
      dialIn: boolean | null;
      connectedAt: Date | null;
      wrapUpEndsAt: Date | null;
      serverTime: Date;
      direction: "inbound" | "outbound";
      owns: boolean;
      note: string | null;
      wrapUpExtensionsLeft: number;
      heldSince: Date | null;
      participants: Prisma.JsonValue;
      recordingStatus: RecordingStatus | null;
      pausedByAgent: boolean | null;
      machine: boolean | null;
      shownNumber: string | null;
      wrapUpReason: string | null;
    }[]
  > {
    return this.db.$queryRaw`
      SELECT c.id::text AS "callId", CASE WHEN s.owns THEN q.state::text WHEN p.state = 'ringing' THEN 'offered'
          ELSE 'in_conversation' END AS state, o.id::text AS "offerId", c.direction, s.owns,
        CASE c.direction WHEN 'inbound' THEN c.from_number ELSE c.to_number END AS "from", q.held_since AS "heldSince",
        k.name AS "queueName", l.id::text AS "leadId", l.name AS "leadName", l.disposition AS "leadDisposition",
        l.priority::text AS "leadPriority", lu.email AS "leadAgent", 
        CASE WHEN s.owns THEN o.explanation ->> 'why' ELSE concat(owner.name, ' asks you in') END AS why,
        extract(epoch FROM coalesce(c.answered_at, evenhand_now()) - q.enqueued_at)::float8 AS "waitedSeconds",
        CASE WHEN o.status = 'open' THEN o.expires_at END AS "offerExpiresAt", q.connected_at AS "connectedAt",
        s.owns AND c.flow = 'enhanced' AND q.state = 'offered' AND o.status = 'open' AND o.agent_call_sid IS NULL
          AND o.created_at < evenhand_now() - interval '1 second' AS "dialIn",
        q.wrap_up_ends_at AS "wrapUpEndsAt", c.note,
        greatest(0, k.wrap_up_extensions - q.wrap_up_extended) AS "wrapUpExtensionsLeft", evenhand_now() AS "serverTime",
        coalesce(others.list, '[]') AS participants, r.status AS "recordingStatus", r.paused_by_agent AS "pausedByAgent",
        c.answered_by = 'machine' AS machine, CASE c.direction WHEN 'outbound' THEN c.from_number END AS "shownNumber",
        CASE WHEN q.state = 'wrap_up' AND c.direction = 'outbound' AND c.answered_at IS NULL THEN (
          SELECT e.reason FROM queued_call_events e WHERE e.queued_call_id = q.id AND e.to_state = 'wrap_up'
          ORDER BY e.id DESC LIMIT 1) END AS "wrapUpReason"
      FROM agent_call_slots s JOIN inbound_call_queue q ON q.id = s.queued_call_id JOIN calls c ON c.id = q.call_id
        JOIN call_queues k ON k.id = q.queue_id LEFT JOIN leads l ON l.id = c.lead_id
        LEFT JOIN agents la ON la.id = l.assigned_agent LEFT JOIN users lu ON lu.id = la.user_id
        LEFT JOIN LATERAL (SELECT * FROM call_offers x WHERE x.queued_call_id = q.id AND x.agent_id = s.agent_id
          ORDER BY x.created_at DESC LIMIT 1) o ON true
        LEFT JOIN agents oa ON oa.id = q.agent_id LEFT JOIN users owner ON owner.id = oa.user_id
        LEFT JOIN call_recordings r ON r.talk_id = q.talk_id AND q.state = 'in_conversation'
        LEFT JOIN LATERAL (SELECT x.state::text AS state FROM call_participants x
          WHERE x.queued_call_id = q.id AND x.agent_id = s.agent_id AND x.state <> 'ended' LIMIT 1) p ON true
        LEFT JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_object('participantId', x.id, 'role', x.role, 'state', x.state,
            'name', xu.name, 'number', x.number, 'held', x.held) ORDER BY x.created_at, x.id) AS list
          FROM call_participants x LEFT JOIN users xu ON xu.id = x.user_id
          WHERE x.queued_call_id = q.id AND x.state <> 'ended' AND x.agent_id IS DISTINCT FROM s.agent_id) others ON true
      WHERE s.agent_id = ${agentId}::uuid ORDER BY s.since`;
  }
}
