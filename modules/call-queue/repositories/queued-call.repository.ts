import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { OutboundMachine } from "../domain/answering-machines";
import type { TakenExit } from "../domain/queue-exits";
import type { QueuedCallState } from "../domain/queued-call-transitions";

/** Details of an event, as JSON keeps them. */
export type EventData = Prisma.InputJsonObject;

/** The settings of a call's queue that its handling needs. */
export interface QueueSettings {
  queueKey: string;
  queueName: string;
  /** Of the queue; the caller's may be another. */
  queueLanguage: string;
  ringTimeoutSeconds: number;
  wrapUpSeconds: number;
  announceEverySeconds: number;
  shortAbandonSeconds: number;
  missedRingsToAway: number;
  recording: "off" | "announced";
  /** The carrier is asked to write messages down. */
  transcribeMessages: boolean;
  /** Callers are asked how they found the call. */
  askRating: boolean;
  /** What happens when a machine answers an agent's call. */
  outboundMachine: OutboundMachine;
}

/** Why a caller who had been with an agent is in line again. */
export type BackReason = "agent_lost" | "transferred";

/** A queued call with its call and its queue's settings, as locked. Ages are by the database's clock, in seconds. */
export interface QueuedCallRow extends QueueSettings {
  id: string;
  callId: string;
  callSid: string;
  queueId: string;
  state: QueuedCallState;
  stateSeconds: number;
  waitedSeconds: number;
  agentId: string | null;
  agentCallSid: string | null;
  carrierQueueSid: string | null;
  /** The conference of the conversation, from the agent's answer on. */
  talkId: string | null;
  /** The caller is on hold. */
  held: boolean;
  backReason: BackReason | null;
  endRequestedBy: string | null;
  lastSpokenPosition: number | null;
  lastAnnouncedSeconds: number | null;
  leadId: string | null;
  direction: "inbound" | "outbound";
  /** How this call is handled, from its first moment to its last. */
  flow: "enhanced" | "legacy";
  /** The arm of every flag as it stood when the call came in. */
  arms: Prisma.JsonValue;
  priority: "normal" | "high" | "urgent";
  fromNumber: string;
  toNumber: string;
  carrierStatus: string;
  ended: boolean;
  /** An agent was lost in mid-call: the caller stands in front of those who were not cut off. */
  cutOff: boolean;
  /** The way out of the line that was taken. */
  exit: TakenExit | null;
}

/** Further columns a transition writes. Times are taken from the database's clock. */
export interface EntryPatch {
  agentId?: string | null;
  agentCallSid?: string | null;
  carrierQueueSid?: string | null;
  endRequestedBy?: string;
  talkId?: string | null;
  /** A conversation that is over, or given away, holds nobody. */
  offHold?: true;
  backReason?: BackReason;
  queueId?: string;
  connected?: true;
  conversationEnded?: true;
  /** Seconds of wrap-up from now. */
  wrapUpSeconds?: number;
  /** In front of everybody who was not cut off from an agent; among those by arrival. */
  headOfLine?: true;
}

/** What is written together with a change of a queued call. */
export interface WrittenWith {
  event: { reason: string; data: EventData };
  /** Statements of the audit log and of the live events: auditRows(), liveRows(). */
  audit: Prisma.Sql;
  live: Prisma.Sql;
}

export interface EntryMove extends WrittenWith {
  id: string;
  from: QueuedCallState;
  to: QueuedCallState;
  patch: EntryPatch;
}

/** A caller's place as it begins: the order key is now, less the head start. */
export interface NewEntry {
  id: string;
  callId: string;
  queueId: string;
  priority: "normal" | "high" | "urgent";
  vip: boolean;
  weightSeconds: number;
  requiredSkills: readonly string[];
  preferredAgentId: string | null;
}

export type EntryKey = { id: string } | { callId: string } | { callSid: string };

const talkOf = Prisma.sql`
  coalesce(q.talk_id, (SELECT o.id FROM call_offers o WHERE o.agent_call_sid = q.agent_call_sid))`;

const columns = Prisma.sql`
  q.id::text AS "id", q.call_id::text AS "callId", c.call_sid AS "callSid", q.queue_id::text AS "queueId",
  q.state::text AS "state", extract(epoch FROM evenhand_now() - q.state_since)::float8 AS "stateSeconds",
  extract(epoch FROM evenhand_now() - q.enqueued_at)::float8 AS "waitedSeconds",
  q.agent_id::text AS "agentId", q.agent_call_sid AS "agentCallSid", q.carrier_queue_sid AS "carrierQueueSid",
  q.end_requested_by AS "endRequestedBy", q.held_since IS NOT NULL AS held, q.back_reason AS "backReason",
  ${talkOf}::text AS "talkId", q.last_spoken_position AS "lastSpokenPosition",
  extract(epoch FROM evenhand_now() - q.last_announced_at)::float8 AS "lastAnnouncedSeconds",
  coalesce((SELECT m.merged_into FROM leads m WHERE m.id = c.lead_id), c.lead_id)::text AS "leadId",
  q.priority::text AS "priority",
  c.direction, c.flow, c.arms,
  c.from_number AS "fromNumber", c.to_number AS "toNumber", c.carrier_status AS "carrierStatus",
  c.ended_at IS NOT NULL AS "ended", q.order_key < q.enqueued_at - interval '1 hour' AS "cutOff", q.exit,
  k.key AS "queueKey", k.name AS "queueName", k.language AS "queueLanguage", k.ring_timeout_seconds AS "ringTimeoutSeconds",
  k.wrap_up_seconds AS "wrapUpSeconds", k.announce_every_seconds AS "announceEverySeconds",
  k.short_abandon_seconds AS "shortAbandonSeconds", k.missed_rings_to_away AS "missedRingsToAway",
  k.recording, k.transcribe_messages AS "transcribeMessages",
  k.outbound_machine AS "outboundMachine", k.ask_rating AS "askRating"`;

const tables = Prisma.sql`
  inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id`;

/** What a move's patch sets, or the column as it is; null in the patch is a value. */
const patched = (field: keyof EntryPatch, type: "uuid" | "text", column: string): Prisma.Sql =>
  Prisma.raw(`CASE WHEN clock.patch ? '${field}' THEN (clock.patch ->> '${field}')::${type} ELSE q.${column} END`);

/**
 * An offer that came to nothing proves nothing of the caller: a caller whom the carrier lost would otherwise be offered
 * to one agent after the other, and never be found silent.
 */
const lastSeenAfter = (from: QueuedCallState, to: QueuedCallState): Prisma.Sql =>
  Prisma.sql`CASE WHEN ${from === "offered" && to === "waiting"}::boolean THEN q.last_seen_at ELSE clock.now END`;

const where = (key: EntryKey): Prisma.Sql =>
  "id" in key
    ? Prisma.sql`q.id = ${key.id}::uuid`
    : "callId" in key
      ? Prisma.sql`q.call_id = ${key.callId}::uuid`
      : Prisma.sql`c.call_sid = ${key.callSid}`;

/** The names under which the server keeps the plans of the queries by each key. */
const LOCK = {
  id: Prisma.sql`/* named lock_call_by_id */`,
  callId: Prisma.sql`/* named lock_call_by_call */`,
  callSid: Prisma.sql`/* named lock_call_by_sid */`,
};
const FIND = {
  id: Prisma.sql`/* named find_call_by_id */`,
  callId: Prisma.sql`/* named find_call_by_call */`,
  callSid: Prisma.sql`/* named find_call_by_sid */`,
};
const kindOf = (key: EntryKey): keyof typeof LOCK => ("id" in key ? "id" : "callId" in key ? "callId" : "callSid");

/** Rows of inbound_call_queue, locked and moved. */
export class QueuedCallRepository {
  constructor(private readonly db: Db) {}

  /** The queued call, locked with its call until the transaction ends. */
  async lock(tx: Tx, key: EntryKey): Promise<QueuedCallRow | undefined> {
    const rows = await tx.$queryRaw<QueuedCallRow[]>`${LOCK[kindOf(key)]}
      SELECT ${columns} FROM ${tables} WHERE ${where(key)} FOR NO KEY UPDATE OF q, c`;
    return rows[0];
  }

  async find(key: EntryKey): Promise<QueuedCallRow | undefined> {
    const rows = await this.db.$queryRaw<QueuedCallRow[]>`${FIND[kindOf(key)]}
      SELECT ${columns} FROM ${tables} WHERE ${where(key)}`;
    return rows[0];
  }

  /** A place in line, with everything that is written of it in one statement. */
  async insert(tx: Tx, entry: NewEntry, { event, audit, live }: WrittenWith): Promise<void> {
    await tx.$executeRaw`/* named enter_queue */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      entered AS (
        INSERT INTO inbound_call_queue (id, call_id, queue_id, priority, vip, required_skills, preferred_agent_id,
          state_since, order_key, enqueued_at, queue_since, last_seen_at)
        SELECT ${entry.id}::uuid, ${entry.callId}::uuid, ${entry.queueId}::uuid, ${entry.priority}::"Priority",
          ${entry.vip}, ${entry.requiredSkills as string[]}::text[], ${entry.preferredAgentId}::uuid, clock.now,
          clock.now - make_interval(secs => ${entry.weightSeconds}::float8), clock.now, clock.now, clock.now
        FROM clock RETURNING id),
      told AS (
        INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
        SELECT entered.id, NULL, 'waiting', ${event.reason}, ${JSON.stringify(event.data)}::jsonb, clock.now
        FROM entered, clock),
      audited AS (${audit})
      ${live}`;
  }

  /**
   * Moves the row if it still stands in `from`, and writes with it, in one statement, the event, the audit row and what
   * listeners are told; answers whether it did. The text is the same for every move, so that its plan is kept.
   */
  async move(tx: Tx, move: EntryMove): Promise<boolean> {
    const { id, from, to, patch, event, audit, live } = move;
    const rows = await tx.$queryRaw<unknown[]>`/* named move_call */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now, ${JSON.stringify(patch)}::jsonb AS patch),
      moved AS (
        UPDATE inbound_call_queue q SET state = ${to}::"QueuedCallState", state_since = clock.now,
          last_seen_at = ${lastSeenAfter(from, to)},
          agent_id = ${patched("agentId", "uuid", "agent_id")},
          agent_call_sid = ${patched("agentCallSid", "text", "agent_call_sid")},
          carrier_queue_sid = ${patched("carrierQueueSid", "text", "carrier_queue_sid")},
          end_requested_by = ${patched("endRequestedBy", "text", "end_requested_by")},
          talk_id = ${patched("talkId", "uuid", "talk_id")},
          back_reason = ${patched("backReason", "text", "back_reason")},
          queue_id = ${patched("queueId", "uuid", "queue_id")},
          queue_since = CASE WHEN clock.patch ? 'queueId' THEN clock.now ELSE q.queue_since END,
          held_since = CASE WHEN NOT clock.patch ? 'offHold' THEN q.held_since END,
          connected_at = CASE WHEN clock.patch ? 'connected' THEN clock.now ELSE q.connected_at END,
          conversation_ended_at = CASE WHEN clock.patch ? 'conversationEnded' THEN clock.now
            ELSE q.conversation_ended_at END,
          wrap_up_ends_at = CASE WHEN clock.patch ? 'wrapUpSeconds'
            THEN clock.now + make_interval(secs => (clock.patch ->> 'wrapUpSeconds')::float8)
            ELSE q.wrap_up_ends_at END,
          -- A day is longer than any wait, so one step is in front of everybody; a second loss does not step again.
          order_key = CASE WHEN clock.patch ? 'headOfLine'
            THEN least(q.order_key, q.enqueued_at - interval '1 day') ELSE q.order_key END
        FROM clock WHERE q.id = ${id}::uuid AND q.state = ${from}::"QueuedCallState" RETURNING q.id),
      told AS (
        INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
        SELECT moved.id, ${from}, ${to}, ${event.reason}, ${JSON.stringify(event.data)}::jsonb, clock.now
        FROM moved, clock),
      audited AS (${audit}),
      published AS (${live})
      SELECT 1 FROM moved`;
    return rows.length === 1;
  }

  async addEvent(
    tx: Tx,
    event: { entryId: string; from: string | null; to: string; reason: string; data: Prisma.InputJsonObject },
  ): Promise<void> {
    await tx.$executeRaw`/* named add_call_event */
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      VALUES (${event.entryId}::uuid, ${event.from}, ${event.to}, ${event.reason},
        ${JSON.stringify(event.data)}::jsonb, evenhand_now())`;
  }

  /** Puts the caller on hold or takes them off it; answers whether that was news. */
  async setHeld(tx: Tx, id: string, held: boolean): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE inbound_call_queue SET held_since = CASE WHEN ${held}::boolean THEN evenhand_now() END
      WHERE id = ${id}::uuid AND (held_since IS NOT NULL) <> ${held}::boolean`;
    return changed === 1;
  }

  /** The conversation goes on with another agent as its owner. */
  async setOwner(tx: Tx, id: string, owner: { agentId: string; agentCallSid: string | null }): Promise<void> {
    const changed = await tx.$executeRaw`
      UPDATE inbound_call_queue
      SET agent_id = ${owner.agentId}::uuid, agent_call_sid = ${owner.agentCallSid}, last_seen_at = evenhand_now()
      WHERE id = ${id}::uuid AND state = 'in_conversation'`;
    if (changed !== 1) throw new Error(`Queued call ${id} is not in conversation although it is locked.`);
  }
}
