import type { Db } from "@/lib/db/client";
import type { BackgroundJobs } from "@/lib/jobs/background-jobs";
import type { JobQueue } from "@/lib/jobs/job-queue";
import type { JobSource } from "@/lib/jobs/job-source";
import { DutyRoundRepository } from "@/modules/background-work/repositories/duty-round.repository";
import { JobFailureRepository } from "@/modules/background-work/repositories/job-failure.repository";
import { BackgroundWork } from "@/modules/background-work/services/background-work.service";
import { DutyBook } from "@/modules/background-work/services/duty-book.service";
import { ExportRepository } from "@/modules/exports/repositories/export.repository";
import { ExportJobSource } from "@/modules/exports/services/export-job-source";
import type { ExportsService } from "@/modules/exports/services/exports.service";
import { ImportRepository } from "@/modules/imports/repositories/import.repository";
import { ImportJobSource } from "@/modules/imports/services/import-job-source";
import type { ImportsService } from "@/modules/imports/services/imports.service";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { PlanAssignRepository } from "@/modules/leads/repositories/plan-assign.repository";
import { PlanJobsRepository } from "@/modules/leads/repositories/plan-jobs.repository";
import type { BulkPlansService } from "@/modules/leads/services/bulk-plans.service";
import { PlanJobSource } from "@/modules/leads/services/plan-job-source";
import { DeliveryJobsRepository } from "@/modules/notifications/repositories/delivery-jobs.repository";
import { DeliveryJobSource } from "@/modules/notifications/services/delivery-job-source";
import type { DeliveryLog } from "@/modules/notifications/services/delivery-log.service";

/** The part of the container that shows what is done in the background. */
export interface BackgroundSide {
  background: BackgroundWork;
  duties: DutyBook;
  jobFailures: JobFailureRepository;
}

export interface BackgroundNeeds {
  cursors: CursorCodec;
  jobs: JobQueue;
  planJobs: Pick<BackgroundJobs<object>, "enqueue">;
  bulkPlans: BulkPlansService;
  exportJobs: Pick<BackgroundJobs<object>, "enqueue">;
  exports: ExportsService;
  importJobs: Pick<BackgroundJobs<object>, "enqueue">;
  imports: ImportsService;
  notificationLog: DeliveryLog;
}

/** Makes the side of background work once a process. A further kind of job is one more source. */
export function createBackgroundSide(db: Db, needs: BackgroundNeeds): BackgroundSide {
  const duties = new DutyRoundRepository(db);
  const jobFailures = new JobFailureRepository(db);
  const assigns = new PlanAssignRepository();
  const sources: JobSource[] = [
    new PlanJobSource(db, new PlanJobsRepository(db), assigns, needs.bulkPlans, needs.planJobs),
    new ExportJobSource(db, new ExportRepository(db), needs.exports, needs.exportJobs),
    new ImportJobSource(db, new ImportRepository(db), needs.imports, needs.importJobs),
    new DeliveryJobSource(new DeliveryJobsRepository(db), needs.notificationLog),
  ];
  return {
    background: new BackgroundWork(sources, duties, jobFailures, needs.jobs, needs.cursors),
    duties: new DutyBook(duties),
    jobFailures,
  };
}
