import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { ImportFailure, ImportRow, ImportState, WorkState } from "../domain/import";
import { columns, inLine, unheld } from "./import-row.sql";

const { sql, join } = Prisma;

/** Seconds that a runner holds an import without a sign of life. */
export const IMPORT_LEASE_SECONDS = 25;

const leased = sql`evenhand_now() + make_interval(secs => ${IMPORT_LEASE_SECONDS})`;

/** Imports under way: who holds one, for how long, and how far it has come. */
export class ImportHoldRepository {
  constructor(private readonly db: Db) {}

  /** Imports that somebody began and nobody works on, oldest first. */
  async abandoned(limit: number): Promise<{ id: string; runner: string | null; leaseEndedAt: Date | null }[]> {
    return this.db.$queryRaw<{ id: string; runner: string | null; leaseEndedAt: Date | null }[]>`
      SELECT i.id::text AS "id", i.locked_by AS "runner", i.locked_until AS "leaseEndedAt" FROM imports i
      WHERE i.state IN ('checking', 'running', 'undoing') AND (i.locked_until IS NULL OR i.locked_until < evenhand_now())
      ORDER BY i.created_at LIMIT ${limit}::int`;
  }

  /** Takes an import for a runner; undefined when it is at rest or somebody else's. */
  async hold(importId: string, runner: string): Promise<ImportRow | undefined> {
    const rows = await this.db.$queryRaw<ImportRow[]>`
      UPDATE imports i SET locked_by = ${runner}, locked_until = ${leased}, waiting_since = NULL,
        attempts = i.attempts + CASE WHEN i.locked_by IS NULL THEN 0 ELSE 1 END
      WHERE i.id = ${importId}::uuid AND i.state IN ('checking', 'running', 'undoing')
        AND (i.locked_by = ${runner} OR i.locked_until IS NULL OR i.locked_until < evenhand_now())
      RETURNING ${columns}`;
    return rows[0];
  }

  /** Says that the runner still works on it, if it has it. */
  async beat(importId: string, runner: string): Promise<void> {
    await this.db.$executeRaw`
      UPDATE imports SET locked_until = ${leased} WHERE id = ${importId}::uuid AND locked_by = ${runner}`;
  }

  /** Gives an import back to whoever has the time, if the runner still has it. */
  async letGo(importId: string, runner: string): Promise<void> {
    await this.db.$executeRaw`
      UPDATE imports SET locked_by = NULL, locked_until = NULL, ${inLine}
      WHERE id = ${importId}::uuid AND locked_by = ${runner}`;
  }

  /** Has nobody take an import for some seconds, if the runner still has it; counts the attempt. */
  async pause(importId: string, runner: string, seconds: number): Promise<void> {
    await this.db.$executeRaw`
      UPDATE imports SET locked_by = NULL, attempts = attempts + 1, ${inLine},
        locked_until = evenhand_now() + make_interval(secs => ${seconds}::int)
      WHERE id = ${importId}::uuid AND locked_by = ${runner}`;
  }

  /** Throws away what an interrupted dry run has found, if the runner has it. */
  async checkAgain(tx: Tx, importId: string, runner: string): Promise<void> {
    const count = await tx.$executeRaw`
      UPDATE imports SET checked = 0, would_create = 0, would_update = 0, would_stay = 0, would_skip = 0, would_fail = 0
      WHERE id = ${importId}::uuid AND state = 'checking' AND locked_by = ${runner}`;
    if (count > 0) await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
  }

  /**
   * Says that the runner still works on it, and adds what it has done. What stays done shows that attempts lead somewhere:
   * they are counted anew then. A dry run begins from the beginning. Answers whether it may go on.
   */
  async advance(
    tx: Tx,
    importId: string,
    runner: string,
    state: WorkState,
    add: Partial<Record<Counter, number>>,
  ): Promise<"held" | "cancelled" | "lost"> {
    const named = Object.entries(add) as [Counter, number][];
    const sets = named.map(([counter, by]) => sql`${COUNTERS[counter]} = ${COUNTERS[counter]} + ${by}::int`);
    if (state !== "checking" && sets.length > 0) sets.push(sql`attempts = 0`);
    const rows = await tx.$queryRaw<{ cancelled: boolean }[]>`
      UPDATE imports SET ${join([sql`locked_until = ${leased}`, ...sets])}
      WHERE id = ${importId}::uuid AND state = ${state} AND locked_by = ${runner}
      RETURNING cancel_requested_at IS NOT NULL AS "cancelled", set_config('synchronous_commit', 'off', true) AS "flush"`;
    if (!rows[0]) return "lost";
    return rows[0].cancelled ? "cancelled" : "held";
  }

  /** Ends the work of a runner that still has it; answers whether it had. */
  async end(
    tx: Tx,
    importId: string,
    runner: string,
    to: { state: ImportState; failure?: { code: ImportFailure; detail: string }; total?: number; planError?: string },
  ): Promise<boolean> {
    const { state, failure, total, planError } = to;
    const count = await tx.$executeRaw`
      UPDATE imports SET state = ${state}, ${unheld}, total = coalesce(${total ?? null}::int, total),
        checked_at = CASE WHEN ${state} = 'checked' THEN evenhand_now() ELSE checked_at END,
        finished_at = CASE WHEN ${state} IN ('done', 'cancelled', 'failed') THEN evenhand_now() ELSE finished_at END,
        undone_at = CASE WHEN ${state} = 'undone' THEN evenhand_now() ELSE undone_at END,
        plan_error = coalesce(${planError ?? null}, plan_error),
        error_code = ${failure?.code ?? null}, error = ${failure?.detail ?? null}
      WHERE id = ${importId}::uuid AND state IN ('checking', 'running', 'undoing') AND locked_by = ${runner}`;
    return count > 0;
  }
}

const COUNTERS = {
  checked: sql`checked`,
  wouldCreate: sql`would_create`,
  wouldUpdate: sql`would_update`,
  wouldStay: sql`would_stay`,
  wouldSkip: sql`would_skip`,
  wouldFail: sql`would_fail`,
  processed: sql`processed`,
  created: sql`created`,
  updated: sql`updated`,
  unchanged: sql`unchanged`,
  skipped: sql`skipped`,
  failed: sql`failed`,
  undoProcessed: sql`undo_processed`,
  removed: sql`removed`,
  setBack: sql`set_back`,
  leftAlone: sql`left_alone`,
} as const;
/** What of an import is counted up. */
export type Counter = keyof typeof COUNTERS;
