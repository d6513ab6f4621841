import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { ImportRow } from "../domain/import";
import { KEPT_DAYS } from "../domain/limits";
import { columns, inLine, unheld } from "./import-row.sql";

const { sql } = Prisma;

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

/** Imports as people see and move them: announced, read, checked, run, stopped, taken back. */
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
      all: sql`i.state <> 'uploaded' AND (i.state <> 'expired' OR i.run_at IS NOT NULL)`,
    }[which];
    const beyond = after ? sql`(i.created_at, i.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<ImportRow[]>`
      SELECT ${columns} FROM imports i WHERE ${wanted} AND ${beyond}
      ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit}::int`;
  }
}

const nothingChecked = sql`total = NULL, checked = 0, would_create = 0, would_update = 0, would_stay = 0, would_skip = 0,
  would_fail = 0, checked_at = NULL, finished_at = NULL, error_code = NULL, error = NULL, ${unheld}`;
