import { createHash } from "node:crypto";
import type { Db } from "@/lib/db/client";
import { inTransaction, isDatabaseAway, isDatabaseFull } from "@/lib/db/transaction";
import { noteJobFailure } from "@/lib/jobs/job-failures";
import type { Actor } from "@/lib/principal";
import { type ObjectStore, troubleOf } from "@/lib/storage/object-store";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { ChosenLeads, LeadsOut } from "@/modules/leads/services/leads-out.service";
import { type NewEvent, noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { EXPORT_JOB, type ExportFailure, type ExportRow, MOST_ATTEMPTS, type Receipt } from "../domain/export";
import { selectionInWords } from "../domain/export-view";
import type { ExportRepository } from "../repositories/export.repository";
import { exportEnded, exportMoved, isWaitedFor } from "./export-events";
import type { FileWriters } from "./export-files";

/** Tests cut the work off here, as a process that dies would. */
export interface ExportHooks {
  onRows?(exportId: string, rows: number): void;
}

interface Log {
  error(fields: object, message: string): void;
}

export type ExportEnd = "at rest" | "elsewhere";

/** Milliseconds between two signs of life: cancelling takes effect within them. */
const BEAT_MS = 1_000;

class Halted extends Error {
  constructor(readonly why: "cancelled" | "lost") {
    super(`the export was halted: ${why}`);
  }
}

class CountDiffers extends Error {}

/** Carries one export through, from its leads to the file and its receipt. Any number of runners may try. */
export class ExportRunner {
  constructor(
    private readonly db: Db,
    private readonly exports: ExportRepository,
    private readonly leads: Pick<LeadsOut, "open">,
    private readonly writers: FileWriters,
    private readonly store: ObjectStore,
    private readonly log: Log,
    private readonly hooks: ExportHooks = {},
  ) {}

  /**
   * Works on an export until it is at rest. When the database is away it throws, and another runner begins anew once
   * the lease has run out; any other failure ends it as failed, and nothing of its file is left.
   */
  async run(exportId: string, runner: string): Promise<ExportEnd> {
    const row = await this.exports.hold(exportId, runner);
    if (!row) return "elsewhere";
    if (row.cancelRequestedAt !== null) return this.giveUp(row, runner, { state: "cancelled" });
    // Those before died, perhaps with their file whole and before anybody knew of it.
    for (let before = 1; before < row.attempts; before += 1) await this.store.remove(keyOf(row, before));
    if (row.attempts > MOST_ATTEMPTS) return this.giveUp(row, runner, failed("too_many_attempts"));
    const fileKey = keyOf(row, row.attempts);
    try {
      const receipt = await this.write(row, runner, fileKey);
      return await this.finish(row, runner, receipt);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof Halted) {
        return error.why === "lost" ? "elsewhere" : await this.giveUp(row, runner, { state: "cancelled" });
      }
      this.log.error({ err: error, exportId }, "an export has failed");
      return await this.giveUp(row, runner, { ...failed(failureOf(error)), error });
    }
  }

  private async write(row: ExportRow, runner: string, fileKey: string): Promise<Receipt> {
    const snapshot = await this.leads.open(await this.selectionOf(row));
    const progress = { processed: 0, total: snapshot.total };
    const onRows = (rows: number): void => {
      progress.processed += rows;
      this.hooks.onRows?.(row.id, progress.processed);
    };
    try {
      const words = selectionInWords(row);
      const source = this.writers[row.format]({ row, snapshot, columns: row.columns, words, onRows });
      const metered = new Metered(source, () => this.beat(row, runner, progress));
      await this.store.put(fileKey, metered);
      const rows = await snapshot.end();
      if (rows !== snapshot.total) {
        await this.store.remove(fileKey);
        throw new CountDiffers(`${rows} of ${snapshot.total} leads were read`);
      }
      return { rows, bytes: metered.bytes, sha256: metered.digest(), snapshotAt: snapshot.takenAt, fileKey };
    } finally {
      snapshot.abort();
    }
  }

  private async selectionOf(row: ExportRow): Promise<ChosenLeads["selection"]> {
    const visibleTo = row.visibleTo ?? undefined;
    if (row.search) return { search: row.search, visibleTo };
    return { ids: await this.exports.idsOf(row.id), visibleTo };
  }

  /** Throws Halted when it must not go on. */
  private async beat(row: ExportRow, runner: string, progress: { processed: number; total: number }): Promise<void> {
    const held = await inTransaction(this.db, async (tx) => {
      const found = await this.exports.beat(tx, row.id, runner, progress);
      if (found === "held") await publishLive(tx, [exportMoved(row, "running")]);
      return found;
    });
    if (held !== "held") throw new Halted(held);
  }

  private async finish(row: ExportRow, runner: string, receipt: Receipt): Promise<ExportEnd> {
    const finished = await inTransaction(this.db, async (tx) => {
      if (!(await this.exports.finish(tx, row.id, runner, receipt))) return false;
      const { rows, bytes, sha256 } = receipt;
      await writeAudit(tx, actorOfExport(row), [
        { action: "export.finished", entityType: "export", entityId: row.id, after: { rows, bytes, sha256 } },
      ]);
      await publishLive(tx, [exportMoved(row, "done")]);
      await noteEvents(tx, told(row, runner, false));
      return true;
    }).catch(async (error: unknown) => {
      // When the connection was lost the receipt may stand there, and the file with it.
      if (!isDatabaseAway(error)) await this.store.remove(receipt.fileKey);
      throw error;
    });
    // Somebody else has it, and makes a file of their own.
    if (!finished) await this.store.remove(receipt.fileKey);
    return finished ? "at rest" : "elsewhere";
  }

  private async giveUp(
    row: ExportRow,
    runner: string,
    why: { state: "cancelled" } | { state: "failed"; code: ExportFailure; detail: string; error?: unknown },
  ): Promise<ExportEnd> {
    await inTransaction(this.db, async (tx) => {
      if (!(await this.exports.giveUp(tx, row.id, runner, why))) return;
      const after = why.state === "failed" ? { code: why.code } : {};
      if (why.state === "failed") {
        const { code, detail: reason, error } = why;
        await noteJobFailure(tx, { kind: EXPORT_JOB, jobId: row.id, runner, code, reason, error });
      }
      await writeAudit(tx, actorOfExport(row), [
        { action: `export.${why.state}`, entityType: "export", entityId: row.id, after },
      ]);
      await publishLive(tx, [exportMoved(row, why.state)]);
      if (why.state === "failed") await noteEvents(tx, told(row, runner, true));
    });
    return "at rest";
  }
}

/** Bytes on their way to the store: counted, hashed, and interrupted by a beat now and then. */
class Metered implements AsyncIterable<Uint8Array> {
  bytes = 0;
  private readonly hash = createHash("sha256");

  constructor(
    private readonly source: AsyncIterable<Uint8Array>,
    private readonly beat: () => Promise<void>,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let beatAt = 0;
    for await (const chunk of this.source) {
      if (performance.now() - beatAt >= BEAT_MS) {
        await this.beat();
        beatAt = performance.now();
      }
      this.bytes += chunk.length;
      this.hash.update(chunk);
      yield chunk;
    }
  }

  digest(): string {
    return this.hash.digest("hex");
  }
}

/** Who asked is told of the end, unless their own request carried it through and answers them. */
const told = (row: ExportRow, runner: string, failed: boolean): NewEvent[] =>
  isWaitedFor(runner) ? [] : [exportEnded(row, failed)];

const keyOf = ({ id, format }: ExportRow, attempt: number): string => `exports/${id}-${attempt}.${format}`;

const actorOfExport = (row: ExportRow): Actor => ({
  type: "user",
  id: row.createdBy,
  label: row.createdByLabel,
  requestId: row.requestId ?? undefined,
});

const DETAILS: Readonly<Record<ExportFailure, string>> = {
  store_full: "There is no room left where files are kept. Nothing was lost; export it again once there is.",
  store_away: "The place where files are kept did not answer. Nothing was lost; export it again in a moment.",
  database_full: "The database has no room left. Nothing was lost; export it again once there is.",
  count_differs: "Fewer leads could be read than there are, so the file was thrown away. Export it again.",
  too_many_attempts: `The export was begun ${MOST_ATTEMPTS} times and each time its process ended. Export less at once.`,
  export_broke_off: "The export broke off for a reason of its own; it stands in the log. Export it again.",
};

const failed = (code: ExportFailure) => ({ state: "failed", code, detail: DETAILS[code] }) as const;

function failureOf(error: unknown): ExportFailure {
  const trouble = troubleOf(error);
  if (trouble !== undefined) return `store_${trouble}`;
  if (isDatabaseFull(error)) return "database_full";
  return error instanceof CountDiffers ? "count_differs" : "export_broke_off";
}
