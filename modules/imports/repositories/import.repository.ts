import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { ImportFailure, ImportOptions, ImportRow, ImportState, WorkState } from "../domain/import";
import type { Mapping } from "../domain/import-fields";
import { KEPT_DAYS } from "../domain/limits";

const { sql, join } = Prisma;

/** Seconds that a runner holds an import without a sign of life. */
export const IMPORT_LEASE_SECONDS = 25;
/** Days that an import is remembered by its numbers after its rows have gone. */
const RECEIPT_DAYS = 365;

const columns = sql`
  i.id::text AS "id", i.created_by::text AS "createdBy", i.created_by_label AS "createdByLabel",
  (SELECT u.name FROM users u WHERE u.id = i.created_by) AS "createdByName",
  i.request_id AS "requestId", i.state, i.file_name AS "fileName", i.file_key AS "fileKey", i.bytes, i.sha256, i.kind,
  i.encoding, i.delimiter, i.sheet, i.header, i.sample, i.remarks, i.mapping, i.mapping_from AS "mappingFrom",
  i.options, i.total, i.checked, i.would_create AS "wouldCreate", i.would_update AS "wouldUpdate",
  i.would_stay AS "wouldStay", i.would_skip AS "wouldSkip", i.would_fail AS "wouldFail", i.processed, i.created,
  i.updated, i.unchanged, i.skipped, i.failed, i.undo_total AS "undoTotal", i.undo_processed AS "undoProcessed",
  i.removed, i.set_back AS "setBack", i.left_alone AS "leftAlone", i.plan_id::text AS "planId",
  i.plan_error AS "planError", i.attempts, i.cancel_requested_at AS "cancelRequestedAt", i.created_at AS "createdAt",
  i.checked_at AS "checkedAt", i.run_by::text AS "runBy", i.run_by_label AS "runByLabel", i.run_at AS "runAt",
  i.finished_at AS "finishedAt", i.undone_by::text AS "undoneBy", i.undone_by_label AS "undoneByLabel",
  i.undone_at AS "undoneAt", i.expires_at AS "expiresAt", i.error_code AS "errorCode", i.error,
  i.locked_by AS "runner", i.locked_until AS "heldUntil",
  -- Not before a second: between two turns of its own it waits for nobody.
  CASE WHEN i.waiting_since < evenhand_now() - make_interval(secs => 1) THEN (SELECT count(*)::int FROM imports o
    WHERE o.state IN ('checking', 'running', 'undoing') AND o.id <> i.id
      AND (o.waiting_since IS NULL OR (o.waiting_since, o.id) < (i.waiting_since, i.id))) END AS "ahead"`;

export type NewImport = Pick<
  ImportRow,
  | "id"
  | "createdBy"
  | "createdByLabel"
  | "requestId"
  | "fileName"
  | "fileKey"
  | "bytes"
  | "sha256"
  | "kind"
  | "encoding"
  | "delimiter"
  | "sheet"
  | "header"
  | "sample"
  | "remarks"
  | "mapping"
  | "mappingFrom"
  | "options"
>;

/** How a file is read: what a person may choose until it is run. */
export type ReadingChange = Pick<
  ImportRow,
  "encoding" | "delimiter" | "header" | "sample" | "remarks" | "mapping" | "mappingFrom" | "options"
>;

export interface By {
  id: string;
  label: string;
}

const leased = sql`evenhand_now() + make_interval(secs => ${IMPORT_LEASE_SECONDS})`;

/** Imports: how they are read, how far they are, and who works on them. */
export class ImportRepository {
  constructor(private readonly db: Db) {}

  async insert(tx: Tx, row: NewImport): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO imports (id, created_by, created_by_label, request_id, state, file_name, file_key, bytes, sha256, kind,
        encoding, delimiter, sheet, header, sample, remarks, mapping, mapping_from, options, created_at, expires_at)
      SELECT ${row.id}::uuid, ${row.createdBy}::uuid, ${row.createdByLabel}, ${row.requestId}, 'uploaded',
        ${row.fileName}, ${row.fileKey}, ${row.bytes}::bigint, ${row.sha256}, ${row.kind}, ${row.encoding},
        ${row.delimiter}, ${row.sheet}, ${row.header}::text[], ${JSON.stringify(row.sample)}::jsonb,
        ${row.remarks}::text[], ${JSON.stringify(row.mapping)}::jsonb, ${row.mappingFrom},
        ${JSON.stringify(row.options)}::jsonb, clock.now, clock.now + make_interval(days => ${KEPT_DAYS})
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  async find(importId: string, executor: Db | Tx = this.db): Promise<ImportRow | undefined> {
    const rows = await executor.$queryRaw<ImportRow[]>`
      SELECT ${columns} FROM imports i WHERE i.id = ${importId}::uuid`;
    return rows[0];
  }

  async lock(tx: Tx, importId: string): Promise<ImportRow | undefined> {
    const rows = await tx.$queryRaw<ImportRow[]>`
      SELECT ${columns} FROM imports i WHERE i.id = ${importId}::uuid FOR NO KEY UPDATE`;
    return rows[0];
  }

  /** The state of a plan that deals new leads; undefined before it is made. */
  async planState(planId: string, tx: Tx): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ state: string }[]>`
      SELECT p.state FROM bulk_plans p WHERE p.id = ${planId}::uuid`;
    return rows[0]?.state;
  }

  /** The newest first, after a position. */
  async page(after: { createdAt: Date; id: string } | undefined, limit: number): Promise<ImportRow[]> {
    const beyond = after ? sql`(i.created_at, i.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<ImportRow[]>`
      SELECT ${columns} FROM imports i WHERE ${beyond} ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit}::int`;
  }

  async underWay(tx: Tx, userId: string): Promise<number> {
    const rows = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM imports i
      WHERE i.created_by = ${userId}::uuid AND i.state IN ('checking', 'running', 'undoing')`;
    return rows[0]?.count ?? 0;
  }

  /** Sets how a locked import is read; what a dry run has found is not true any more. */
  async setReading(tx: Tx, importId: string, change: ReadingChange): Promise<void> {
    await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
    await tx.$executeRaw`
      UPDATE imports SET state = 'uploaded', encoding = ${change.encoding}, delimiter = ${change.delimiter},
        header = ${change.header}::text[], sample = ${JSON.stringify(change.sample)}::jsonb,
        remarks = ${change.remarks}::text[], mapping = ${JSON.stringify(change.mapping)}::jsonb,
        mapping_from = ${change.mappingFrom}, options = ${JSON.stringify(change.options)}::jsonb, ${nothingChecked}
      WHERE id = ${importId}::uuid`;
  }

  /** Has a locked import checked from the beginning. */
  async beginCheck(tx: Tx, importId: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
    await tx.$executeRaw`UPDATE imports SET state = 'checking', ${nothingChecked}, ${inLine} WHERE id = ${importId}::uuid`;
  }

  /** Throws away what an interrupted dry run has found, if the runner has it. */
  async checkAgain(tx: Tx, importId: string, runner: string): Promise<void> {
    const count = await tx.$executeRaw`
      UPDATE imports SET checked = 0, would_create = 0, would_update = 0, would_stay = 0, would_skip = 0, would_fail = 0
      WHERE id = ${importId}::uuid AND state = 'checking' AND locked_by = ${runner}`;
    if (count > 0) await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
  }

  /** Lets a locked import be run; `planId` is the plan that will deal its new leads. */
  async beginRun(tx: Tx, importId: string, by: By, planId: string | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE imports SET state = 'running', run_by = ${by.id}::uuid, run_by_label = ${by.label},
        run_at = evenhand_now(), plan_id = ${planId}::uuid, ${unheld}, ${inLine} WHERE id = ${importId}::uuid`;
  }

  /** Begins to take a locked import back. What an undo that broke off has done stays done. */
  async beginUndo(tx: Tx, importId: string, by: By): Promise<void> {
    await tx.$executeRaw`
      UPDATE imports i SET state = 'undoing', undone_by = ${by.id}::uuid, undone_by_label = ${by.label}, ${unheld}, ${inLine},
        undo_total = l.every, undo_processed = l.removed + l.set_back + l.left_alone, removed = l.removed,
        set_back = l.set_back, left_alone = l.left_alone, error_code = NULL, error = NULL
      -- Leads that somebody wrote between two rows of the file are left alone from the start.
      FROM (SELECT count(*)::int AS every, count(*) FILTER (WHERE w.undo = 'removed')::int AS removed,
          count(*) FILTER (WHERE w.undo = 'set_back')::int AS set_back,
          count(*) FILTER (WHERE w.undo NOT IN ('removed', 'set_back'))::int AS left_alone
        FROM import_leads w WHERE w.import_id = ${importId}::uuid) l WHERE i.id = ${importId}::uuid`;
  }

  async requestCancel(tx: Tx, importId: string): Promise<void> {
    await tx.$executeRaw`UPDATE imports SET cancel_requested_at = evenhand_now() WHERE id = ${importId}::uuid`;
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

  /** Goes on with a locked import that failed while it was written. */
  async resume(tx: Tx, importId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE imports SET state = 'running', finished_at = NULL, error_code = NULL, error = NULL, ${unheld}, ${inLine}
      WHERE id = ${importId}::uuid AND state = 'failed' AND run_at IS NOT NULL`;
  }

  /** Imports as background jobs: those under way, those that failed, or all that were ever begun; the newest first. */
  async jobs(
    which: "under_way" | "failed" | "all",
    after: { createdAt: Date; id: string } | undefined,
    limit: number,
  ): Promise<ImportRow[]> {
    const wanted = {
      under_way: sql`i.state IN ('checking', 'running', 'undoing')`,
      failed: sql`i.state = 'failed'`,
      all: sql`i.state <> 'uploaded'`,
    }[which];
    const beyond = after ? sql`(i.created_at, i.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<ImportRow[]>`
      SELECT ${columns} FROM imports i WHERE ${wanted} AND ${beyond}
      ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit}::int`;
  }

  /** Imports that somebody began and nobody works on, oldest first. */
  async abandoned(limit: number): Promise<{ id: string; runner: string | null; leaseEndedAt: Date | null }[]> {
    return this.db.$queryRaw<{ id: string; runner: string | null; leaseEndedAt: Date | null }[]>`
      SELECT i.id::text AS "id", i.locked_by AS "runner", i.locked_until AS "leaseEndedAt" FROM imports i
      WHERE i.state IN ('checking', 'running', 'undoing') AND (i.locked_until IS NULL OR i.locked_until < evenhand_now())
      ORDER BY i.created_at LIMIT ${limit}::int`;
  }

  /** Of these keys of the store, those under which a file of an import lies. */
  async filesKept(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = keys.map((key) => key.slice(key.indexOf("/") + 1)).filter(isId);
    const rows = await this.db.$queryRaw<{ fileKey: string }[]>`
      SELECT i.file_key AS "fileKey" FROM imports i WHERE i.id = ANY (${ids}::uuid[]) AND i.file_key IS NOT NULL`;
    return new Set(rows.map(({ fileKey }) => fileKey));
  }

  /** Imports at rest whose days are over. */
  async toExpire(limit: number): Promise<{ id: string; fileKey: string | null }[]> {
    return this.db.$queryRaw<{ id: string; fileKey: string | null }[]>`
      SELECT i.id::text AS "id", i.file_key AS "fileKey" FROM imports i
      WHERE i.state NOT IN ('expired', 'checking', 'running', 'undoing') AND i.expires_at <= evenhand_now()
      ORDER BY i.expires_at LIMIT ${limit}::int`;
  }

  /** Forgets the rows of an import at rest; its numbers stay. */
  async expire(tx: Tx, importId: string): Promise<void> {
    const count = await tx.$executeRaw`
      UPDATE imports SET state = 'expired', file_key = NULL, sample = '[]'
      WHERE id = ${importId}::uuid AND state NOT IN ('expired', 'checking', 'running', 'undoing')`;
    if (count === 0) return;
    await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
    await tx.$executeRaw`DELETE FROM import_leads WHERE import_id = ${importId}::uuid`;
  }

  async prune(limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM imports WHERE id IN (
        SELECT i.id FROM imports i WHERE i.state = 'expired'
          AND i.created_at < evenhand_now() - make_interval(days => ${RECEIPT_DAYS})
        ORDER BY i.created_at LIMIT ${limit}::int)`;
  }

  async rememberedMapping(
    userId: string,
    signature: string,
  ): Promise<{ mapping: Mapping; options: ImportOptions } | undefined> {
    const rows = await this.db.$queryRaw<{ mapping: Mapping; options: ImportOptions }[]>`
      SELECT m.mapping, m.options FROM import_mappings m
      WHERE m.user_id = ${userId}::uuid AND m.signature = ${signature}`;
    return rows[0];
  }

  async rememberMapping(
    tx: Tx,
    userId: string,
    signature: string,
    mapping: Mapping,
    options: ImportOptions,
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO import_mappings (user_id, signature, mapping, options, used_at)
      VALUES (${userId}::uuid, ${signature}, ${JSON.stringify(mapping)}::jsonb, ${JSON.stringify(options)}::jsonb,
        evenhand_now())
      ON CONFLICT (user_id, signature) DO UPDATE SET mapping = excluded.mapping, options = excluded.options,
        used_at = excluded.used_at`;
  }
}

const inLine = sql`waiting_since = evenhand_now()`;
const unheld = sql`locked_by = NULL, locked_until = NULL, attempts = 0, cancel_requested_at = NULL`;
const nothingChecked = sql`total = NULL, checked = 0, would_create = 0, would_update = 0, would_stay = 0, would_skip = 0,
  would_fail = 0, checked_at = NULL, finished_at = NULL, error_code = NULL, error = NULL, ${unheld}`;

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
