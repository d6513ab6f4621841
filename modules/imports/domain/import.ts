import type { CountryCode } from "libphonenumber-js";
import { AppError, conflict } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import type { Strategy } from "@/modules/agents/domain/strategies";
import type { Delimiter, Encoding, FileKind } from "./dialect";
import type { RefusalCode } from "./file-refusal";
import type { DedupeMode } from "./import-decision";
import type { Mapping, MatchKey } from "./import-fields";
import { KEPT_DAYS } from "./limits";

/**
 *   uploaded ──► checking ──► checked ──► running ──► done ──────┐
 *      ▲  ▲          │           │           ├──► cancelled ─────┼──► undoing ──► undone
 *      │  └── stop ──┤           │           └──► failed ────────┘
 *      └── other ────┴───────────┘  checking ──► failed: nothing was written; other columns or another encoding may do
 *          columns
 *
 * `checking`, `running` and `undoing` are work under way, held by one runner at a time. After its days it is `expired`.
 */
export const importStates = [
  "uploaded",
  "checking",
  "checked",
  "running",
  "done",
  "cancelled",
  "failed",
  "undoing",
  "undone",
  "expired",
] as const;
export type ImportState = (typeof importStates)[number];
export type WorkState = "checking" | "running" | "undoing";

/** The name of imports among background jobs. */
export const IMPORT_JOB = "import";

/** Where files lie in the store while they are imported. */
export const IMPORT_FOLDER = "imports";

/** Why an import has failed. */
export type ImportFailure = RefusalCode | "store_away" | "database_full" | "too_many_attempts" | "import_broke_off";

export interface ImportOptions {
  dedupe: DedupeMode;
  match: MatchKey[];
  country: CountryCode;
  /** Of new leads whose row names none. */
  source: string;
  /** What all leads get that are made or changed. */
  tags: string[];
  /** How new leads are dealt; null: they stay with nobody. */
  assignment: { strategy: Strategy; agents: string[] | null; team: string | null } | null;
}

export const DEFAULT_OPTIONS: ImportOptions = {
  dedupe: "skip",
  match: ["lead_id", "phone", "email"],
  country: "US",
  source: "import",
  tags: [],
  assignment: null,
};

/** An import as stored. */
export interface ImportRow {
  id: string;
  createdBy: string;
  createdByLabel: string;
  createdByName: string;
  requestId: string | null;
  state: ImportState;
  fileName: string;
  fileKey: string | null;
  bytes: bigint;
  sha256: string;
  kind: FileKind;
  encoding: Encoding | null;
  delimiter: Delimiter | null;
  sheet: string | null;
  header: string[];
  sample: string[][];
  remarks: string[];
  mapping: Mapping;
  mappingFrom: "guessed" | "remembered" | "chosen";
  options: ImportOptions;
  total: number | null;
  checked: number;
  wouldCreate: number;
  wouldUpdate: number;
  wouldStay: number;
  wouldSkip: number;
  wouldFail: number;
  processed: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  undoTotal: number | null;
  undoProcessed: number;
  removed: number;
  setBack: number;
  leftAlone: number;
  planId: string | null;
  planError: string | null;
  attempts: number;
  cancelRequestedAt: Date | null;
  createdAt: Date;
  checkedAt: Date | null;
  runBy: string | null;
  runByLabel: string | null;
  runByName: string | null;
  runAt: Date | null;
  finishedAt: Date | null;
  undoneByLabel: string | null;
  undoneBy: string | null;
  undoneAt: Date | null;
  expiresAt: Date;
  errorCode: ImportFailure | null;
  error: string | null;
  /** Who works on it, and until when a sign of life must come. */
  runner: string | null;
  heldUntil: Date | null;
  /** While it waits for its turn: the imports before it. */
  ahead: number | null;
}

export const isWork = (state: ImportState): state is WorkState =>
  state === "checking" || state === "running" || state === "undoing";

/** Whether rows of it may have been written. */
export const hasRun = ({ runAt }: Pick<ImportRow, "runAt">): boolean => runAt !== null;

/** Its own person and admins change an import; managers see everybody's. */
export const mayWorkOn = (principal: Principal, row: Pick<ImportRow, "createdBy">): boolean =>
  principal.role === "admin" || (isStaff(principal) && row.createdBy === principal.userId);

/** Throws what stands in the way of changing how it is read, and of a dry run. */
export function refuseUnlessOpen(row: ImportRow): void {
  refuseExpired(row, "Send the file again to import it.");
  if (isWork(row.state)) throw underWay();
  if (hasRun(row))
    throw conflict("import_already_run", "This import has been run. Send the file again to import it again.");
}

/** Throws what stands in the way of running it. */
export function refuseUnlessChecked(row: ImportRow): void {
  refuseUnlessOpen(row);
  if (row.state !== "checked") {
    throw conflict("import_not_checked", "Have its rows checked first, as its columns are mapped now.", {
      state: row.state,
    });
  }
}

/** Throws what stands in the way of undoing it. */
export function refuseUnlessUndoable(row: ImportRow): void {
  refuseExpired(row, whatItLeft(row));
  if (row.state === "undone") throw conflict("import_already_undone", "This import was undone already.");
  if (isWork(row.state)) throw underWay();
  if (!hasWritten(row)) {
    throw conflict("import_not_run", "This import has written nothing that could be undone.");
  }
}

const hasWritten = (row: ImportRow): boolean => hasRun(row) && row.created + row.updated > 0;

function whatItLeft(row: ImportRow): string {
  if (row.undoneAt !== null) return "It was undone before.";
  return hasWritten(row) ? "Its leads stay, and can be changed like all others." : "It wrote nothing to be undone.";
}

/** Throws when its rows are gone, saying what can be done instead. */
export function refuseExpired({ state }: Pick<ImportRow, "state">, instead: string): void {
  if (state !== "expired") return;
  throw new AppError(410, "import_expired", `The rows of this import were kept for ${KEPT_DAYS} days. ${instead}`);
}

const underWay = () => conflict("import_under_way", "This import is being worked on. Wait until it ends, or stop it.");
