import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { ExitOccasion, QueueExit, TakenExit } from "../domain/queue-exits";
import { CALLBACK_LINE } from "../domain/callback";
import { dueExit, somebodySignedIn } from "./queue-exits.sql";

/** What says whether a queue takes one more caller. */
export interface Admission {
  archived: boolean;
  calendarName: string | null;
  maxWaiting: number;
  /** Callers in line without this one, counted up to maxWaiting. */
  waiting: number;
  somebodySignedIn: boolean;
  exits: { occasion: ExitOccasion; kind: QueueExit["kind"] }[];
  now: Date;
}

/** A caller whose line runs a way out, or may have to. */
export interface ExitLine {
  entryId: string;
  callId: string;
  state: string;
  exit: TakenExit | null;
  /** The queue wants messages written down. */
  transcribe: boolean;
}

const { sql } = Prisma;

/** Ways out of queues: who is due for one, and what is configured. */
export class QueueExitRepository {
  constructor(private readonly db: Db) {}

  /** The queue as it stands; it is kept from being archived until the transaction ends. */
  async admission(tx: Tx, queueId: string, entryId: string): Promise<Admission | undefined> {
    const rows = await tx.$queryRaw<Admission[]>`/* named queue_admission */
      SELECT k.archived_at IS NOT NULL AS archived, k.calendar_name AS "calendarName", k.max_waiting AS "maxWaiting",
        (SELECT count(*)::int FROM (SELECT 1 FROM inbound_call_queue q
          WHERE q.queue_id = k.id AND q.state IN ('waiting', 'offered')
            AND q.carrier_queue_sid IS DISTINCT FROM ${CALLBACK_LINE} AND q.id <> ${entryId}::uuid
          LIMIT k.max_waiting) line) AS waiting,
        ${somebodySignedIn(sql`k.id`)} AS "somebodySignedIn",
        coalesce((SELECT jsonb_agg(jsonb_build_object('occasion', x.occasion, 'kind', x.kind)) FROM queue_exits x
          WHERE x.queue_id = k.id), '[]'::jsonb) AS exits, evenhand_now() AS now
      FROM call_queues k WHERE k.id = ${queueId}::uuid FOR SHARE OF k`;
    return rows[0];
  }

  async exit(tx: Tx, queueId: string, occasion: ExitOccasion): Promise<QueueExit | undefined> {
    const rows = await tx.$queryRaw<QueueExit[]>`
      SELECT x.kind, x.message, x.number, x.target_queue_id::text AS "targetQueueId"
      FROM queue_exits x WHERE x.queue_id = ${queueId}::uuid AND x.occasion = ${occasion}`;
    return rows[0];
  }

  /** Why this caller should leave now, asked again under the lock. */
  async due(tx: Tx, entryId: string): Promise<ExitOccasion | undefined> {
    const rows = await tx.$queryRaw<{ due: ExitOccasion | null }[]>`
      SELECT ${dueExit} AS due FROM inbound_call_queue q JOIN call_queues k ON k.id = q.queue_id
      WHERE q.id = ${entryId}::uuid`;
    return rows[0]?.due ?? undefined;
  }

  /** Callers who should leave their line, the longest waiting first. */
  async findDue(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`/* named exits_due */
      SELECT q.id::text AS id FROM inbound_call_queue q JOIN call_queues k ON k.id = q.queue_id
      WHERE q.state = 'waiting' AND ${dueExit} IS NOT NULL ORDER BY q.enqueued_at LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /** Moves a waiting call to another queue: its place there is its arrival, less what that queue gives it. */
  async moveToQueue(
    tx: Tx,
    entryId: string,
    to: { queueId: string; weightSeconds: number; preferredAgentId: string | null },
  ): Promise<boolean> {
    const moved = await tx.$executeRaw`
      UPDATE inbound_call_queue SET queue_id = ${to.queueId}::uuid, queue_since = evenhand_now(), moves = moves + 1,
        preferred_agent_id = ${to.preferredAgentId}::uuid,
        order_key = least(enqueued_at - make_interval(secs => ${to.weightSeconds}::float8),
          CASE WHEN order_key < enqueued_at - interval '1 hour' THEN order_key END)
      WHERE id = ${entryId}::uuid AND state = 'waiting'`;
    return moved === 1;
  }

  async take(tx: Tx, entryId: string, exit: TakenExit): Promise<void> {
    await tx.$executeRaw`
      UPDATE inbound_call_queue SET exit = ${JSON.stringify(exit)}::jsonb WHERE id = ${entryId}::uuid`;
  }

  /** The caller's line, if this call is in a queue or was. */
  async line(callSid: string): Promise<ExitLine | undefined> {
    const rows = await this.db.$queryRaw<ExitLine[]>`/* named exit_line */
      SELECT q.id::text AS "entryId", q.call_id::text AS "callId", q.state::text AS state, q.exit,
        k.transcribe_messages AS transcribe
      FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id
      WHERE c.call_sid = ${callSid}`;
    return rows[0];
  }
}
