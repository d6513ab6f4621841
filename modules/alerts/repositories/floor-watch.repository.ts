import type { Db } from "@/lib/db/client";

export interface LateQueue {
  queue: string;
  waitingSeconds: number;
  /** Agents who, as far as rows say without their device's report, could have been asked. */
  agentIds: string[];
}

export interface LongQueue {
  queue: string;
  waiting: number;
}

/** Looks at the floor for what nobody has reported. */
export class FloorWatchRepository {
  constructor(
    private readonly db: Db,
    private readonly leaseSeconds: () => number,
  ) {}

  /**
   * Queues where a caller who can be moved and an agent of the first level who seems free have both been so for longer
   * than `seconds` (law 4), longest wait first. Pairs that have met already (declined, missed) do not count.
   */
  async lateDispatch(seconds: number): Promise<LateQueue[]> {
    return this.db.$queryRaw<LateQueue[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now), free AS MATERIALIZED (
        SELECT m.queue_id, m.agent_id FROM clock, queue_memberships m
          JOIN agents a ON a.id = m.agent_id JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
          JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
        WHERE m.level = 1 AND s."status" = 'available' AND s."deviceConnected" AND s."missedRings" = 0
          AND s."lastHeartbeat" > clock.now - make_interval(secs => ${this.leaseSeconds()}::float8 / 2)
          AND greatest(s."statusSince", s."loginAt", coalesce(a.last_call_ended_at, s."loginAt"))
            < clock.now - make_interval(secs => ${seconds}::float8)
          AND NOT EXISTS (SELECT 1 FROM agent_call_slots c WHERE c.agent_id = m.agent_id)
          AND NOT EXISTS (SELECT 1 FROM call_offers o WHERE o.agent_id = m.agent_id
            AND o.resolved_at > clock.now - make_interval(secs => ${seconds}::float8)))
      SELECT k.name AS queue, max(extract(epoch FROM clock.now - q.state_since))::int AS "waitingSeconds",
        array_agg(DISTINCT f.agent_id::text) AS "agentIds"
      FROM clock, call_queues k JOIN inbound_call_queue q ON q.queue_id = k.id JOIN free f ON f.queue_id = k.id
      WHERE q.state = 'waiting' AND q.carrier_queue_sid IS NOT NULL
        AND q.state_since < clock.now - make_interval(secs => ${seconds}::float8)
        AND NOT EXISTS (SELECT 1 FROM call_offers o WHERE o.queued_call_id = q.id AND o.agent_id = f.agent_id)
      GROUP BY k.id, k.name ORDER BY 2 DESC LIMIT 20`;
  }

  /** Queues in which more callers wait than `most`. */
  async longQueues(most: number): Promise<LongQueue[]> {
    return this.db.$queryRaw<LongQueue[]>`
      SELECT k.name AS queue, count(*)::int AS waiting
      FROM inbound_call_queue q JOIN call_queues k ON k.id = q.queue_id
      WHERE q.state IN ('waiting', 'offered') GROUP BY k.id, k.name HAVING count(*) > ${most}::int
      ORDER BY 2 DESC LIMIT 20`;
  }
}
