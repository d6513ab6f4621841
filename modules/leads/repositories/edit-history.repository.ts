import type { Db } from "@/lib/db/client";
import type { DonePlan } from "../domain/edit-history";

/** Plans looked through: what lies further back is taken back from the list of plans. */
const LOOKED_AT = 200;
/** Undos of undos followed; nobody presses the keys so often. */
const DEEPEST = 1_000;

/** What a person's plans say of what may be undone. */
export class EditHistoryRepository {
  constructor(private readonly db: Db) {}

  /** The newest plans of a person that have written something, the newest first, with the plan that each goes back to. */
  async done(userId: string): Promise<DonePlan[]> {
    return this.db.$queryRaw<DonePlan[]>`
      WITH RECURSIVE recent AS (
        SELECT p.id, p.undo_of, p.kind, p.succeeded, p.created_at FROM bulk_plans p
        WHERE p.created_by = ${userId}::uuid AND p.succeeded > 0 AND p.state IN ('done', 'cancelled', 'failed')
        ORDER BY p.created_at DESC, p.id DESC LIMIT ${LOOKED_AT}::int),
      chain AS (
        SELECT r.id, r.undo_of AS above, r.kind, 0 AS depth FROM recent r
        UNION ALL
        SELECT c.id, p.undo_of, p.kind, c.depth + 1 FROM chain c JOIN bulk_plans p ON p.id = c.above
        WHERE c.depth < ${DEEPEST}::int)
      SELECT r.id::text AS "id", c.kind, c.depth, r.succeeded AS "leads", r.created_at AS "at",
        EXISTS (SELECT 1 FROM bulk_plans u WHERE u.undo_of = r.id
          AND u.state IN ('preparing', 'ready', 'applying', 'done')) AS "undone"
      FROM recent r JOIN chain c ON c.id = r.id AND c.above IS NULL
      ORDER BY r.created_at DESC, r.id DESC`;
  }
}
