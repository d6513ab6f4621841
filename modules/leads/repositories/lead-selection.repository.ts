import type { Db } from "@/lib/db/client";
import { checkFilter, type LeadFilter } from "../domain/lead-filter";
import { filterCondition } from "./lead-filter.sql";

/** Which leads a search finds. */
export class LeadSelectionRepository {
  constructor(private readonly db: Db) {}

  /** The ids of at most `limit` leads that match, oldest first. Throws 422 for a filter that means nothing. */
  async ids(filter: LeadFilter, limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT l.id::text AS "id" FROM leads l WHERE l.deleted_at IS NULL AND ${filterCondition(checkFilter(filter))}
      ORDER BY l.created_at, l.id LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /** How many leads match, counting no further than `limit`. */
  async count(filter: LeadFilter, limit: number): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM (
        SELECT 1 FROM leads l WHERE l.deleted_at IS NULL AND ${filterCondition(checkFilter(filter))}
        LIMIT ${limit}::int) counted`;
    return rows[0]?.count ?? 0;
  }
}
