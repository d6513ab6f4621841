import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

/** A number that hung up unanswered and was not spoken with since. */
export interface AbandonedRow {
  /** The last such call. */
  callId: string;
  number: string;
  /** How often it hung up in the window. */
  times: number;
  waitedSeconds: number;
  at: Date;
  leadId: string | null;
  leadName: string | null;
  queueName: string;
}

/** Days that somebody who hung up is worth calling back. */
const WINDOW_DAYS = 14;

/** Callers who hung up before anybody took their call. */
export class AbandonedRepository {
  constructor(private readonly db: Db) {}

  /** Each number once, the latest first; of queues that this agent serves (undefined: of all). */
  async list(forAgent: string | undefined, limit: number): Promise<AbandonedRow[]> {
    const queues =
      forAgent === undefined
        ? Prisma.sql`true`
        : Prisma.sql`q.queue_id IN (SELECT m.queue_id FROM queue_memberships m WHERE m.agent_id = ${forAgent}::uuid)`;
    return this.db.$queryRaw<AbandonedRow[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      gone AS (
        SELECT c.id, c.from_number AS number, c.started_at, c.ended_at, c.lead_id, q.queue_id, q.enqueued_at,
          count(*) OVER (PARTITION BY c.from_number) AS times,
          row_number() OVER (PARTITION BY c.from_number ORDER BY c.started_at DESC, c.id DESC) AS nth
        FROM clock, calls c JOIN inbound_call_queue q ON q.call_id = c.id
        WHERE c.direction = 'inbound' AND q.state = 'abandoned' AND c.from_number LIKE '+%' AND ${queues}
          AND c.started_at > clock.now - make_interval(days => ${WINDOW_DAYS}::int))
      SELECT g.id::text AS "callId", g.number, g.times::int AS times, coalesce(g.ended_at, g.started_at) AS at,
        extract(epoch FROM coalesce(g.ended_at, g.started_at) - g.enqueued_at)::float8 AS "waitedSeconds",
        l.id::text AS "leadId", l.name AS "leadName", k.name AS "queueName"
      FROM gone g JOIN call_queues k ON k.id = g.queue_id LEFT JOIN leads l ON l.id = g.lead_id
      WHERE g.nth = 1
        AND NOT EXISTS (SELECT 1 FROM calls x WHERE x.answered_at > g.started_at AND x.from_number = g.number)
        AND NOT EXISTS (SELECT 1 FROM calls x WHERE x.answered_at > g.started_at AND x.to_number = g.number)
        AND NOT EXISTS (SELECT 1 FROM abandoned_follow_ups f WHERE f.number = g.number AND f.done_at > g.started_at)
      ORDER BY at DESC, g.id LIMIT ${limit}::int`;
  }

  /** The number behind an abandoned call, when this agent serves its queue (undefined: anybody). */
  async numberOf(tx: Tx, callId: string, forAgent: string | undefined): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ number: string; served: boolean }[]>`
      SELECT c.from_number AS number, (${forAgent ?? null}::uuid IS NULL OR EXISTS (SELECT 1 FROM queue_memberships m
        WHERE m.queue_id = q.queue_id AND m.agent_id = ${forAgent ?? null}::uuid)) AS served
      FROM calls c JOIN inbound_call_queue q ON q.call_id = c.id
      WHERE c.id = ${callId}::uuid AND q.state = 'abandoned'`;
    return rows[0]?.served === true ? rows[0].number : undefined;
  }

  /** Nobody need call this number back any more, until it hangs up again. */
  async done(tx: Tx, number: string, userId: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO abandoned_follow_ups (number, done_at, done_by) VALUES (${number}, evenhand_now(), ${userId}::uuid)
      ON CONFLICT (number) DO UPDATE SET done_at = excluded.done_at, done_by = excluded.done_by`;
  }

  /** It is to be called back after all; false when it stood in the list anyway. */
  async undone(tx: Tx, number: string): Promise<boolean> {
    return (await tx.$executeRaw`DELETE FROM abandoned_follow_ups WHERE number = ${number}`) === 1;
  }
}
