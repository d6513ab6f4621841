import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { ON_MACHINE } from "../domain/answering-machines";
import { CALLBACK_DEFAULTS, CALLBACK_LINE, type CallbackSettings } from "../domain/callback";

export type CallbackStatus = "scheduled" | "in_line" | "done" | "cancelled" | "expired" | "failed";

export interface CallbackRow {
  id: string;
  queueId: string;
  number: string;
  leadId: string | null;
  status: CallbackStatus;
  timeZone: string;
  /** The time that it was promised for, or the place of the call that it came from. */
  orderKey: Date;
  dueAt: Date;
  attempts: number;
  /** By a caller, less than an hour ago, to be rung at once, and not rung yet. */
  askedNow: boolean;
  /** Its row in the line, or the last one. */
  entryId: string | null;
  /** By the database's clock. */
  now: Date;
  isDue: boolean;
  isExpired: boolean;
}

export interface NewCallback {
  id: string;
  queueId: string;
  number: string;
  leadId: string | null;
  source: "caller" | "exit" | "person";
  requestedBy: string;
  sourceEntryId: string | null;
  note: string | null;
  timeZone: string;
  /** Undefined for at once: in the place of `sourceEntryId`, or at the end of the line. */
  at: Date | undefined;
  expiresHours: number;
}

const columns = Prisma.sql`
  b.id::text AS id, b.queue_id::text AS "queueId", b.number, b.lead_id::text AS "leadId", b.status::text AS status,
  b.time_zone AS "timeZone", b.order_key AS "orderKey", b.due_at AS "dueAt", b.attempts, b.queued_call_id::text AS "entryId",
  b.source <> 'person' AND b.attempts = 0 AND b.due_at <= b.created_at
    AND b.created_at > evenhand_now() - interval '1 hour' AS "askedNow",
  evenhand_now() AS now, b.due_at <= evenhand_now() AS "isDue", b.expires_at <= evenhand_now() AS "isExpired"`;

/** Seconds that the carrier may take to tell a machine from a person, or to hear the end of its greeting. */
const DETECTION_SECONDS = 30;

const OPEN = Prisma.sql`('scheduled', 'in_line')`;

/** Rows of callbacks. Where their queued call is written too, it is locked before them. */
export class CallbackRepository {
  constructor(private readonly db: Db) {}

  /** Adds the callback unless this number has an open one; answers which is open now, and whether it is the new one. */
  async add(tx: Tx, one: NewCallback): Promise<{ id: string; isNew: boolean }> {
    const added = await tx.$executeRaw`
      INSERT INTO callbacks (id, queue_id, number, lead_id, source, requested_by, source_queued_call_id, note, time_zone,
        order_key, due_at, expires_at, created_at, updated_at)
      SELECT ${one.id}::uuid, ${one.queueId}::uuid, ${one.number}, ${one.leadId}::uuid, ${one.source}, ${one.requestedBy},
        ${one.sourceEntryId}::uuid, ${one.note}, ${one.timeZone},
        coalesce(${one.at ?? null}::timestamptz,
          (SELECT order_key FROM inbound_call_queue WHERE id = ${one.sourceEntryId}::uuid), clock.now),
        coalesce(${one.at ?? null}::timestamptz, clock.now),
        greatest(coalesce(${one.at ?? null}::timestamptz, clock.now), clock.now)
          + make_interval(hours => ${one.expiresHours}::int), clock.now, clock.now
      FROM (SELECT evenhand_now() AS now) clock
      ON CONFLICT (number) WHERE status IN ${OPEN} DO NOTHING`;
    if (added === 1) return { id: one.id, isNew: true };
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM callbacks WHERE number = ${one.number} AND status IN ${OPEN}`;
    // It was there a moment ago, and its end has come in between: the asker's repetition will make a new one.
    const id = rows[0]?.id;
    if (id === undefined) throw new Error("An open callback of the same number has just ended.");
    return { id, isNew: false };
  }

  async find(id: string): Promise<CallbackRow | undefined> {
    const rows = await this.db.$queryRaw<CallbackRow[]>`SELECT ${columns} FROM callbacks b WHERE b.id = ${id}::uuid`;
    return rows[0];
  }

  /** The callback whose row in the line this is. */
  async findByEntry(entryId: string): Promise<CallbackRow | undefined> {
    const rows = await this.db.$queryRaw<CallbackRow[]>`
      SELECT ${columns} FROM callbacks b WHERE b.queued_call_id = ${entryId}::uuid`;
    return rows[0];
  }

  async lock(tx: Tx, id: string): Promise<CallbackRow | undefined> {
    const rows = await tx.$queryRaw<CallbackRow[]>`
      SELECT ${columns} FROM callbacks b WHERE b.id = ${id}::uuid FOR NO KEY UPDATE`;
    return rows[0];
  }

  /** The callback whose row in the line this is, locked. */
  async lockByEntry(tx: Tx, entryId: string): Promise<CallbackRow | undefined> {
    const rows = await tx.$queryRaw<CallbackRow[]>`
      SELECT ${columns} FROM callbacks b WHERE b.queued_call_id = ${entryId}::uuid FOR NO KEY UPDATE`;
    return rows[0];
  }

  /** Those that should stand in the line by now, in the order of the line. */
  async findDue(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM callbacks
      WHERE status = 'scheduled' AND due_at <= evenhand_now() AND expires_at > evenhand_now()
      ORDER BY order_key, id LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /** Open ones past their time. Whether somebody is being rung or spoken with, their closing looks at. */
  async findExpired(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM callbacks WHERE status IN ${OPEN} AND expires_at <= evenhand_now()
      ORDER BY expires_at LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /**
   * In line by their status, while their row is not there any more, has come to a conversation, or has been waiting
   * for the customer's answer for too long: nobody told us how it went on.
   */
  async findAstray(graceSeconds: number, limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT b.id::text AS id FROM callbacks b
        LEFT JOIN inbound_call_queue q ON q.id = b.queued_call_id
        LEFT JOIN callback_settings s ON s.queue_id = b.queue_id
      WHERE b.status = 'in_line' AND (q.id IS NULL OR q.state NOT IN ('waiting', 'offered', 'connecting')
        OR q.state = 'connecting' AND q.carrier_queue_sid = ${CALLBACK_LINE} AND q.state_since < evenhand_now()
          - make_interval(secs => (coalesce(s.ring_seconds, ${CALLBACK_DEFAULTS.ringSeconds}::int)
            + CASE WHEN s.on_machine <> 'ignore' THEN ${DETECTION_SECONDS}::int ELSE 0 END
            + ${graceSeconds}::int)::float8))
      ORDER BY b.updated_at LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /**
   * Writes the callback's row in the line, with a call of its own, and remembers it. `callSid` is a placeholder until the
   * customer is rung. The time it has stood in line is counted from its place in it.
   */
  async enter(
    tx: Tx,
    row: { callbackId: string; callId: string; entryId: string; callSid: string; from: string },
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO calls (id, call_sid, direction, from_number, to_number, lead_id, flow, arms, carrier_status,
        started_at, language)
      SELECT ${row.callId}::uuid, ${row.callSid}, 'outbound', ${row.from}, b.number, b.lead_id, 'enhanced',
        coalesce(left_call.arms, '{}'), 'queued', evenhand_now(), left_call.language
      FROM callbacks b LEFT JOIN inbound_call_queue left_row ON left_row.id = b.source_queued_call_id
        LEFT JOIN calls left_call ON left_call.id = left_row.call_id
      WHERE b.id = ${row.callbackId}::uuid`;
    await tx.$executeRaw`
      INSERT INTO inbound_call_queue (id, call_id, queue_id, kind, carrier_queue_sid, priority, vip, required_skills,
        preferred_agent_id, state_since, order_key, enqueued_at, queue_since, last_seen_at)
      SELECT ${row.entryId}::uuid, ${row.callId}::uuid, b.queue_id, 'callback', ${CALLBACK_LINE},
        coalesce(source.priority, 'normal'), coalesce(source.vip, false), coalesce(source.required_skills, '{}'),
        source.preferred_agent_id, clock.now, b.order_key,
        CASE WHEN source.order_key = b.order_key THEN source.enqueued_at ELSE least(b.order_key, clock.now) END,
        CASE WHEN source.order_key = b.order_key THEN source.queue_since ELSE clock.now END, clock.now
      FROM (SELECT evenhand_now() AS now) clock, callbacks b
        LEFT JOIN inbound_call_queue source ON source.id = b.source_queued_call_id
      WHERE b.id = ${row.callbackId}::uuid`;
    await tx.$executeRaw`
      INSERT INTO callback_attempts (queued_call_id, callback_id, began_at)
      VALUES (${row.entryId}::uuid, ${row.callbackId}::uuid, evenhand_now())`;
    await tx.$executeRaw`
      UPDATE callbacks SET status = 'in_line', queued_call_id = ${row.entryId}::uuid, updated_at = evenhand_now()
      WHERE id = ${row.callbackId}::uuid AND status = 'scheduled'`;
  }

  /** An agent is there and the customer is to be rung. */
  async dialling(tx: Tx, entryId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE callback_attempts SET dialled_at = evenhand_now() WHERE queued_call_id = ${entryId}::uuid`;
  }

  /** Puts the callback back for later, or ends it; its attempt has this result. False when it was not open any more. */
  async settle(
    tx: Tx,
    callbackId: string,
    to: { status: CallbackStatus; result: string; counts: boolean; retrySeconds: number },
  ): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE callbacks SET status = ${to.status}::"CallbackStatus", last_result = ${to.result},
        attempts = attempts + ${to.counts ? 1 : 0}::int, updated_at = evenhand_now(),
        due_at = CASE WHEN ${to.status} = 'scheduled' AND ${to.retrySeconds}::float8 > 0
          THEN evenhand_now() + make_interval(secs => ${to.retrySeconds}::float8) ELSE due_at END
      WHERE id = ${callbackId}::uuid AND status IN ${OPEN}`;
    await tx.$executeRaw`
      UPDATE callback_attempts a SET result = ${to.result}, ended_at = evenhand_now() FROM callbacks b
      WHERE b.id = ${callbackId}::uuid AND a.queued_call_id = b.queued_call_id AND a.ended_at IS NULL`;
    return changed === 1;
  }

  /** Moves an open callback to another time; its place is that time's. */
  async reschedule(
    tx: Tx,
    id: string,
    to: { at: Date | undefined; note: string | undefined; timeZone?: string | undefined; expiresHours: number },
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE callbacks SET note = coalesce(${to.note ?? null}, note),
        time_zone = coalesce(${to.timeZone ?? null}, time_zone), updated_at = evenhand_now(),
        due_at = coalesce(${to.at ?? null}::timestamptz, due_at),
        order_key = coalesce(${to.at ?? null}::timestamptz, order_key),
        expires_at = coalesce(greatest(${to.at ?? null}::timestamptz, evenhand_now())
          + make_interval(hours => ${to.expiresHours}::int), expires_at)
      WHERE id = ${id}::uuid`;
  }

  /** It is too early or too late where this person is: enters the line at `until`, its place kept. */
  async postpone(tx: Tx, id: string, until: Date): Promise<void> {
    await tx.$executeRaw`
      UPDATE callbacks SET due_at = ${until}::timestamptz, updated_at = evenhand_now(),
        expires_at = greatest(expires_at, ${until}::timestamptz + interval '1 hour') WHERE id = ${id}::uuid`;
  }

  /** The customer's leg; false when another is known. */
  async setLeg(tx: Tx, callId: string, placeholder: string, callSid: string): Promise<boolean> {
    const set = await tx.$executeRaw`
      UPDATE calls SET call_sid = ${callSid} WHERE id = ${callId}::uuid AND call_sid IN (${placeholder}, ${callSid})`;
    return set === 1;
  }

  async mustNotCall(executor: Db | Tx, number: string): Promise<boolean> {
    const rows = await executor.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM do_not_call WHERE number = ${number}) OR EXISTS (SELECT 1 FROM leads
        WHERE phone = ${number} AND disposition = 'do_not_call' AND deleted_at IS NULL) AS found`;
    return rows[0]?.found ?? false;
  }

  async settings(executor: Db | Tx, queueId: string): Promise<CallbackSettings> {
    const row = await executor.callbackSettings.findUnique({ where: { queueId } });
    if (!row) return CALLBACK_DEFAULTS;
    const { queueId: _queueId, ...settings } = row;
    return { ...settings, onMachine: ON_MACHINE.find((one) => one === row.onMachine) ?? "ignore" };
  }

  async saveSettings(tx: Tx, queueId: string, settings: CallbackSettings): Promise<void> {
    await tx.callbackSettings.upsert({ where: { queueId }, create: { queueId, ...settings }, update: settings });
  }

  /** Remembers that this caller is being told; false when that was done less than so long ago. */
  async offered(entryId: string, againSeconds: number): Promise<boolean> {
    const told = await this.db.$executeRaw`
      UPDATE inbound_call_queue SET callback_offered_at = evenhand_now() WHERE id = ${entryId}::uuid AND state = 'waiting'
        AND (callback_offered_at IS NULL
          OR callback_offered_at < evenhand_now() - make_interval(secs => ${againSeconds}::float8))`;
    return told === 1;
  }

  /** Adds to the lead's timeline; answers whom the lead is assigned to. */
  async note(
    tx: Tx,
    leadId: string,
    actor: { id: string | undefined; label: string },
    data: object,
  ): Promise<string | null> {
    const rows = await tx.$queryRaw<{ agentId: string | null }[]>`
      WITH lead AS (SELECT id, assigned_agent FROM leads WHERE id = ${leadId}::uuid),
      added AS (
        INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
        SELECT id, 'callback', ${actor.id ?? null}::uuid, ${actor.label}, ${JSON.stringify(data)}::jsonb, evenhand_now()
        FROM lead)
      SELECT assigned_agent::text AS "agentId" FROM lead`;
    return rows[0]?.agentId ?? null;
  }
}
