import type { Tx } from "@/lib/db/transaction";
import { BULK_MAX, CHUNK_ROWS } from "../domain/bulk";
import { checkFilter, type LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";
import type { Move } from "../domain/rebalance";
import { filterCondition } from "./lead-filter.sql";
import { leadOrdering } from "./lead-sort.sql";

/** Ids that travel to the database in one statement. */
const SLICE_IDS = 50_000;
const NO_ID = "-";

/** Which leads a plan is about: fixed once, in the order they are worked through. */
export class PlanSelectionRepository {
  /** The leads named; null stands for a text that cannot be an id. Answers how many rows the plan has. */
  async ofIds(tx: Tx, planId: string, ids: readonly (string | null)[]): Promise<number> {
    for (let from = 0; from < ids.length; from += SLICE_IDS) {
      // One text is read by the database several times quicker than an array of as many.
      const slice = ids
        .slice(from, from + SLICE_IDS)
        .map((id) => id ?? NO_ID)
        .join(",");
      await tx.$executeRaw`
        INSERT INTO bulk_plan_chunks (plan_id, place, lead_ids, differences)
        SELECT ${planId}::uuid, (${from}::int + w.n - 1) / ${CHUNK_ROWS}::int,
          array_agg(nullif(w.id, ${NO_ID})::uuid ORDER BY w.n), '[]'
        FROM string_to_table(${slice}, ',') WITH ORDINALITY AS w(id, n) GROUP BY 2`;
    }
    return this.setTotal(tx, planId);
  }

  /**
   * The leads that a search finds at this moment, in its order; in one statement and so of one moment. Answers how many; one more
   * than BULK_MAX when there are more. Throws 422 for a filter that means nothing.
   */
  async ofSearch(tx: Tx, planId: string, filter: LeadFilter, sort: LeadSort): Promise<number> {
    await tx.$executeRaw`SELECT set_config('statement_timeout', '60s', true)`;
    await tx.$executeRaw`
      INSERT INTO bulk_plan_chunks (plan_id, place, lead_ids, differences)
      SELECT ${planId}::uuid, (f.n - 1) / ${CHUNK_ROWS}::int, array_agg(f.id ORDER BY f.n), '[]'
      FROM (
        SELECT l.id, row_number() OVER (ORDER BY ${leadOrdering(sort)}) AS n FROM leads l
        WHERE l.deleted_at IS NULL AND ${filterCondition(checkFilter(filter))}
        ORDER BY n LIMIT ${BULK_MAX + 1}::int) f
      GROUP BY 2`;
    return this.setTotal(tx, planId);
  }

  /**
   * For each move, as many open leads of its giver that are not locked and that its taker may have: first those that
   * nobody has begun to work on, the newest of them first, so that work goes on where it is. A giver's leads go out once,
   * in the order of its moves. In one statement and so of one moment. Answers how many.
   */
  async ofMoves(tx: Tx, planId: string, moves: readonly Move[]): Promise<number> {
    const column = (of: (move: Move) => string) => moves.map(of);
    await tx.$executeRaw`
      INSERT INTO bulk_plan_chunks (plan_id, place, lead_ids, differences)
      SELECT ${planId}::uuid, (f.n - 1) / ${CHUNK_ROWS}::int, array_agg(f.id ORDER BY f.n), '[]'
      FROM (
        WITH moves AS (
          SELECT m.giver, sum(m.leads) AS leads, array_agg(m.taker) AS takers
          FROM unnest(${column(({ from }) => from)}::uuid[], ${column(({ to }) => to)}::uuid[],
            ${moves.map(({ leads }) => leads)}::int[]) AS m(giver, taker, leads) GROUP BY m.giver)
        SELECT p.id, row_number() OVER (ORDER BY p.giver, p.place) AS n FROM (
          SELECT l.id, m.giver, m.leads, row_number() OVER (
            PARTITION BY m.giver ORDER BY l.touched_at IS NOT NULL, l.assigned_at DESC, l.id) AS place
          FROM moves m JOIN leads l ON l.assigned_agent = m.giver JOIN dispositions d ON d.code = l.disposition
          WHERE l.deleted_at IS NULL AND d.is_open AND l.locked_at IS NULL
            AND (l.team_id IS NULL OR EXISTS (
              SELECT FROM team_members t WHERE t.team_id = l.team_id AND t.agent_id = ANY(m.takers)))) p
        WHERE p.place <= p.leads) f
      GROUP BY 2`;
    return this.setTotal(tx, planId);
  }

  private async setTotal(tx: Tx, planId: string): Promise<number> {
    const rows = await tx.$queryRaw<{ total: number }[]>`
      UPDATE bulk_plans SET total = (
        SELECT coalesce(sum(cardinality(c.lead_ids)), 0) FROM bulk_plan_chunks c WHERE c.plan_id = ${planId}::uuid)
      WHERE id = ${planId}::uuid RETURNING total`;
    return rows[0]?.total ?? 0;
  }
}
