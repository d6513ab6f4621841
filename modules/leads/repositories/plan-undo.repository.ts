import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { leadOf } from "./plan-chunk.sql";

/** Finds, inside the database, what takes a plan back. */
export class PlanUndoRepository {
  /**
   * Makes the rows of chunks `from` to `to` (not included) of an undo plan: those that `undoOf` really wrote, each back
   * to what it was, if nobody has written it since. Counts them on the plan.
   */
  async invert(tx: Tx, planId: string, undoOf: string, from: number, to: number): Promise<void> {
    await tx.$executeRaw`
      WITH written AS (
        SELECT c.place, u.n, u.lead, u.version, u.diff FROM bulk_plan_chunks c CROSS JOIN LATERAL
          ROWS FROM (unnest(c.lead_ids), unnest(c.versions_after), unnest(c.outcomes),
            jsonb_array_elements(c.differences)) WITH ORDINALITY AS u(lead, version, outcome, diff, n)
        WHERE c.plan_id = ${undoOf}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int
          AND u.outcome = 'changed'),
      judged AS MATERIALIZED (
        SELECT w.place, w.n, w.lead, w.version, CASE WHEN l.id IS NULL THEN 'lead_not_found'
            WHEN l.locked_at IS NOT NULL THEN 'lead_locked' WHEN l.version <> w.version THEN 'changed_since'
            WHEN w.diff = '{}' THEN 'equal' ELSE 'change' END AS verdict,
          (SELECT jsonb_object_agg(e.key, jsonb_build_array(e.value -> 1, e.value -> 0))
            FROM jsonb_each(w.diff) e) AS diff
        FROM written w LEFT JOIN LATERAL ${leadOf(Prisma.sql`w.lead`)} l ON TRUE),
      stored AS (
        INSERT INTO bulk_plan_chunks (plan_id, place, lead_ids, versions, verdicts, differences)
        SELECT ${planId}::uuid, place, array_agg(lead ORDER BY n), array_agg(version ORDER BY n),
          array_agg(verdict ORDER BY n), jsonb_agg(CASE WHEN verdict = 'change' THEN diff END ORDER BY n)
        FROM judged GROUP BY place)
      UPDATE bulk_plans p SET total = p.total + t.every, will_change = p.will_change + t.changing,
        already_equal = p.already_equal + t.equal, refused = p.refused + t.every - t.changing - t.equal
      FROM (SELECT count(*)::int AS every, count(*) FILTER (WHERE verdict = 'change')::int AS changing,
        count(*) FILTER (WHERE verdict = 'equal')::int AS equal FROM judged) t
      WHERE p.id = ${planId}::uuid`;
  }

  /** Throws away what an interrupted preparation has made, so that it can begin again. */
  async beginAgain(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      WITH gone AS (DELETE FROM bulk_plan_chunks WHERE plan_id = ${planId}::uuid)
      UPDATE bulk_plans SET total = 0, will_change = 0, already_equal = 0, refused = 0 WHERE id = ${planId}::uuid`;
  }

  /** The number of chunks of a plan. */
  async chunks(tx: Tx, planId: string): Promise<number> {
    const rows = await tx.$queryRaw<{ count: number }[]>`
      SELECT coalesce(max(place) + 1, 0)::int AS "count" FROM bulk_plan_chunks WHERE plan_id = ${planId}::uuid`;
    return rows[0]?.count ?? 0;
  }
}
