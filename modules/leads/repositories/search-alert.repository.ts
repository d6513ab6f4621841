import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { LeadFilter } from "../domain/lead-filter";

/** Raised when more leads match a shared search than `moreThan`, for as long as `forMinutes`. */
export interface SearchAlert {
  moreThan: number;
  forMinutes: number;
}

export interface DueSearchAlert extends SearchAlert {
  searchId: string;
  name: string;
  filter: LeadFilter;
}

/** Seconds between two counts for one search, however many processes look. */
const EVERY_SECONDS = 30;

/** Seconds without a count (nobody worked, or the search was not shared) after which the minutes begin anew. */
const UNSEEN_SECONDS = 300;

/** Alerts on saved searches. */
export class SearchAlertRepository {
  constructor(private readonly db: Db) {}

  async find(tx: Tx, searchId: string): Promise<SearchAlert | undefined> {
    const rows = await tx.$queryRaw<SearchAlert[]>`
      SELECT more_than AS "moreThan", for_minutes AS "forMinutes" FROM saved_search_alerts
      WHERE search_id = ${searchId}::uuid`;
    return rows[0];
  }

  /** Changing what is asked begins the minutes anew. */
  async set(tx: Tx, searchId: string, alert: SearchAlert, by: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO saved_search_alerts (search_id, more_than, for_minutes, set_by, set_at)
      VALUES (${searchId}::uuid, ${alert.moreThan}::int, ${alert.forMinutes}::int, ${by}::uuid, evenhand_now())
      ON CONFLICT (search_id) DO UPDATE SET more_than = excluded.more_than, for_minutes = excluded.for_minutes,
        set_by = excluded.set_by, set_at = excluded.set_at, over_since = NULL, checked_at = NULL`;
  }

  async remove(tx: Tx, searchId: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM saved_search_alerts WHERE search_id = ${searchId}::uuid`;
  }

  /** Takes those whose turn it is to be counted; nobody else does for half a minute. */
  async take(limit: number): Promise<DueSearchAlert[]> {
    return this.db.$queryRaw<DueSearchAlert[]>`
      WITH due AS MATERIALIZED (
        SELECT a.search_id FROM saved_search_alerts a JOIN saved_searches s ON s.id = a.search_id AND s.shared
        WHERE a.checked_at IS NULL OR a.checked_at <= evenhand_now() - make_interval(secs => ${EVERY_SECONDS})
        ORDER BY a.checked_at NULLS FIRST LIMIT ${limit}::int FOR UPDATE OF a SKIP LOCKED)
      UPDATE saved_search_alerts a SET checked_at = evenhand_now(),
        over_since = CASE WHEN a.checked_at >= evenhand_now() - make_interval(secs => ${UNSEEN_SECONDS}) THEN a.over_since END
      FROM due JOIN saved_searches s ON s.id = due.search_id WHERE a.search_id = due.search_id
      RETURNING a.search_id::text AS "searchId", a.more_than AS "moreThan", a.for_minutes AS "forMinutes", s.name,
        s.filter`;
  }

  /** Notes what was counted; answers whether it has been too many for as long as the alert says. */
  async counted(searchId: string, isOver: boolean): Promise<boolean> {
    // The column has milliseconds and rounds: an instant rounded up would lie ahead, and "at once" not have come yet.
    const rows = await this.db.$queryRaw<{ due: boolean }[]>`
      UPDATE saved_search_alerts a SET over_since = CASE WHEN ${isOver}
        THEN coalesce(a.over_since, date_trunc('milliseconds', evenhand_now())) END
      WHERE a.search_id = ${searchId}::uuid
      RETURNING a.over_since IS NOT NULL
        AND a.over_since <= evenhand_now() - make_interval(mins => a.for_minutes) AS "due"`;
    return rows[0]?.due ?? false;
  }

  /** The searches that are shared and have an alert: what others raised is over. */
  async watched(): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT a.search_id::text AS "id" FROM saved_search_alerts a JOIN saved_searches s ON s.id = a.search_id AND s.shared
      LIMIT 10000`;
    return rows.map(({ id }) => id);
  }
}
