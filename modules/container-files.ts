import type { Env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { Storage } from "@/lib/storage/stores";
import { FileInspector } from "@/modules/files/adapters/file-inspector";
import { FileSweepRepository } from "@/modules/files/repositories/file-sweep.repository";
import { LeadFileRepository } from "@/modules/files/repositories/lead-file.repository";
import { FileBytes } from "@/modules/files/services/file-bytes.service";
import { FileCompletion } from "@/modules/files/services/file-completion.service";
import { FileSweep, type OtherFolder } from "@/modules/files/services/file-sweep.service";
import { LeadFilesService } from "@/modules/files/services/lead-files.service";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import type { LeadEntries } from "@/modules/leads/services/lead-entries";

/** The part of the container that keeps what is attached to leads. */
export interface FileSide {
  storage: Storage;
  leadFiles: LeadFilesService;
  fileCompletion: FileCompletion;
  fileBytes: FileBytes;
  fileSweep: FileSweep;
}

export interface FileSideNeeds {
  storage: Storage;
  entries: LeadEntries;
  cursors: CursorCodec;
  /** Folders of the store that others keep. */
  folders: readonly OtherFolder[];
}

/** Makes the files' side once a process. */
export function createFileSide(
  environment: Env,
  db: Db,
  { storage, entries, cursors, folders }: FileSideNeeds,
): FileSide {
  const { store, links, signed } = storage;
  const rows = new LeadFileRepository(db);
  const leadFiles = new LeadFilesService(db, entries, rows, links, cursors, {
    maxBytes: environment.FILE_MAX_BYTES,
    perLead: environment.FILES_PER_LEAD,
    removedDays: environment.FILES_REMOVED_DAYS,
  });
  const log = { error: (fields: object, message: string) => logger("files").error(fields, message) };
  return {
    storage,
    leadFiles,
    fileCompletion: new FileCompletion(leadFiles, entries, rows, store, new FileInspector(store), log),
    fileBytes: new FileBytes(db, leadFiles, links, signed),
    fileSweep: new FileSweep(db, new FileSweepRepository(db), store, folders),
  };
}
