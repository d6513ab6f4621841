import type { Db } from "@/lib/db/client";
import type { Position } from "../domain/position";
import type { LiveEvent, LiveEventData } from "../topics";

/** A page of events, and how far the reader has come with it. */
export interface EventPage {
  events: LiveEvent[];
  /** Behind the page's last event; behind everything that is committed when the page was not full. */
  position: Position;
  full: boolean;
}

interface Row {
  horizon: string;
  now: number;
  tx: string | null;
  id: bigint | null;
  topic: string;
  audience: string;
  data: LiveEventData;
}

/**
 * Reads events in (tx, id) order below the oldest transaction that is still running. Nothing can be committed below
 * that horizon any more, so a slow writer's event is never jumped over; it is told when its transaction has ended.
 * (The horizon is that of the whole server: one long writing transaction holds all listeners back.)
 */
export class LiveEventReader {
  constructor(private readonly db: Db) {}

  /** Where a listener begins who wants to hear only what comes: everything before is visible to a plain read. */
  async head(): Promise<Position> {
    const [row] = await this.db.$queryRaw<{ horizon: string; now: number }[]>`
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS "horizon",
        extract(epoch FROM evenhand_now())::float8 AS "now"`;
    if (!row) throw new Error("the database answered no horizon");
    return { tx: BigInt(row.horizon), id: 0n, knownAt: row.now };
  }

  /** The next events after a position, at most `limit`. */
  async after(from: Position, limit: number): Promise<EventPage> {
    const rows = await this.db.$queryRaw<Row[]>`
      WITH edge AS MATERIALIZED (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon, evenhand_now() AS now)
      SELECT edge.horizon::text AS "horizon", extract(epoch FROM edge.now)::float8 AS "now",
        e."tx"::text AS "tx", e."id", e."topic", e."audience", e."data"
      FROM edge LEFT JOIN LATERAL (
        SELECT * FROM "live_events" l
        WHERE (l."tx", l."id") > (${from.tx.toString()}::xid8, ${from.id}::bigint) AND l."tx" < edge.horizon
        ORDER BY l."tx", l."id" LIMIT ${limit}::int) e ON true`;
    const first = rows[0];
    if (!first) throw new Error("the database answered no horizon");
    const events = rows.flatMap(({ tx, id, topic, audience, data }) =>
      tx === null || id === null ? [] : [{ tx: BigInt(tx), id, topic, audience, data }],
    );
    const last = events.at(-1);
    const full = events.length >= limit;
    const reached = full && last ? last : { tx: BigInt(first.horizon), id: 0n };
    return { events, full, position: { tx: reached.tx, id: reached.id, knownAt: first.now } };
  }

  /**
   * Deletes what is older than `keepSeconds`, at most `limit` rows; answers how many. Rows go in the order in which
   * they are told, so that what is left is always everything after some position.
   */
  async prune(keepSeconds: number, limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM "live_events" WHERE "id" IN (
        SELECT l."id" FROM "live_events" l
        WHERE l."tx" <= (SELECT o."tx" FROM "live_events" o
          WHERE o."at" < (SELECT evenhand_now()) - make_interval(secs => ${keepSeconds}::float8)
          ORDER BY o."tx" DESC LIMIT 1)
        ORDER BY l."tx", l."id" LIMIT ${limit}::int)`;
  }
}
