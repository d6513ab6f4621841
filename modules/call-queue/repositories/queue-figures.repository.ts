import type { Db } from "@/lib/db/client";

export interface QueueFiguresRow {
  queueId: string;
  since: Date;
  serviceLevelSeconds: number;
  answered: number;
  inTime: number;
  abandoned: number;
  shortAbandoned: number;
  elsewhere: number;
  answerSeconds: number | null;
  handleSeconds: number | null;
}

/** What came of calls, queue by queue. */
export class QueueFiguresRepository {
  constructor(private readonly db: Db) {}

  /**
   * Calls in that came since midnight in a time zone, by the queue they were in last; queues of this agent, or all. How
   * long one waited counts from the arrival in the first queue.
   */
  async today(memberId: string | undefined, timeZone: string): Promise<QueueFiguresRow[]> {
    return this.db.$queryRaw<QueueFiguresRow[]>`
      WITH day AS MATERIALIZED (
        SELECT (evenhand_now() AT TIME ZONE ${timeZone})::date::timestamp AT TIME ZONE ${timeZone} AS since)
      SELECT k.id::text AS "queueId", day.since, k.service_level_seconds AS "serviceLevelSeconds",
        f.answered::int, f.in_time::int AS "inTime", f.abandoned::int, f.short_abandoned::int AS "shortAbandoned",
        f.elsewhere::int, f.answer_seconds AS "answerSeconds", f.handle_seconds AS "handleSeconds"
      FROM day, call_queues k, LATERAL (
        SELECT count(c.answered_at) AS answered,
          count(*) FILTER (
            WHERE c.answered_at <= q.enqueued_at + make_interval(secs => k.service_level_seconds)) AS in_time,
          count(*) FILTER (WHERE q.state = 'abandoned') AS abandoned,
          count(*) FILTER (WHERE q.state = 'short_abandoned') AS short_abandoned,
          count(*) FILTER (WHERE c.answered_at IS NULL
            AND q.state IN ('callback_scheduled', 'voicemail', 'overflowed', 'closed', 'failed')) AS elsewhere,
          avg(extract(epoch FROM c.answered_at - q.enqueued_at))::float8 AS answer_seconds,
          avg(extract(epoch FROM q.state_since - c.answered_at)) FILTER (WHERE q.state = 'done')::float8
            AS handle_seconds
        FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id
        WHERE q.queue_id = k.id AND q.enqueued_at >= day.since AND c.direction = 'inbound') f
      WHERE k.archived_at IS NULL AND (${memberId ?? null}::uuid IS NULL OR EXISTS (
        SELECT 1 FROM queue_memberships m WHERE m.queue_id = k.id AND m.agent_id = ${memberId ?? null}::uuid))
      ORDER BY k.name, k.id`;
  }
}
