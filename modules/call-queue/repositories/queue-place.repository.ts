import type { Tx } from "@/lib/db/transaction";
import type { PriorityWeights } from "../domain/priority";

/** What decides a new caller's place and agent in one queue. */
export interface PlaceFacts {
  weights: PriorityWeights;
  vip: boolean;
  /** Whom this number spoke with last, within the days the queue asks for, if they still work this queue. */
  preferredAgentId: string | null;
}

/** Reads what a caller's place in line is made of. */
export class QueuePlaceRepository {
  /** Undefined for a queue that does not exist. */
  async facts(tx: Tx, queueId: string, number: string): Promise<PlaceFacts | undefined> {
    const rows = await tx.$queryRaw<PlaceFacts[]>`/* named place_facts */
      SELECT jsonb_build_object('high', k.high_weight_seconds, 'urgent', k.urgent_weight_seconds,
          'vip', k.vip_weight_seconds) AS weights,
        EXISTS (SELECT 1 FROM vip_numbers v WHERE v.number = ${number}) AS vip,
        CASE WHEN k.sticky_days > 0 THEN (
          SELECT last.agent_id::text FROM (
            SELECT c.agent_id FROM calls c
            WHERE c.from_number = ${number} AND c.answered_at IS NOT NULL AND c.agent_id IS NOT NULL
              AND c.answered_at > evenhand_now() - make_interval(days => k.sticky_days)
            ORDER BY c.answered_at DESC LIMIT 1) last
          WHERE EXISTS (SELECT 1 FROM queue_memberships m WHERE m.queue_id = k.id AND m.agent_id = last.agent_id))
        END AS "preferredAgentId"
      FROM call_queues k WHERE k.id = ${queueId}::uuid`;
    return rows[0];
  }
}
