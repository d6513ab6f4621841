import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { TakenExit } from "../domain/queue-exits";
import { dueExit } from "./queue-exits.sql";
import type { QueuedCallState } from "../domain/queued-call-transitions";

/** Details of an event, as JSON keeps them. */
export type EventData = Prisma.InputJsonObject;

/** The settings of a call's queue that its handling needs. */
export interface QueueSettings {
  queueKey: string;
  queueName: string;
  language: string;
  ringTimeoutSeconds: number;
  wrapUpSeconds: number;
  announceEverySeconds: number;
  welcomeText: string;
  shortAbandonSeconds: number;
  missedRingsToAway: number;
  recording: "off" | "announced";
  /** What callers are told of it. */
  recordingText: string;
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
  conferenceSid?: string | null;
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

const columns = Prisma.sql`
  q.id::text AS "id", q.call_id::text AS "callId", c.call_sid AS "callSid", q.queue_id::text AS "queueId",
  q.state::text AS "state", extract(epoch FROM evenhand_now() - q.state_since)::float8 AS "stateSeconds",
  extract(epoch FROM evenhand_now() - q.enqueued_at)::float8 AS "waitedSeconds",
  q.agent_id::text AS "agentId", q.agent_call_sid AS "agentCallSid", q.carrier_queue_sid AS "carrierQueueSid",
  q.end_requested_by AS "endRequestedBy", q.held_since IS NOT NULL AS held, q.back_reason AS "backReason",
  coalesce(q.talk_id, (SELECT o.id FROM call_offers o WHERE o.agent_call_sid = q.agent_call_sid))::text AS "talkId", q.last_spoken_position AS "lastSpokenPosition",
  extract(epoch FROM evenhand_now() - q.last_announced_at)::float8 AS "lastAnnouncedSeconds",
  coalesce((SELECT m.merged_into FROM leads m WHERE m.id = c.lead_id), c.lead_id)::text AS "leadId",
  q.priority::text AS "priority",
  c.direction, c.flow, c.arms,
  c.from_number AS "fromNumber", c.to_number AS "toNumber", c.carrier_status AS "carrierStatus",
  c.ended_at IS NOT NULL AS "ended", q.order_key < q.enqueued_at - interval '1 hour' AS "cutOff", q.exit,
  k.key AS "queueKey", k.name AS "queueName", k.language, k.ring_timeout_seconds AS "ringTimeoutSeconds",
  k.wrap_up_seconds AS "wrapUpSeconds", k.announce_every_seconds AS "announceEverySeconds", k.welcome_text AS "welcomeText",
  k.short_abandon_seconds AS "shortAbandonSeconds", k.missed_rings_to_away AS "missedRingsToAway",
  k.recording, k.recording_text AS "recordingText"`;

const tables = Prisma.sql`
  inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id`;

const where = (key: EntryKey): Prisma.Sql =>
  "id" in key
    ? Prisma.sql`q.id = ${key.id}::uuid`
    : "callId" in key
      ? Prisma.sql`q.call_id = ${key.callId}::uuid`
      : Prisma.sql`c.call_sid = ${key.callSid}`;

/** Rows of inbound_call_queue, locked and moved. */
export class QueuedCallRepository {
  constructor(private readonly db: Db) {}

  /** The queued call, locked with its call until the transaction ends. */
  async lock(tx: Tx, key: EntryKey): Promise<QueuedCallRow | undefined> {
    const rows = await tx.$queryRaw<QueuedCallRow[]>`
      SELECT ${columns} FROM ${tables} WHERE ${where(key)} FOR NO KEY UPDATE OF q, c`;
    return rows[0];
  }

  async find(key: EntryKey): Promise<QueuedCallRow | undefined> {
    const rows = await this.db.$queryRaw<QueuedCallRow[]>`SELECT ${columns} FROM ${tables} WHERE ${where(key)}`;
    return rows[0];
  }

  async insert(tx: Tx, entry: NewEntry): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO inbound_call_queue (id, call_id, queue_id, priority, vip, required_skills, preferred_agent_id, state_since,
        order_key, enqueued_at, queue_since, last_seen_at)
      SELECT ${entry.id}::uuid, ${entry.callId}::uuid, ${entry.queueId}::uuid, ${entry.priority}::"Priority",
        ${entry.vip}, ${entry.requiredSkills as string[]}::text[], ${entry.preferredAgentId}::uuid, clock.now,
        clock.now - make_interval(secs => ${entry.weightSeconds}::float8), clock.now, clock.now, clock.now
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  /** Moves the row if it still stands in `from`; answers whether it did. */
  async updateState(
    tx: Tx,
    id: string,
    from: QueuedCallState,
    to: QueuedCallState,
    patch: EntryPatch,
  ): Promise<boolean> {
    const sets = [Prisma.sql`state = ${to}::"QueuedCallState", state_since = evenhand_now()`];
    // An offer that came to nothing proves nothing of the caller: a caller whom the carrier lost would otherwise be
    // offered to one agent after the other, and never be found silent.
    if (from !== "offered" || to !== "waiting") sets.push(Prisma.sql`last_seen_at = evenhand_now()`);
    if (patch.agentId !== undefined) sets.push(Prisma.sql`agent_id = ${patch.agentId}::uuid`);
    if (patch.agentCallSid !== undefined) sets.push(Prisma.sql`agent_call_sid = ${patch.agentCallSid}`);
    if (patch.conferenceSid !== undefined) sets.push(Prisma.sql`conference_sid = ${patch.conferenceSid}`);
    if (patch.carrierQueueSid !== undefined) sets.push(Prisma.sql`carrier_queue_sid = ${patch.carrierQueueSid}`);
    if (patch.endRequestedBy !== undefined) sets.push(Prisma.sql`end_requested_by = ${patch.endRequestedBy}`);
    if (patch.talkId !== undefined) sets.push(Prisma.sql`talk_id = ${patch.talkId}::uuid`);
    if (patch.offHold) sets.push(Prisma.sql`held_since = NULL`);
    if (patch.backReason !== undefined) sets.push(Prisma.sql`back_reason = ${patch.backReason}`);
    if (patch.queueId !== undefined) {
      sets.push(Prisma.sql`queue_id = ${patch.queueId}::uuid, queue_since = evenhand_now()`);
    }
    if (patch.connected) sets.push(Prisma.sql`connected_at = evenhand_now()`);
    if (patch.conversationEnded) sets.push(Prisma.sql`conversation_ended_at = evenhand_now()`);
    if (patch.wrapUpSeconds !== undefined) {
      sets.push(Prisma.sql`wrap_up_ends_at = evenhand_now() + make_interval(secs => ${patch.wrapUpSeconds}::float8)`);
    }
    // A day is longer than any wait, so one step is in front of everybody; a second loss does not step again.
    if (patch.headOfLine) sets.push(Prisma.sql`order_key = least(order_key, enqueued_at - interval '1 day')`);
    const moved = await tx.$executeRaw`
      UPDATE inbound_call_queue SET ${Prisma.join(sets, ", ")}
      WHERE id = ${id}::uuid AND state = ${from}::"QueuedCallState"`;
    return moved === 1;
  }

  async addEvent(
    tx: Tx,
    event: { entryId: string; from: string | null; to: string; reason: string; data: Prisma.InputJsonObject },
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      VALUES (${event.entryId}::uuid, ${event.from}, ${event.to}, ${event.reason},
        ${JSON.stringify(event.data)}::jsonb, evenhand_now())`;
  }

  /**
   * A sign of life from the caller's line in the carrier's queue: it can be moved from now on. One statement of its
   * own, so that the row is held for less than a millisecond. Answers whether this was the first one since (re)entry,
   * and whether the caller should leave the line.
   */
  async seenInQueue(callSid: string, queueSid: string): Promise<{ first: boolean; due: string | null } | undefined> {
    const rows = await this.db.$queryRaw<{ first: boolean; due: string | null }[]>`
      WITH held AS (
        SELECT q.id, q.carrier_queue_sid IS DISTINCT FROM ${queueSid} AS "first", ${dueExit} AS due
        FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id
        WHERE c.call_sid = ${callSid} AND q.state IN ('waiting', 'offered', 'connecting') FOR NO KEY UPDATE OF q)
      UPDATE inbound_call_queue q SET carrier_queue_sid = ${queueSid}, last_seen_at = evenhand_now()
      FROM held WHERE q.id = held.id RETURNING held."first", held.due`;
    return rows[0];
  }

  /** Any other proof that the caller is still on the line. */
  async touch(id: string): Promise<void> {
    await this.db.$executeRaw`UPDATE inbound_call_queue SET last_seen_at = evenhand_now() WHERE id = ${id}::uuid`;
  }

  /** The caller cannot be moved until it is heard of in the carrier's queue again. */
  async leftCarrierQueue(tx: Tx, id: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE inbound_call_queue SET carrier_queue_sid = NULL, last_seen_at = evenhand_now() WHERE id = ${id}::uuid`;
  }

  /** The caller's place among those waiting or being offered in its queue; 1 is first. */
  async position(executor: Db | Tx, id: string): Promise<number> {
    const rows = await executor.$queryRaw<{ ahead: number }[]>`
      SELECT count(o.id)::int AS ahead FROM inbound_call_queue me
        LEFT JOIN inbound_call_queue o ON o.queue_id = me.queue_id AND o.state IN ('waiting', 'offered')
          AND (o.order_key, o.id) < (me.order_key, me.id)
      WHERE me.id = ${id}::uuid`;
    return (rows[0]?.ahead ?? 0) + 1;
  }

  async announced(tx: Tx, id: string, position: number | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE inbound_call_queue
      SET last_announced_at = evenhand_now(), last_spoken_position = coalesce(${position}::int, last_spoken_position)
      WHERE id = ${id}::uuid`;
  }

  /** The data of the last announcement this caller heard. */
  async lastAnnouncement(executor: Db | Tx, id: string): Promise<Prisma.JsonValue | undefined> {
    const rows = await executor.$queryRaw<{ data: Prisma.JsonValue }[]>`
      SELECT data FROM queued_call_events WHERE queued_call_id = ${id}::uuid AND reason = 'announced'
      ORDER BY id DESC LIMIT 1`;
    return rows[0]?.data;
  }

  async setConference(tx: Tx, id: string, conferenceSid: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE inbound_call_queue SET conference_sid = ${conferenceSid}, last_seen_at = evenhand_now()
      WHERE id = ${id}::uuid AND conference_sid IS DISTINCT FROM ${conferenceSid}`;
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
