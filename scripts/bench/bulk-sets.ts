import type pg from "pg";

/** Ids of leads that one measurement works on. */
export type BulkSet = string[];

/** Room for whatever a bench assigns: capacity is not what it measures. */
export async function freeRoom(client: pg.Client): Promise<void> {
  await client.query("UPDATE agents SET max_capacity = 100000, availability = 'active'");
}

/**
 * Sets of different open leads, spread over the whole table as a filter's matches are: every n-th lead in the order
 * of a hash. No lead is in two sets of one call.
 */
export async function bulkSets(
  client: pg.Client,
  wanted: { rows: number; count: number; unassigned?: boolean },
): Promise<BulkSet[]> {
  const { rows, count, unassigned = false } = wanted;
  const { rows: found } = await client.query<{ id: string }>(
    `SELECT l.id::text AS id FROM leads l JOIN dispositions d ON d.code = l.disposition
     WHERE l.deleted_at IS NULL AND l.locked_at IS NULL AND l.team_id IS NULL AND d.is_open
       AND (l.assigned_agent IS NULL OR NOT $3)
     ORDER BY hashtextextended(l.id::text, $2) LIMIT $1`,
    [rows * count, Date.now() % 1_000_000, unassigned],
  );
  if (found.length < rows * count) throw new Error(`the database has ${found.length} open leads, not ${rows * count}`);
  return Array.from({ length: count }, (_, index) => found.slice(index * rows, (index + 1) * rows).map(({ id }) => id));
}
