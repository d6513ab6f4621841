import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { NewEvent, WaitingEvent } from "../domain/noted-events";

export type { NewEvent };

/**
 * Notes in the caller's own transaction what people are to be told of: what is rolled back is told to nobody, what is
 * committed is told once. One small row; everything else comes later and elsewhere.
 */
export async function noteEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO notification_events (event, source, data, at)
    SELECT e.event, e.source, e.data::jsonb, evenhand_now()
    FROM unnest(${events.map(({ event }) => event)}::text[], ${events.map(({ source }) => source)}::text[],
      ${events.map(({ data }) => JSON.stringify(data))}::text[]) WITH ORDINALITY AS e(event, source, data, place)
    ORDER BY e.place
    ON CONFLICT DO NOTHING`;
}

/** Any fixed number, as long as every process of this product uses the same. */
const TELLING_LOCK = 7_203_144_914n;

/** Events that wait to be told. */
export class NotificationEventRepository {
  constructor(private readonly db: Db) {}

  /** Whether anything waits: what an idle round costs. */
  async anyWaiting(): Promise<boolean> {
    const rows = await this.db.$queryRaw<{ any: boolean }[]>`
      SELECT EXISTS (SELECT FROM notification_events WHERE told_at IS NULL) AS "any"`;
    return rows[0]?.any === true;
  }

  /** Makes this transaction the only one that tells, until it ends; false when another is. */
  async takeTurn(tx: Tx): Promise<boolean> {
    const rows = await tx.$queryRaw<{ taken: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${TELLING_LOCK}::bigint) AS "taken"`;
    return rows[0]?.taken === true;
  }

  /** Those that wait, oldest first. */
  async waiting(tx: Tx, limit: number): Promise<WaitingEvent[]> {
    return tx.$queryRaw<WaitingEvent[]>`
      SELECT id, event, source, data, at FROM notification_events WHERE told_at IS NULL ORDER BY id LIMIT ${limit}::int`;
  }

  async told(tx: Tx, ids: readonly bigint[]): Promise<void> {
    await tx.$executeRaw`
      UPDATE notification_events SET told_at = evenhand_now() WHERE id = ANY (${ids as bigint[]}::bigint[])`;
  }

  /** Forgets events told so long ago that nothing will note them again; at most `limit`. */
  async prune(keepDays: number, limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM notification_events WHERE id IN (
        SELECT id FROM notification_events WHERE told_at < evenhand_now() - make_interval(days => ${keepDays}::int)
        ORDER BY told_at LIMIT ${limit}::int)`;
  }
}
