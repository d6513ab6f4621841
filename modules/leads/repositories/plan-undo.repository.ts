import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { leadOf } from "./plan-chunk.sql";

/** Finds, inside the database, what takes a plan back. */
export class PlanUndoRepository {
  /**
   * Makes the rows of chunks `from` to `to` (not included) of an undo plan: those that `undoOf` really wrote, each back
   * to what it was, if nobody has written it since. What was written since and taken back again does not count: after
   * two changes of a lead, taking back the second and then the first leads to the beginning. Counts them on the plan.
   */
  async invert(tx: Tx, planId: string, undoOf: string, from: number, to: number): Promise<void> {
    await tx.$executeRaw`
      WITH RECURSIVE written AS (
        SELECT c.place, u.n, u.lead, u.version, u.diff FROM bulk_plan_chunks c CROSS JOIN LATERAL
          ROWS FROM (unnest(c.lead_ids), unnest(c.versions_after), unnest(c.outcomes),
            jsonb_array_elements(c.differences)) WITH ORDINALITY AS u(lead, version, outcome, diff, n)
        WHERE c.plan_id = ${undoOf}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int
          AND u.outcome = 'changed'),
      found AS MATERIALIZED (
        SELECT w.*, l.id IS NOT NULL AS there, l.locked_at IS NOT NULL AS locked, l.version AS present
        FROM written w LEFT JOIN LATERAL ${leadOf(Prisma.sql`w.lead`)} l ON TRUE),
      moved AS MATERIALIZED (SELECT lead, version, present FROM found WHERE present <> version),
      taken_back AS MATERIALIZED (
        SELECT u.lead, u.version, o.versions[array_position(o.lead_ids, u.lead)] AS base
        FROM bulk_plans x JOIN bulk_plan_chunks c ON c.plan_id = x.id
          JOIN bulk_plan_chunks o ON o.plan_id = x.undo_of AND o.place = c.place
          CROSS JOIN LATERAL unnest(c.lead_ids, c.versions_after, c.outcomes) AS u(lead, version, outcome)
        WHERE EXISTS (SELECT 1 FROM moved) AND x.undo_of IS NOT NULL
          AND x.created_at >= (SELECT created_at FROM bulk_plans WHERE id = ${undoOf}::uuid)
          AND u.outcome = 'changed' AND u.lead IN (SELECT lead FROM moved)),
      -- From the present version back over pairs of a plan and its undo: each pair leads to where the plan began.
      same AS (
        SELECT lead, version AS wanted, present AS version FROM moved
        UNION ALL
        SELECT s.lead, s.wanted, t.base FROM same s JOIN taken_back t ON t.lead = s.lead AND t.version = s.version
        WHERE s.version > s.wanted),
      judged AS MATERIALIZED (
        SELECT f.place, f.n, f.lead, CASE WHEN s.lead IS NULL THEN f.version ELSE f.present END AS version,
          CASE WHEN NOT f.there THEN 'lead_not_found' WHEN f.locked THEN 'lead_locked'
            WHEN f.present <> f.version AND s.lead IS NULL THEN 'changed_since'
            WHEN f.diff = '{}' THEN 'equal' ELSE 'change' END AS verdict,
          (SELECT jsonb_object_agg(e.key, jsonb_build_array(e.value -> 1, e.value -> 0))
            FROM jsonb_each(f.diff) e) AS diff
        FROM found f LEFT JOIN same s ON s.lead = f.lead AND s.version = s.wanted),
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
