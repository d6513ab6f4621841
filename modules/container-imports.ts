import type { Db } from "@/lib/db/client";
import { BackgroundJobs } from "@/lib/jobs/background-jobs";
import type { JobQueue } from "@/lib/jobs/job-queue";
import type { Pace } from "@/lib/jobs/pace";
import { logger } from "@/lib/logger";
import type { ObjectStore } from "@/lib/storage/object-store";
import { fileReader } from "@/modules/imports/adapters/file-reader";
import type { OtherFolder } from "@/modules/files/services/file-sweep.service";
import { IMPORT_FOLDER } from "@/modules/imports/domain/import";
import { ImportChunkRepository } from "@/modules/imports/repositories/import-chunk.repository";
import { ImportHoldRepository } from "@/modules/imports/repositories/import-hold.repository";
import { ImportLeadRepository } from "@/modules/imports/repositories/import-lead.repository";
import { ImportMappingRepository } from "@/modules/imports/repositories/import-mapping.repository";
import { ImportSweepRepository } from "@/modules/imports/repositories/import-sweep.repository";
import { ImportRepository } from "@/modules/imports/repositories/import.repository";
import { ImportChecker } from "@/modules/imports/services/import-checker";
import { ImportJobKind } from "@/modules/imports/services/import-job-kind";
import { ImportReading } from "@/modules/imports/services/import-reading.service";
import { ImportRunner } from "@/modules/imports/services/import-runner";
import { ImportUndo } from "@/modules/imports/services/import-undo";
import { ImportUpload } from "@/modules/imports/services/import-upload";
import type { ImportHooks } from "@/modules/imports/services/import-work";
import { ImportsService } from "@/modules/imports/services/imports.service";
import { ReadingChoices } from "@/modules/imports/services/reading-choices";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import type { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadImportRepository } from "@/modules/leads/repositories/lead-import.repository";
import type { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { LeadsIn } from "@/modules/leads/services/leads-in.service";
import type { Newcomers } from "@/modules/leads/services/newcomers.service";
import type { ReturnTimer } from "@/modules/leads/services/return-timer";

/** The part of the container that takes leads into the house. */
export interface ImportSide {
  imports: ImportsService;
  importReading: ImportReading;
  importWork: ImportJobKind;
  importJobs: BackgroundJobs<{ expired: number }>;
  importFiles: OtherFolder;
}

export interface ImportSideNeeds {
  jobs: JobQueue;
  pace: Pick<Pace, "rest">;
  cursors: CursorCodec;
  files: ObjectStore;
  leads: LeadRepository;
  activities: LeadActivityRepository;
  returnTimer: ReturnTimer;
  newcomers: Newcomers;
}

/** Makes the imports' side once a process; `hooks` let tests cut the work off. */
export function createImportSide(db: Db, needs: ImportSideNeeds, hooks: ImportHooks = {}): ImportSide {
  const log = { error: (fields: object, message: string) => logger("imports").error(fields, message) };
  const rows = new ImportRepository(db);
  const holds = new ImportHoldRepository(db);
  const sweep = new ImportSweepRepository(db);
  const chunks = new ImportChunkRepository(db);
  const written = new ImportLeadRepository(db);
  const leads = new LeadsIn(new LeadImportRepository(db), needs.leads, needs.activities, needs.returnTimer);
  const checker = new ImportChecker(db, holds, chunks, leads, needs.files, fileReader, hooks);
  const runner = new ImportRunner(db, holds, chunks, written, leads, needs.newcomers, hooks);
  const undoer = new ImportUndo(db, holds, written, leads, hooks);
  const importWork = new ImportJobKind(
    db,
    rows,
    holds,
    sweep,
    checker,
    runner,
    undoer,
    needs.files,
    needs.pace,
    log,
    hooks.beatMs,
  );
  const importJobs = new BackgroundJobs(db, importWork, needs.jobs, log);
  const upload = new ImportUpload(needs.files, fileReader);
  const choices = new ReadingChoices(new ImportMappingRepository(db), upload);
  return {
    imports: new ImportsService(db, rows, choices, upload, needs.newcomers, importJobs, needs.cursors),
    importReading: new ImportReading(rows, chunks, written, needs.cursors),
    importWork,
    importJobs,
    // A file whose web process died between its last byte and its row.
    importFiles: { folder: IMPORT_FOLDER, wanted: (keys) => sweep.filesKept(keys) },
  };
}
