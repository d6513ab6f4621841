import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { type ExportFailure, type ExportRow, KEPT_HOURS, type Receipt } from "../domain/export";

const { sql } = Prisma;

/** Seconds that a runner holds an export without a sign of life. */
export const EXPORT_LEASE_SECONDS = 20;
/** Days that receipts are kept. */
const RECEIPT_DAYS = 90;
/** Days that the leads chosen for an export that failed are kept, so that it can be tried again. */
const CHOSEN_DAYS = 7;

const columns = sql`
  e.id::text AS "id", e.created_by::text AS "createdBy", e.created_by_label AS "createdByLabel",
  (SELECT u.name FROM users u WHERE u.id = e.created_by) AS "createdByName",
  e.visible_to::text AS "visibleTo", e.request_id AS "requestId", e.format, e.columns, e.time_zone AS "timeZone",
  e.search, e.named, e.state, e.total, e.processed, e.attempts, e.cancel_requested_at AS "cancelRequestedAt",
  e.created_at AS "createdAt", e.started_at AS "startedAt", e.finished_at AS "finishedAt", e.expires_at AS "expiresAt",
  e.file_key AS "fileKey", e.rows, e.bytes, e.sha256, e.snapshot_at AS "snapshotAt", e.error_code AS "errorCode",
  e.error, e.locked_by AS "runner", e.locked_until AS "heldUntil",
  e.search IS NOT NULL OR e.lead_ids IS NOT NULL AS "isRepeatable", evenhand_now() AS "now"`;

export interface NewExport {
  id: string;
  createdBy: string;
  createdByLabel: string;
  visibleTo: string | undefined;
  requestId: string | undefined;
  format: string;
  columns: readonly string[];
  timeZone: string;
  search: object | undefined;
  ids: readonly string[] | undefined;
  named: number | undefined;
  /** Who begins it right away; undefined leaves it to a worker. */
  runner: string | undefined;
}

export interface AbandonedExport {
  id: string;
  runner: string | null;
  leaseEndedAt: Date | null;
}

/** Exports: their states, who works on them, and their receipts. */
export class ExportRepository {
  constructor(private readonly db: Db) {}

  async insert(tx: Tx, row: NewExport): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO exports (id, created_by, created_by_label, visible_to, request_id, format, columns, time_zone, search,
        lead_ids, named, state, created_at, locked_by, locked_until)
      SELECT ${row.id}::uuid, ${row.createdBy}::uuid, ${row.createdByLabel}, ${row.visibleTo ?? null}::uuid,
        ${row.requestId ?? null}, ${row.format}, ${row.columns as string[]}::text[], ${row.timeZone},
        ${row.search ? JSON.stringify(row.search) : null}::jsonb,
        ${row.ids ? sql`string_to_array(${row.ids.join(",")}, ',')::uuid[]` : sql`NULL`}, ${row.named ?? null}::int,
        'queued', clock.now, ${row.runner ?? null},
        ${row.runner === undefined ? sql`NULL` : sql`clock.now + make_interval(secs => ${EXPORT_LEASE_SECONDS})`}
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  async find(exportId: string, executor: Db | Tx = this.db): Promise<ExportRow | undefined> {
    const rows = await executor.$queryRaw<ExportRow[]>`
      SELECT ${columns} FROM exports e WHERE e.id = ${exportId}::uuid`;
    return rows[0];
  }

  async lock(tx: Tx, exportId: string): Promise<ExportRow | undefined> {
    const rows = await tx.$queryRaw<ExportRow[]>`
      SELECT ${columns} FROM exports e WHERE e.id = ${exportId}::uuid FOR UPDATE`;
    return rows[0];
  }

  /** The leads that were named, in their order. */
  async idsOf(exportId: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ ids: string[] | null }[]>`
      SELECT e.lead_ids::text[] AS "ids" FROM exports e WHERE e.id = ${exportId}::uuid`;
    return rows[0]?.ids ?? [];
  }

  /** The newest first, after a position; of one person when `createdBy` is given. */
  async page(
    createdBy: string | undefined,
    after: { createdAt: Date; id: string } | undefined,
    limit: number,
  ): Promise<ExportRow[]> {
    const whose = createdBy === undefined ? sql`TRUE` : sql`e.created_by = ${createdBy}::uuid`;
    const beyond = after ? sql`(e.created_at, e.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<ExportRow[]>`
      SELECT ${columns} FROM exports e WHERE ${whose} AND ${beyond}
      ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}::int`;
  }

  async underWay(tx: Tx, userId: string): Promise<number> {
    const rows = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM exports e
      WHERE e.created_by = ${userId}::uuid AND e.state IN ('queued', 'running')`;
    return rows[0]?.count ?? 0;
  }

  /** Takes an export for a runner; undefined when it is at rest or somebody else's. */
  async hold(exportId: string, runner: string): Promise<ExportRow | undefined> {
    const rows = await this.db.$queryRaw<ExportRow[]>`
      UPDATE exports e SET state = 'running', locked_by = ${runner}, attempts = e.attempts + 1, processed = 0,
        locked_until = evenhand_now() + make_interval(secs => ${EXPORT_LEASE_SECONDS}),
        started_at = coalesce(e.started_at, evenhand_now())
      WHERE e.id = ${exportId}::uuid AND e.state IN ('queued', 'running')
        AND (e.locked_by = ${runner} OR e.locked_until IS NULL OR e.locked_until < evenhand_now())
      RETURNING ${columns}`;
    return rows[0];
  }

  /** Says that it is still worked on, and how far it is. Answers whether it may go on. */
  async beat(
    tx: Tx,
    exportId: string,
    runner: string,
    progress: { processed: number; total: number },
  ): Promise<"held" | "cancelled" | "lost"> {
    const rows = await tx.$queryRaw<{ cancelled: boolean }[]>`
      UPDATE exports e SET processed = least(${progress.processed}::int, ${progress.total}::int),
        total = ${progress.total}::int, locked_until = evenhand_now() + make_interval(secs => ${EXPORT_LEASE_SECONDS})
      WHERE e.id = ${exportId}::uuid AND e.state = 'running' AND e.locked_by = ${runner}
      RETURNING e.cancel_requested_at IS NOT NULL AS "cancelled"`;
    if (!rows[0]) return "lost";
    return rows[0].cancelled ? "cancelled" : "held";
  }

  /** Ends an export that the runner still has; answers whether it had. */
  async finish(tx: Tx, exportId: string, runner: string, receipt: Receipt): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE exports SET state = 'done', processed = ${receipt.rows}::int, total = ${receipt.rows}::int,
        rows = ${receipt.rows}::int, bytes = ${receipt.bytes}::bigint, sha256 = ${receipt.sha256},
        snapshot_at = ${receipt.snapshotAt}, file_key = ${receipt.fileKey}, lead_ids = NULL, locked_by = NULL,
        locked_until = NULL, finished_at = evenhand_now(),
        expires_at = evenhand_now() + make_interval(hours => ${KEPT_HOURS})
      WHERE id = ${exportId}::uuid AND state = 'running' AND locked_by = ${runner}`;
    return count > 0;
  }

  /** Ends an export without a file, if `runner` still has it. */
  async giveUp(
    tx: Tx,
    exportId: string,
    runner: string,
    why: { state: "cancelled" } | { state: "failed"; code: ExportFailure; detail: string },
  ): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE exports SET state = ${why.state}, error_code = ${why.state === "failed" ? why.code : null},
        error = ${why.state === "failed" ? why.detail : null}, locked_by = NULL, locked_until = NULL,
        lead_ids = CASE WHEN ${why.state} = 'failed' THEN lead_ids END, finished_at = evenhand_now()
      WHERE id = ${exportId}::uuid AND state = 'running' AND locked_by = ${runner}`;
    return count > 0;
  }

  /** Notes on a locked export that it is to stop; one that nobody has begun is stopped by that. */
  async cancel(tx: Tx, exportId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE exports SET cancel_requested_at = coalesce(cancel_requested_at, evenhand_now()),
        state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
        finished_at = CASE WHEN state = 'queued' THEN evenhand_now() END,
        lead_ids = CASE WHEN state = 'queued' THEN NULL ELSE lead_ids END
      WHERE id = ${exportId}::uuid AND state IN ('queued', 'running')`;
  }

  /** Has a locked export that failed begun anew; answers false when there is nothing to begin with any more. */
  async retry(tx: Tx, exportId: string): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE exports SET state = 'queued', attempts = 0, processed = 0, total = NULL, error_code = NULL, error = NULL,
        finished_at = NULL, started_at = NULL, cancel_requested_at = NULL
      WHERE id = ${exportId}::uuid AND state = 'failed' AND (search IS NOT NULL OR lead_ids IS NOT NULL)`;
    return count > 0;
  }

  /** Exports as background jobs: those under way, those that failed, or all; the newest first. */
  async jobs(
    which: "under_way" | "failed" | "all",
    after: { createdAt: Date; id: string } | undefined,
    limit: number,
  ): Promise<ExportRow[]> {
    const states = { under_way: ["queued", "running"], failed: ["failed"], all: [] as string[] }[which];
    const wanted = which === "all" ? sql`TRUE` : sql`e.state = ANY (${states}::text[])`;
    const beyond = after ? sql`(e.created_at, e.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<ExportRow[]>`
      SELECT ${columns} FROM exports e WHERE ${wanted} AND ${beyond}
      ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}::int`;
  }

  /** Exports that nobody works on, oldest first. */
  async abandoned(limit: number): Promise<AbandonedExport[]> {
    return this.db.$queryRaw<AbandonedExport[]>`
      SELECT e.id::text AS "id", e.locked_by AS "runner", e.locked_until AS "leaseEndedAt" FROM exports e
      WHERE e.state IN ('queued', 'running') AND (e.locked_until IS NULL OR e.locked_until < evenhand_now())
      ORDER BY e.created_at LIMIT ${limit}::int`;
  }

  /** Finished exports whose file is kept no longer. */
  async toExpire(limit: number): Promise<{ id: string; fileKey: string }[]> {
    return this.db.$queryRaw<{ id: string; fileKey: string }[]>`
      SELECT e.id::text AS "id", e.file_key AS "fileKey" FROM exports e
      WHERE e.state = 'done' AND e.expires_at <= evenhand_now() ORDER BY e.expires_at LIMIT ${limit}::int`;
  }

  async expire(tx: Tx, exportId: string): Promise<void> {
    await tx.$executeRaw`UPDATE exports SET state = 'expired' WHERE id = ${exportId}::uuid AND state = 'done'`;
  }

  /** Forgets exports without a file that ended long ago, and what was chosen for those that failed: at most `limit`. */
  async prune(limit: number): Promise<number> {
    await this.db.$executeRaw`
      UPDATE exports SET lead_ids = NULL WHERE id IN (
        SELECT e.id FROM exports e WHERE e.state = 'failed' AND e.lead_ids IS NOT NULL
          AND e.finished_at < evenhand_now() - make_interval(days => ${CHOSEN_DAYS}) LIMIT ${limit}::int)`;
    return this.db.$executeRaw`
      DELETE FROM exports WHERE id IN (
        SELECT e.id FROM exports e WHERE e.state IN ('failed', 'cancelled', 'expired')
          AND e.created_at < evenhand_now() - make_interval(days => ${RECEIPT_DAYS})
        ORDER BY e.created_at LIMIT ${limit}::int)`;
  }

  /** A person who is still let in. */
  async person(userId: string): Promise<{ id: string; email: string } | undefined> {
    const rows = await this.db.$queryRaw<{ id: string; email: string }[]>`
      SELECT u.id::text AS "id", u.email FROM users u WHERE u.id = ${userId}::uuid AND u.disabled_at IS NULL`;
    return rows[0];
  }
}
