import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import { dueExit } from "./queue-exits.sql";

/** Signs that callers are still on the line, and whether the carrier has them in its queue. */
export class CallerSignsRepository {
  constructor(private readonly db: Db) {}

  /**
   * A sign of life from the caller's line in the carrier's queue: it can be moved from now on. One statement of its
   * own, so that the row is held for less than a millisecond. Answers whether this was the first one since (re)entry,
   * whether the caller should leave the line, and whether an agent has been waiting for the caller's move for so long
   * that the order for it cannot have reached the carrier.
   */
  async seenInQueue(
    callSid: string,
    queueSid: string,
  ): Promise<{ first: boolean; due: string | null; unmoved: boolean } | undefined> {
    const rows = await this.db.$queryRaw<
      { first: boolean; due: string | null; unmoved: boolean }[]
    >`/* named seen_in_queue */
      WITH held AS (
        SELECT q.id, q.carrier_queue_sid IS DISTINCT FROM ${queueSid} AS "first", ${dueExit} AS due,
          q.state = 'connecting' AND q.state_since < evenhand_now() - interval '2 seconds' AS unmoved
        FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id JOIN call_queues k ON k.id = q.queue_id
        WHERE c.call_sid = ${callSid} AND q.state IN ('waiting', 'offered', 'connecting') FOR NO KEY UPDATE OF q)
      UPDATE inbound_call_queue q SET carrier_queue_sid = ${queueSid}, last_seen_at = evenhand_now()
      FROM held WHERE q.id = held.id RETURNING held."first", held.due, held.unmoved`;
    return rows[0];
  }

  /** Any other proof that the caller is still on the line. */
  async touch(id: string): Promise<void> {
    await this.db
      .$executeRaw`/* named touch_call */UPDATE inbound_call_queue SET last_seen_at = evenhand_now() WHERE id = ${id}::uuid`;
  }

  /** The caller cannot be moved until it is heard of in the carrier's queue again. */
  async leftCarrierQueue(tx: Tx, id: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE inbound_call_queue SET carrier_queue_sid = NULL, last_seen_at = evenhand_now() WHERE id = ${id}::uuid`;
  }
}
