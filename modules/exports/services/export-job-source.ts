import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { Job, JobSource, JobState } from "@/lib/jobs/job-source";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { EXPORT_JOB, type ExportRow, type ExportState, isUnderWay } from "../domain/export";
import { selectionInWords } from "../domain/export-view";
import type { ExportRepository } from "../repositories/export.repository";
import { exportMoved } from "./export-events";
import type { ExportsService } from "./exports.service";

/** Exports among the background work that managers see. */
export class ExportJobSource implements JobSource {
  readonly kind = EXPORT_JOB;
  readonly label = "Exports";
  readonly isQueued = true;

  constructor(
    private readonly db: Db,
    private readonly exports: ExportRepository,
    private readonly service: Pick<ExportsService, "cancel">,
    private readonly jobs: { enqueue(exportId: string): Promise<void> },
  ) {}

  async page(...[, filter, after, limit]: Parameters<JobSource["page"]>): Promise<Job[]> {
    return (await this.exports.jobs(filter, after, limit)).map(jobOf);
  }

  async find(_principal: Principal, exportId: string): Promise<Job | undefined> {
    const row = isId(exportId) ? await this.exports.find(exportId) : undefined;
    return row && jobOf(row);
  }

  /** Begins a failed export again, from the beginning. One that is under way or done stays as it is. */
  async retry(principal: Principal, exportId: string, requestId: string): Promise<void> {
    requireStaff(principal);
    await inTransaction(
      this.db,
      async (tx) => {
        const row = isId(exportId) ? await this.exports.lock(tx, exportId) : undefined;
        if (!row) throw notFound("This export");
        if (isUnderWay(row.state) || row.state === "done") return;
        if (row.state !== "failed" || !(await this.exports.retry(tx, row.id))) throw notRepeatable(row);
        const before = { state: row.state, code: row.errorCode };
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          { action: "export.retried", entityType: "export", entityId: row.id, before },
        ]);
        await publishLive(tx, [exportMoved(row, "queued")]);
      },
      { once: "retry" },
    );
    await this.jobs.enqueue(exportId);
  }

  async cancel(principal: Principal, exportId: string, requestId: string): Promise<void> {
    await this.service.cancel(principal, exportId, requestId);
  }
}

const STATES: Readonly<Record<ExportState, JobState>> = {
  queued: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
  expired: "done",
};

const jobOf = (row: ExportRow): Job => ({
  id: row.id,
  title: `${row.format.toUpperCase()}: ${selectionInWords(row)}`,
  state: STATES[row.state],
  createdBy: row.createdByLabel,
  createdByName: row.createdByName,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  processed: row.processed,
  total: row.total,
  cancelRequested: row.cancelRequestedAt !== null,
  runner: row.runner,
  heldUntil: row.heldUntil,
  reason: row.error,
  mayRetry: row.state === "failed" && row.isRepeatable,
  mayCancel: isUnderWay(row.state) && row.cancelRequestedAt === null,
  href: "/exports",
});

const notRepeatable = ({ state }: ExportRow) =>
  conflict(
    "job_not_repeatable",
    state === "failed"
      ? "The leads that were chosen for this export are kept no longer. Choose them again and export them anew."
      : "This export was stopped or its file is kept no longer. Export the leads anew.",
    { state },
  );
