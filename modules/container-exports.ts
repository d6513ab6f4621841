import type { Env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import { BackgroundJobs } from "@/lib/jobs/background-jobs";
import type { JobQueue } from "@/lib/jobs/job-queue";
import { logger } from "@/lib/logger";
import type { ObjectStore } from "@/lib/storage/object-store";
import { csvFile } from "@/modules/exports/adapters/csv-file";
import { pdfWhenNeeded } from "@/modules/exports/adapters/pdf-when-needed";
import { xlsxFile } from "@/modules/exports/adapters/xlsx-file";
import { DownloadLinks } from "@/modules/exports/domain/download-link";
import { ExportRepository } from "@/modules/exports/repositories/export.repository";
import { exportJobKind } from "@/modules/exports/services/export-job-kind";
import { type ExportHooks, ExportRunner } from "@/modules/exports/services/export-runner";
import { ExportsService } from "@/modules/exports/services/exports.service";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { LeadExportRepository } from "@/modules/leads/repositories/lead-export.repository";
import type { SearchesByName } from "@/modules/leads/services/plan-requests";
import { LeadsOut } from "@/modules/leads/services/leads-out.service";

/** The part of the container that takes leads out of the house. */
export interface ExportSide {
  files: ObjectStore;
  exports: ExportsService;
  exportRunner: ExportRunner;
  exportJobs: BackgroundJobs<{ expired: number }>;
}

/** Makes the exports' side once a process; `hooks` let tests cut the work off. */
export function createExportSide(
  environment: Env,
  db: Db,
  needs: { files: ObjectStore; jobs: JobQueue; cursors: CursorCodec; searches: SearchesByName },
  hooks: ExportHooks = {},
): ExportSide {
  const { files } = needs;
  const log = { error: (fields: object, message: string) => logger("exports").error(fields, message) };
  const rows = new ExportRepository(db);
  const leads = new LeadsOut(new LeadExportRepository(db), needs.searches);
  const writers = { csv: csvFile, xlsx: xlsxFile, pdf: pdfWhenNeeded };
  const exportRunner = new ExportRunner(db, rows, leads, writers, files, log, hooks);
  const exportJobs = new BackgroundJobs(db, exportJobKind(db, rows, exportRunner, files), needs.jobs, log);
  const links = new DownloadLinks(environment.AUTH_SECRET);
  return {
    files,
    exports: new ExportsService(db, rows, leads, exportRunner, exportJobs, files, links, needs.cursors),
    exportRunner,
    exportJobs,
  };
}
