import type { Db } from "@/lib/db/client";
import type { WaitFacts } from "../domain/wait-estimate";

export type QueueFacts = Omit<WaitFacts, "ahead">;

/** What a queue's wait estimate is made from. */
export class WaitFactsRepository {
  constructor(
    private readonly db: Db,
    private readonly leaseSeconds: () => number,
  ) {}

  /** Staff now, handle times of the last 100 calls, abandonment over the last 2 hours. */
  async read(queueId: string): Promise<QueueFacts> {
    const rows = await this.db.$queryRaw<QueueFacts[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      staff AS (
        SELECT count(*)::int AS staffed,
          (count(*) FILTER (WHERE s."deviceConnected"
            AND (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = m.agent_id) < s."maxConcurrentCalls"))::int
            AS ready
        FROM clock, queue_memberships m JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
        WHERE m.queue_id = ${queueId}::uuid AND s."status" = 'available'
          AND s."lastHeartbeat" > clock.now - make_interval(secs => ${this.leaseSeconds()}::float8)),
      handled AS (
        SELECT count(*)::int AS calls, coalesce(sum(extract(epoch FROM h.state_since - h.connected_at)), 0)::float8 AS seconds
        FROM (SELECT state_since, connected_at FROM inbound_call_queue
          WHERE queue_id = ${queueId}::uuid AND state = 'done' AND connected_at IS NOT NULL
          ORDER BY enqueued_at DESC LIMIT 100) h),
      waits AS (
        SELECT (count(*) FILTER (WHERE q.state IN ('abandoned', 'short_abandoned')))::int AS abandoned,
          coalesce(sum(extract(epoch FROM coalesce(q.connected_at,
            CASE WHEN q.state IN ('waiting', 'offered', 'connecting') THEN clock.now ELSE q.state_since END)
            - q.enqueued_at)), 0)::float8 AS seconds
        FROM clock, inbound_call_queue q
        WHERE q.queue_id = ${queueId}::uuid AND q.enqueued_at > clock.now - interval '2 hours')
      SELECT staff.staffed AS "staffedAgents", staff.ready AS "readyAgents", handled.calls AS "handledCalls",
        handled.seconds AS "handleSecondsTotal", waits.abandoned, waits.seconds AS "waitedSecondsTotal"
      FROM staff, handled, waits`;
    const facts = rows[0];
    if (!facts) throw new Error("an aggregate without a row");
    return facts;
  }
}
