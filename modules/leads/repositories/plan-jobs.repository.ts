import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { PlanKind, PlanRequest, PlanState } from "../domain/plan";

const { sql } = Prisma;

/** A plan as background work. */
export interface PlanJobRow {
  id: string;
  kind: PlanKind;
  state: PlanState;
  request: PlanRequest;
  undoOf: string | null;
  /** Whether something takes it back, has done so, or is about to. */
  undone: boolean;
  createdBy: string;
  createdByLabel: string;
  createdByName: string;
  createdAt: Date;
  applyStartedAt: Date | null;
  finishedAt: Date | null;
  cancelRequestedAt: Date | null;
  total: number;
  prepared: number;
  processed: number;
  runner: string | null;
  heldUntil: Date | null;
  reason: string | null;
}

const LIVE = sql`('preparing', 'ready', 'applying', 'done')`;

const columns = sql`
  p.id::text AS "id", p.kind, p.state, p.request, p.undo_of::text AS "undoOf",
  EXISTS (SELECT 1 FROM bulk_plans u WHERE u.undo_of = p.id AND u.state IN ${LIVE}) AS "undone",
  p.created_by::text AS "createdBy", p.created_by_label AS "createdByLabel",
  coalesce((SELECT u.name FROM users u WHERE u.id = p.created_by), p.created_by_label) AS "createdByName", p.created_at AS "createdAt",
  p.apply_started_at AS "applyStartedAt", p.finished_at AS "finishedAt",
  p.cancel_requested_at AS "cancelRequestedAt", p.total, p.prepared, p.processed, p.locked_by AS "runner",
  p.locked_until AS "heldUntil",
  (SELECT f.reason FROM job_failures f WHERE f.kind = 'bulk-plan' AND f.job_id = p.id ORDER BY f.at DESC LIMIT 1)
    AS "reason"`;

/** The predicate of the index bulk_plans_background, word for word: what is not written while somebody waits. */
const background = sql`
  (p.state IN ('preparing', 'applying', 'failed', 'cancelled') OR (p.state = 'done' AND p.total > 10000))`;

const states = {
  under_way: sql`p.state IN ('preparing', 'applying')`,
  failed: sql`p.state = 'failed'`,
  all: sql`TRUE`,
};

/** Plans among the background work. */
export class PlanJobsRepository {
  constructor(private readonly db: Db) {}

  /** Those after a position, the newest first. */
  async page(
    which: keyof typeof states,
    after: { createdAt: Date; id: string } | undefined,
    limit: number,
  ): Promise<PlanJobRow[]> {
    const beyond = after ? sql`(p.created_at, p.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<PlanJobRow[]>`
      SELECT ${columns} FROM bulk_plans p WHERE ${background} AND ${states[which]} AND ${beyond}
      ORDER BY p.created_at DESC, p.id DESC LIMIT ${limit}::int`;
  }

  async find(planId: string, executor: Db | Tx = this.db): Promise<PlanJobRow | undefined> {
    const rows = await executor.$queryRaw<PlanJobRow[]>`
      SELECT ${columns} FROM bulk_plans p WHERE p.id = ${planId}::uuid`;
    return rows[0];
  }

  /** Locks a plan, and before it the one that it takes back: in the order in which an undo is made. */
  async lock(tx: Tx, planId: string): Promise<PlanJobRow | undefined> {
    await tx.$executeRaw`
      SELECT 1 FROM bulk_plans WHERE id = (SELECT undo_of FROM bulk_plans WHERE id = ${planId}::uuid) FOR NO KEY UPDATE`;
    const locked = await tx.$executeRaw`SELECT 1 FROM bulk_plans WHERE id = ${planId}::uuid FOR NO KEY UPDATE`;
    return locked === 0 ? undefined : this.find(planId, tx);
  }

  /** Has a locked plan that failed go on where it broke off, by whoever takes it. */
  async reopen(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET state = CASE WHEN apply_started_at IS NULL THEN 'preparing' ELSE 'applying' END,
        error = NULL, finished_at = NULL, cancel_requested_at = NULL, locked_by = NULL, locked_until = NULL
      WHERE id = ${planId}::uuid AND state = 'failed'`;
  }
}
