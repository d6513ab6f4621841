import { markAwaited } from "@/lib/db/activity";
import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { Plan, PlanKind, PlanRequest, PlanSelection, PlanState } from "../domain/plan";

const { sql } = Prisma;

/** Seconds that a runner holds a plan without a sign of life; a chunk takes a fraction of one. */
export const PLAN_LEASE_SECONDS = 20;
/** Days after which a plan that was never applied is forgotten. */
const KEPT_DAYS = 7;

const planColumns = sql`
  p.id::text AS "id", p.kind, p.state, p.request, p.selection, p.on_changed AS "onChanged",
  p.undo_of::text AS "undoOf", (SELECT u.id::text FROM bulk_plans u WHERE u.undo_of = p.id
    AND u.state IN ('preparing', 'ready', 'applying', 'done') LIMIT 1) AS "undoneBy",
  p.batch_id::text AS "batchId", p.created_by::text AS "createdBy", p.created_by_label AS "createdByLabel",
  (SELECT u.name FROM users u WHERE u.id = p.created_by) AS "createdByName",
  p.applied_by::text AS "appliedBy", p.applied_by_label AS "appliedByLabel",
  p.request_id AS "requestId", p.created_at AS "createdAt", p.total, p.will_change AS "willChange",
  p.already_equal AS "alreadyEqual", p.refused, p.processed, p.succeeded, p.failed,
  p.apply_started_at AS "applyStartedAt", p.cancel_requested_at AS "cancelRequestedAt",
  p.finished_at AS "finishedAt", p.error`;

export interface NewPlan {
  id: string;
  kind: PlanKind;
  request: PlanRequest;
  selection: PlanSelection;
  onChanged: "skip" | "refuse";
  undoOf?: string;
  createdBy: string;
  createdByLabel: string;
  requestId: string | undefined;
  /** Who prepares it right away. */
  runner: string;
}

export interface AbandonedPlan {
  id: string;
  runner: string | null;
  leaseEndedAt: Date | null;
}

export interface PlanPosition {
  mine: boolean;
  createdAt: Date;
  id: string;
}

/** Plans as wholes: their states, who works on them, and how far they are. */
export class PlanRepository {
  constructor(private readonly db: Db) {}

  /** Marks the transaction as heavy work that somebody waits for: background work gives way until it ends. */
  async awaited(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT ${markAwaited}`;
  }

  /** Adds a plan that is being prepared by its runner. */
  async insert(tx: Tx, plan: NewPlan): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO bulk_plans (id, kind, state, request, selection, on_changed, undo_of, created_by, created_by_label,
        request_id, created_at, locked_by, locked_until)
      SELECT ${plan.id}::uuid, ${plan.kind}, 'preparing', ${JSON.stringify(plan.request)}::jsonb,
        ${JSON.stringify(plan.selection)}::jsonb, ${plan.onChanged}, ${plan.undoOf ?? null}::uuid,
        ${plan.createdBy}::uuid, ${plan.createdByLabel}, ${plan.requestId ?? null}, clock.now, ${plan.runner},
        clock.now + make_interval(secs => ${PLAN_LEASE_SECONDS})
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  async find(planId: string, executor: Db | Tx = this.db): Promise<Plan | undefined> {
    const rows = await executor.$queryRaw<Plan[]>`SELECT ${planColumns} FROM bulk_plans p WHERE p.id = ${planId}::uuid`;
    return rows[0];
  }

  /**
   * The plan, locked until the transaction ends. Read after the lock, and not with it: what other rows say of it
   * (`undoneBy`) would otherwise be as it was before the lock was waited for.
   */
  async lock(tx: Tx, planId: string): Promise<Plan | undefined> {
    const locked = await tx.$executeRaw`SELECT 1 FROM bulk_plans WHERE id = ${planId}::uuid FOR NO KEY UPDATE`;
    return locked === 0 ? undefined : this.find(planId, tx);
  }

  /** Plans after a position: the asker's own first, then the others', the newest first in both. */
  async page(userId: string, after: PlanPosition | undefined, limit: number): Promise<Plan[]> {
    const beyond = after
      ? sql`WHERE (p.created_by = ${userId}::uuid, p.created_at, p.id) <
          (${after.mine}::boolean, ${after.createdAt}::timestamptz, ${after.id}::uuid)`
      : Prisma.empty;
    return this.db.$queryRaw<Plan[]>`
      SELECT ${planColumns} FROM bulk_plans p ${beyond}
      ORDER BY (p.created_by = ${userId}::uuid) DESC, p.created_at DESC, p.id DESC LIMIT ${limit}::int`;
  }

  /**
   * Takes a plan under way for a runner, or says again that it is held: nobody else works on it until the lease runs
   * out. Undefined when the plan is at rest or somebody else's.
   */
  async hold(planId: string, runner: string): Promise<Plan | undefined> {
    const held = await this.db.$queryRaw<Plan[]>`
      UPDATE bulk_plans p SET locked_by = ${runner},
        locked_until = evenhand_now() + make_interval(secs => ${PLAN_LEASE_SECONDS})
      WHERE p.id = ${planId}::uuid AND p.state IN ('preparing', 'applying')
        AND (p.locked_by = ${runner} OR p.locked_until IS NULL OR p.locked_until < evenhand_now())
      RETURNING ${planColumns}`;
    return held[0];
  }

  /** Lets the next runner take the plan at once. */
  async letGo(planId: string, runner: string): Promise<void> {
    await this.db.$executeRaw`
      UPDATE bulk_plans SET locked_by = NULL, locked_until = NULL WHERE id = ${planId}::uuid AND locked_by = ${runner}`;
  }

  /** Lets go of a plan whose work another process is to begin, within its transaction. */
  async handOver(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET locked_by = NULL, locked_until = NULL WHERE id = ${planId}::uuid`;
  }

  /**
   * Locks the plan for one step of work, if this runner still holds it in `state` and nobody wants it cancelled. What
   * the transaction assigns is from then on taken off what the plan was promised.
   */
  async beginStep(tx: Tx, planId: string, runner: string, state: PlanState): Promise<"held" | "cancelled" | "lost"> {
    const rows = await tx.$queryRaw<{ cancelled: boolean }[]>`
      SELECT p.cancel_requested_at IS NOT NULL AS "cancelled",
        set_config('evenhand.reservation', p.id::text, true) AS "reservation"
      FROM bulk_plans p WHERE p.id = ${planId}::uuid AND p.state = ${state} AND p.locked_by = ${runner}
      FOR NO KEY UPDATE`;
    if (!rows[0]) return "lost";
    return rows[0].cancelled ? "cancelled" : "held";
  }

  /**
   * Looks before a chunk, as beginStep() does, without holding the plan: chunks of one plan may be written side by
   * side, and settleChunk() makes sure at the end of each that nothing has changed since. The chunk's commit does not
   * wait for the disk; the plan's end does, and lies behind it. `awaited`: as awaited().
   */
  async beginChunk(tx: Tx, planId: string, runner: string, awaited: boolean): Promise<"held" | "cancelled" | "lost"> {
    const rows = await tx.$queryRaw<{ cancelled: boolean }[]>`
      SELECT p.cancel_requested_at IS NOT NULL AS "cancelled",
        set_config('evenhand.reservation', p.id::text, true) AS "reservation",
        set_config('synchronous_commit', 'off', true) AS "flush"${awaited ? sql`, (${markAwaited})::text AS "mark"` : Prisma.empty}
      FROM bulk_plans p WHERE p.id = ${planId}::uuid AND p.state = 'applying' AND p.locked_by = ${runner}`;
    if (!rows[0]) return "lost";
    return rows[0].cancelled ? "cancelled" : "held";
  }

  /**
   * Counts a written chunk on the plan and says that it is still worked on; the last statement of the chunk, so that
   * the plan is held for a moment. Answers "lost" when the runner has lost the plan, and "agent gone" when one of
   * `targets` cannot be given leads: away from work (unless `mayBeAway`) or switched off. The chunk must not stand then.
   * Both are asked at once, since whose load the chunk changes is locked until its end. Others are not locked: a lock
   * on agents whose leads came and went alike would be taken out of the agents' order.
   */
  async settleChunk(
    tx: Tx,
    { planId, runner }: { planId: string; runner: string },
    chunk: { rows: number; changed: number; failed: number },
    { targets, mayBeAway }: { targets: readonly string[]; mayBeAway: boolean },
  ): Promise<"settled" | "agent gone" | "lost"> {
    const [found] = await tx.$queryRaw<{ gone: boolean; counted: boolean }[]>`
      WITH counted AS (
        UPDATE bulk_plans SET processed = processed + ${chunk.rows}::int, succeeded = succeeded + ${chunk.changed}::int,
          failed = failed + ${chunk.failed}::int,
          locked_until = evenhand_now() + make_interval(secs => ${PLAN_LEASE_SECONDS})
        WHERE id = ${planId}::uuid AND state = 'applying' AND locked_by = ${runner} RETURNING 1)
      SELECT EXISTS (SELECT FROM counted) AS "counted", EXISTS (
        SELECT FROM agents a JOIN users u ON u.id = a.user_id
        WHERE a.id = ANY (${targets as string[]}::uuid[])
          AND (u.disabled_at IS NOT NULL OR (a.availability <> 'active' AND NOT ${mayBeAway}::boolean))) AS "gone"`;
    if (!found?.counted) return "lost";
    return found.gone ? "agent gone" : "settled";
  }

  /** How far a plan's preparation is, and what its next slice must know; with it the lease is extended. */
  async preparation(tx: Tx, planId: string): Promise<{ prepared: number; state: unknown }> {
    const [row] = await tx.$queryRaw<{ prepared: number; state: unknown }[]>`
      UPDATE bulk_plans SET locked_until = evenhand_now() + make_interval(secs => ${PLAN_LEASE_SECONDS})
      WHERE id = ${planId}::uuid RETURNING prepared, preparation AS "state"`;
    if (!row) throw new Error(`plan ${planId} vanished inside the transaction that holds it`);
    return row;
  }

  /** Notes within a step how far the preparation is; `state` undefined leaves what is there, null forgets it. */
  async setPrepared(tx: Tx, planId: string, prepared: number, state: unknown): Promise<void> {
    const kept = state === undefined ? sql`preparation` : sql`${state === null ? null : JSON.stringify(state)}::jsonb`;
    await tx.$executeRaw`
      UPDATE bulk_plans SET prepared = ${prepared}::int, preparation = ${kept},
        locked_until = evenhand_now() + make_interval(secs => ${PLAN_LEASE_SECONDS})
      WHERE id = ${planId}::uuid`;
  }

  /** Moves a plan from one state to another, held by `runner` or by nobody; answers false when it was not in `from`. */
  async move(tx: Tx, planId: string, from: PlanState, to: PlanState, runner: string | null): Promise<boolean> {
    const moved = await tx.$executeRaw`
      UPDATE bulk_plans SET state = ${to}, locked_by = ${runner}::text,
        locked_until = CASE WHEN ${runner}::text IS NULL THEN NULL
          ELSE evenhand_now() + make_interval(secs => ${PLAN_LEASE_SECONDS}) END,
        apply_started_at = CASE WHEN ${to} = 'applying' THEN coalesce(apply_started_at, evenhand_now())
          ELSE apply_started_at END
      WHERE id = ${planId}::uuid AND state = ${from}`;
    return moved === 1;
  }

  /** Notes who applies the plan; what it writes bears their name. */
  async setApplier(tx: Tx, planId: string, by: Actor, onChanged: "skip" | "refuse"): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET applied_by = ${by.id ?? null}::uuid, applied_by_label = ${by.label},
        request_id = ${by.requestId ?? null}, on_changed = ${onChanged}
      WHERE id = ${planId}::uuid`;
  }

  /** Notes that a plan under way is to end at its next step. */
  async requestCancel(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET cancel_requested_at = coalesce(cancel_requested_at, evenhand_now())
      WHERE id = ${planId}::uuid`;
  }

  /** Ends a plan and gives back what it was promised and has not used. */
  async end(tx: Tx, planId: string, state: "done" | "cancelled" | "failed", error: string | null): Promise<boolean> {
    const ended = await tx.$executeRaw`
      WITH released AS (DELETE FROM lead_reservations WHERE plan_id = ${planId}::uuid)
      UPDATE bulk_plans SET state = ${state}, finished_at = evenhand_now(), error = ${error}, locked_by = NULL,
        locked_until = NULL
      WHERE id = ${planId}::uuid AND state IN ('preparing', 'ready', 'applying')`;
    return ended === 1;
  }

  /** Plans under way that nobody works on, the longest waiting first. */
  async abandoned(limit: number): Promise<AbandonedPlan[]> {
    return this.db.$queryRaw<AbandonedPlan[]>`
      SELECT id::text AS "id", locked_by AS "runner", locked_until AS "leaseEndedAt" FROM bulk_plans
      WHERE state IN ('preparing', 'applying') AND (locked_until IS NULL OR locked_until < evenhand_now())
      ORDER BY locked_until NULLS FIRST, id LIMIT ${limit}::int`;
  }

  /** Gives back what is promised to plans that are no longer under way: none should be. Answers how many. */
  async releaseForgotten(): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM lead_reservations r USING bulk_plans p
      WHERE p.id = r.plan_id AND p.state NOT IN ('preparing', 'applying')`;
  }

  /** Forgets plans that were never applied, a week after they were made: at most `limit`. Answers how many. */
  async prune(limit: number): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      WITH old AS MATERIALIZED (
        SELECT p.id, p.batch_id FROM bulk_plans p
        WHERE p.state IN ('ready', 'cancelled', 'failed') AND p.apply_started_at IS NULL
          AND p.created_at < evenhand_now() - make_interval(days => ${KEPT_DAYS})
          AND NOT EXISTS (SELECT 1 FROM bulk_plans u WHERE u.undo_of = p.id)
        ORDER BY p.created_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED),
      batches AS (
        DELETE FROM assignment_batches b USING old WHERE b.id = old.batch_id
          AND NOT EXISTS (SELECT 1 FROM assignment_decisions d WHERE d.batch_id = b.id)),
      gone AS (DELETE FROM bulk_plans p USING old WHERE p.id = old.id RETURNING 1)
      SELECT count(*)::int AS "count" FROM gone`;
    return rows[0]?.count ?? 0;
  }
}
