import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import type { Job, JobSource, JobState } from "@/lib/jobs/job-source";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { hasRun, IMPORT_JOB, type ImportRow, type ImportState, isWork, mayWorkOn } from "../domain/import";
import type { ImportRepository } from "../repositories/import.repository";
import { importMoved } from "./import-events";
import type { ImportsService } from "./imports.service";

/** Imports among the background work that managers see. */
export class ImportJobSource implements JobSource {
  readonly kind = IMPORT_JOB;
  readonly label = "Imports";
  readonly isQueued = true;

  constructor(
    private readonly db: Db,
    private readonly imports: ImportRepository,
    private readonly service: Pick<ImportsService, "cancel" | "check" | "undo">,
    private readonly jobs: { enqueue(importId: string): Promise<void> },
  ) {}

  async page(principal: Principal, ...[filter, after, limit]: Tail<Parameters<JobSource["page"]>>): Promise<Job[]> {
    return (await this.imports.jobs(filter, after, limit)).map((row) => jobOf(row, principal));
  }

  async find(principal: Principal, importId: string): Promise<Job | undefined> {
    const row = isId(importId) ? await this.imports.find(importId) : undefined;
    return row && jobOf(row, principal);
  }

  /**
   * Checks a file again, or goes on behind the last rows that were written or taken back. One under way or done stays as
   * it is.
   */
  async retry(principal: Principal, importId: string, requestId: string): Promise<void> {
    requireStaff(principal);
    const row = isId(importId) ? await this.imports.find(importId) : undefined;
    if (!row) throw notFound("This import");
    if (isWork(row.state) || row.state === "done") return;
    if (row.state !== "failed" || !mayWorkOn(principal, row)) throw notRepeatable(row);
    if (!hasRun(row)) await this.service.check(principal, importId, requestId);
    else if (row.undoTotal !== null) await this.service.undo(principal, importId, requestId);
    else await this.resume(principal, row, requestId);
  }

  async cancel(principal: Principal, importId: string, requestId: string): Promise<void> {
    await this.service.cancel(principal, importId, requestId);
  }

  private async resume(principal: Principal, row: ImportRow, requestId: string): Promise<void> {
    await inTransaction(
      this.db,
      async (tx) => {
        await this.imports.resume(tx, row.id);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          { action: "import.retried", entityType: "import", entityId: row.id, before: { code: row.errorCode } },
        ]);
        await publishLive(tx, [importMoved(row.id, "running")]);
      },
      { once: "retry" },
    );
    await this.jobs.enqueue(row.id);
  }
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

const STATES: Readonly<Record<ImportState, JobState>> = {
  uploaded: "waiting",
  checking: "running",
  checked: "done",
  running: "running",
  done: "done",
  cancelled: "cancelled",
  failed: "failed",
  undoing: "running",
  undone: "done",
  expired: "done",
};

const DOES: Partial<Record<ImportState, string>> = {
  checking: "Checking",
  checked: "Checked",
  undoing: "Undoing",
  undone: "Undone",
};

function jobOf(row: ImportRow, principal: Principal): Job {
  const isUndo = row.undoTotal !== null;
  const isWaiting = isWork(row.state) && row.runner === null;
  return {
    id: row.id,
    title: `${DOES[row.state] ?? "Import"}: ${row.fileName}`,
    state: isWaiting ? "waiting" : STATES[row.state],
    createdBy: row.createdByLabel,
    createdByName: row.createdByName,
    createdAt: row.createdAt,
    startedAt: row.runAt,
    finishedAt: row.undoneAt ?? row.finishedAt ?? row.checkedAt,
    processed: isUndo ? row.undoProcessed : hasRun(row) ? row.processed : row.checked,
    total: isUndo ? row.undoTotal : row.total,
    cancelRequested: row.cancelRequestedAt !== null,
    runner: row.runner,
    heldUntil: row.heldUntil,
    reason: row.error,
    mayRetry: row.state === "failed" && mayWorkOn(principal, row),
    mayCancel:
      (row.state === "checking" || row.state === "running") &&
      row.cancelRequestedAt === null &&
      mayWorkOn(principal, row),
    href: `/imports/${row.id}`,
  };
}

const notRepeatable = ({ state }: ImportRow) =>
  conflict(
    "job_not_repeatable",
    "Only its own manager or an admin goes on with an import, and only with one that failed.",
    {
      state,
    },
  );
