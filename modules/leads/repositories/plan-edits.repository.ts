import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { CHUNK_ROWS } from "../domain/bulk";
import type { RowEdit } from "../domain/plan";
import { leadOf } from "./plan-chunk.sql";

const { sql } = Prisma;

/** Rows of a plan in which each lead has values of its own. */
export class PlanEditsRepository {
  /** Freezes the edits: where others keep a row's difference, what is wanted of it stands until it is previewed. */
  async insert(tx: Tx, planId: string, edits: readonly RowEdit[]): Promise<number> {
    const rows = edits.map(({ id, version, set }) => ({ id, version, set }));
    const result = await tx.$queryRaw<{ total: number }[]>`
      WITH wanted AS (
        SELECT w.n, (w.edit ->> 'id')::uuid AS lead, (w.edit ->> 'version')::int AS version, w.edit -> 'set' AS cells
        FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) WITH ORDINALITY AS w(edit, n)),
      stored AS (
        INSERT INTO bulk_plan_chunks (plan_id, place, lead_ids, versions, differences)
        SELECT ${planId}::uuid, (w.n - 1) / ${CHUNK_ROWS}::int, array_agg(w.lead ORDER BY w.n),
          array_agg(w.version ORDER BY w.n), jsonb_agg(w.cells ORDER BY w.n)
        FROM wanted w GROUP BY 2)
      UPDATE bulk_plans SET total = (SELECT count(*) FROM wanted) WHERE id = ${planId}::uuid RETURNING total`;
    return result[0]?.total ?? 0;
  }

  /**
   * Previews all rows: version, verdict and difference of each, counted on the plan. A row that was seen in another
   * version is changed_since; one that opens again needs a place at its agent, in the order of the rows.
   */
  async compare(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      WITH wanted AS (
        SELECT c.place, u.n, u.lead, u.version, u.cells FROM bulk_plan_chunks c CROSS JOIN LATERAL
          ROWS FROM (unnest(c.lead_ids), unnest(c.versions), jsonb_array_elements(c.differences))
            WITH ORDINALITY AS u(lead, version, cells, n)
        WHERE c.plan_id = ${planId}::uuid),
      judged AS (
        SELECT w.place, w.n, l.id, l.version, w.version AS seen, l.locked_at, cells.diff,
          CASE WHEN l.locked_at IS NULL AND cells.diff ? 'disposition'
            AND NOT cells.diff ? 'assigned_agent'
            AND ${isOpen(sql`cells.diff #>> '{disposition,1}'`)} AND NOT ${isOpen(sql`l.disposition`)}
            THEN l.assigned_agent END AS reopens
        FROM wanted w LEFT JOIN LATERAL ${leadOf(sql`w.lead`)} l ON TRUE
          CROSS JOIN LATERAL (SELECT jsonb_build_object('name', l.name, 'phone', l.phone, 'email', l.email,
            'source', l.source, 'disposition', l.disposition, 'priority', l.priority, 'tags', l.tags,
            'assigned_agent', l.assigned_agent, 'follow_up_on', l.follow_up_on) AS had) before
          CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(e.key, jsonb_build_array(before.had -> e.key, e.value)) AS diff
            FROM jsonb_each(w.cells) e WHERE before.had -> e.key IS DISTINCT FROM e.value) cells),
      settled AS MATERIALIZED (
        SELECT j.place, j.n, j.version, j.diff, CASE WHEN j.id IS NULL THEN 'lead_not_found'
          WHEN j.locked_at IS NOT NULL THEN 'lead_locked' WHEN j.seen <> j.version THEN 'changed_since'
          WHEN j.diff IS NULL THEN 'equal' WHEN j.reopens IS NOT NULL AND j.turn > j.room THEN 'no_capacity'
          ELSE 'change' END AS verdict
        FROM (SELECT j.*, row_number() OVER (PARTITION BY j.reopens ORDER BY j.place, j.n) AS turn,
            (SELECT a.max_capacity - a.open_leads - reserved_leads(a.id) FROM agents a WHERE a.id = j.reopens) AS room
          FROM judged j) j),
      stored AS (
        UPDATE bulk_plan_chunks c SET versions = s.versions, verdicts = s.verdicts, differences = s.differences
        FROM (SELECT place, array_agg(version ORDER BY n) AS versions, array_agg(verdict ORDER BY n) AS verdicts,
            jsonb_agg(CASE WHEN verdict = 'change' THEN diff END ORDER BY n) AS differences
          FROM settled GROUP BY place) s
        WHERE c.plan_id = ${planId}::uuid AND c.place = s.place)
      UPDATE bulk_plans p SET will_change = t.changing, already_equal = t.equal,
        refused = t.every - t.changing - t.equal
      FROM (SELECT count(*)::int AS every, count(*) FILTER (WHERE verdict = 'change')::int AS changing,
        count(*) FILTER (WHERE verdict = 'equal')::int AS equal FROM settled) t
      WHERE p.id = ${planId}::uuid`;
  }
}

const isOpen = (code: Prisma.Sql): Prisma.Sql =>
  sql`EXISTS (SELECT 1 FROM dispositions d WHERE d.code = ${code} AND d.is_open)`;
