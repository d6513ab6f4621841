import type { Tx } from "@/lib/db/transaction";

/** Which team leads belong to. */
export class LeadTeamRepository {
  /** Gives a locked lead to a team, or to everybody (null). The caller counts the version with its other changes. */
  async set(tx: Tx, leadId: string, teamId: string | null): Promise<void> {
    await tx.$executeRaw`UPDATE leads SET team_id = ${teamId}::uuid WHERE id = ${leadId}::uuid`;
  }

  /** Makes at most `limit` leads of a team everybody's, removed ones too; answers their ids. */
  async release(tx: Tx, teamId: string, limit: number): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      WITH chosen AS MATERIALIZED (
        SELECT l.id FROM leads l WHERE l.team_id = ${teamId}::uuid ORDER BY l.id LIMIT ${limit}::int
        FOR NO KEY UPDATE OF l),
      clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads l SET team_id = NULL, version = l.version + 1, updated_at = clock.now, last_activity_at = clock.now
      FROM chosen c, clock WHERE l.id = c.id RETURNING l.id::text AS "id"`;
    return rows.map(({ id }) => id);
  }
}
