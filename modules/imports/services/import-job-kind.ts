import type { Db } from "@/lib/db/client";
import { inTransaction, isDatabaseAway, isDatabaseFull } from "@/lib/db/transaction";
import type { AbandonedJob, JobKind } from "@/lib/jobs/background-jobs";
import { noteJobFailure } from "@/lib/jobs/job-failures";
import { type ObjectStore, troubleOf } from "@/lib/storage/object-store";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { manyLeadsChanged } from "@/modules/leads/services/lead-events";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { FileRefused } from "../domain/file-refusal";
import { IMPORT_JOB, type ImportFailure, type ImportRow, type ImportState } from "../domain/import";
import { MOST_ATTEMPTS } from "../domain/limits";
import type { ImportHoldRepository } from "../repositories/import-hold.repository";
import type { ImportSweepRepository } from "../repositories/import-sweep.repository";
import type { ImportRepository } from "../repositories/import.repository";
import type { ImportChecker } from "./import-checker";
import { importEnded, importMoved } from "./import-events";
import type { ImportRunner } from "./import-runner";
import type { ImportUndo } from "./import-undo";
import { Halted, type WorkEnd, type WorkManner } from "./import-work";

interface Log {
  error(fields: object, message: string): void;
}

type Ended = Parameters<ImportHoldRepository["end"]>[3];

/** Milliseconds between two signs of life, some of which may be lost before the lease ends. */
const BEAT_MS = 10_000;

/** Imports as background jobs: dry runs, imports and undos, each carried on from where it stands. */
export class ImportJobKind implements JobKind<{ expired: number }> {
  readonly kind = IMPORT_JOB;

  constructor(
    private readonly db: Db,
    private readonly imports: Pick<ImportRepository, "find">,
    private readonly holds: ImportHoldRepository,
    private readonly sweep: ImportSweepRepository,
    private readonly checker: Pick<ImportChecker, "run">,
    private readonly runner: Pick<ImportRunner, "run" | "deal">,
    private readonly undoer: Pick<ImportUndo, "run">,
    private readonly store: Pick<ObjectStore, "remove">,
    private readonly pace: WorkManner["pace"],
    private readonly log: Log,
    private readonly beatMs = BEAT_MS,
  ) {}

  abandoned(limit: number): Promise<AbandonedJob[]> {
    return this.holds.abandoned(limit);
  }

  /**
   * Works on an import until it is at rest or the time is up; a dry run is carried through. When the database is away it
   * throws, and another goes on once the lease has run out; any other failure ends it as failed.
   */
  async run(importId: string, runner: string, untilMs: number): Promise<WorkEnd> {
    const row = await this.holds.hold(importId, runner);
    if (!row) return "elsewhere";
    const beating = this.beat(importId, runner);
    try {
      if (row.attempts > MOST_ATTEMPTS) return await this.end(row, runner, failed("too_many_attempts"));
      const ended = await this.workOn(row, runner, { untilMs, pace: this.pace });
      if (ended !== "out of time") return await this.end(row, runner, ended);
      await this.holds.letGo(importId, runner);
      return "out of time";
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      if (error instanceof Halted) {
        if (error.why === "lost") return "elsewhere";
        return this.end(row, runner, { state: row.state === "checking" ? "uploaded" : "cancelled" });
      }
      if (error instanceof FileRefused) return this.end(row, runner, failed(error.code, error.message));
      if (troubleOf(error) === "away") return await this.withoutStore(row, runner, error);
      if (isDatabaseFull(error)) return this.end(row, runner, failed("database_full"), error);
      this.log.error({ err: error, importId }, "an import has failed");
      return this.end(row, runner, failed("import_broke_off"), error);
    } finally {
      clearInterval(beating);
    }
  }

  /** Gives signs of life also while nothing is written: the texts of a large workbook are read before its first row. */
  private beat(importId: string, runner: string): NodeJS.Timeout {
    return setInterval(() => {
      this.holds.beat(importId, runner).catch((error: unknown) => {
        this.log.error({ err: error, importId }, "an import gave no sign of life");
      });
    }, this.beatMs);
  }

  /** The store is expected back soon: the check begins anew after a while, some times. Nothing was written yet. */
  private async withoutStore(row: ImportRow, runner: string, error: unknown): Promise<WorkEnd> {
    this.log.error({ err: error, importId: row.id }, "an import waits for the file store");
    if (row.attempts >= MOST_ATTEMPTS) return this.end(row, runner, failed("store_away"), error);
    await this.holds.pause(row.id, runner, STORE_PAUSE_SECONDS);
    return "elsewhere";
  }

  private async workOn(row: ImportRow, runner: string, manner: WorkManner): Promise<Ended | "out of time"> {
    if (row.state === "undoing") {
      const end = await this.undoer.run(row, runner, manner);
      return end === "out of time" ? end : { state: "undone" };
    }
    if (row.cancelRequestedAt !== null) throw new Halted("cancelled");
    if (row.state === "checking") return { state: "checked", total: await this.checker.run(row, runner, manner) };
    const end = await this.runner.run(row, runner, manner);
    if (end === "out of time") return end;
    const planError = await this.runner.deal(row, runner);
    return { state: "done", ...(planError === undefined ? {} : { planError }) };
  }

  private async end(row: ImportRow, runner: string, to: Ended, error?: unknown): Promise<WorkEnd> {
    const ended = await inTransaction(this.db, async (tx) => {
      if (!(await this.holds.end(tx, row.id, runner, to))) return false;
      const now = await this.imports.find(row.id, tx);
      const action = ACTIONS[to.state];
      if (action !== undefined && now) {
        const { total, created, updated, unchanged, skipped, failed: failures, removed, setBack, leftAlone } = now;
        const counts = { total: total ?? 0, created, updated, unchanged, skipped, failed: failures };
        const after = to.state === "undone" ? { removed, set_back: setBack, left_alone: leftAlone } : counts;
        const actor = { type: "user", id: row.createdBy, label: row.createdByLabel } as const;
        await writeAudit(tx, { ...actor, requestId: row.requestId ?? undefined }, [
          { action, entityType: "import", entityId: row.id, after: { ...after, ...codeOf(to) } },
        ]);
      }
      if (now && (to.state === "done" || to.state === "failed")) await noteEvents(tx, [importEnded(now, to.state)]);
      if (to.failure) {
        const { code, detail: reason } = to.failure;
        await noteJobFailure(tx, { kind: IMPORT_JOB, jobId: row.id, runner, code, reason, error });
      }
      await publishLive(tx, [
        importMoved(row.id, to.state),
        ...(row.state === "checking" ? [] : [manyLeadsChanged(1)]),
      ]);
      return true;
    });
    return ended ? "at rest" : "elsewhere";
  }

  /** Forgets the files and rows of imports whose days are over. */
  async tidy(limit: number): Promise<{ expired: number }> {
    const old = await this.sweep.toExpire(limit);
    for (const { id, fileKey } of old) {
      if (fileKey !== null) await this.store.remove(fileKey);
      await inTransaction(this.db, async (tx) => {
        await this.sweep.expire(tx, id);
        await publishLive(tx, [importMoved(id, "expired")]);
      });
    }
    await this.sweep.prune(limit);
    return { expired: old.length };
  }
}

/** What the audit log says of an end. */
const ACTIONS: Partial<Record<ImportState, string>> = {
  checked: "import.checked",
  done: "import.finished",
  cancelled: "import.cancelled",
  failed: "import.failed",
  undone: "import.undone",
};

const codeOf = ({ failure }: Ended): { code?: string } => (failure ? { code: failure.code } : {});

/** Seconds until a store that was away is tried again. */
const STORE_PAUSE_SECONDS = 20;

const DETAILS: Readonly<Partial<Record<ImportFailure, string>>> = {
  store_away:
    "The store where files are kept could not be reached for some minutes. Nothing was written; have the rows checked again once it is back.",
  database_full:
    "The database has no room left. What was written stays; once there is room, go on with the rest from the page Background work.",
  too_many_attempts: `It was begun ${MOST_ATTEMPTS} times and each time its process ended. What was written stays; send the rest in parts.`,
  import_broke_off:
    "It broke off for a reason of its own, which stands in the log. What was written stays, and can be undone.",
};

const failed = (code: ImportFailure, detail = DETAILS[code] ?? ""): Ended => ({
  state: "failed",
  failure: { code, detail },
});
