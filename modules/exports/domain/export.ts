import { AppError, conflict } from "@/lib/errors";
import type { ExportColumn } from "@/modules/leads/export.schemas";
import type { LeadFilter } from "@/modules/leads/domain/lead-filter";
import type { LeadSort } from "@/modules/leads/domain/lead-sort";

/** The name of exports among background jobs. */
export const EXPORT_JOB = "export";

export const exportFormats = ["csv", "xlsx", "pdf"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportStates = ["queued", "running", "done", "failed", "cancelled", "expired"] as const;
export type ExportState = (typeof exportStates)[number];

/** Why an export has failed. */
export type ExportFailure =
  "store_full" | "store_away" | "database_full" | "count_differs" | "too_many_attempts" | "export_broke_off";

/** An export as stored. */
export interface ExportRow {
  id: string;
  createdBy: string;
  createdByLabel: string;
  createdByName: string;
  /** Only what this agent may see is in it. */
  visibleTo: string | null;
  requestId: string | null;
  format: ExportFormat;
  columns: ExportColumn[];
  timeZone: string;
  /** `name`: of the saved search that it was. */
  search: { filter: LeadFilter; sort: LeadSort; name?: string } | null;
  /** How many leads were named. */
  named: number | null;
  state: ExportState;
  total: number | null;
  processed: number;
  attempts: number;
  cancelRequestedAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date | null;
  fileKey: string | null;
  rows: number | null;
  bytes: bigint | null;
  sha256: string | null;
  snapshotAt: Date | null;
  errorCode: ExportFailure | null;
  error: string | null;
  /** Who works on it, and until when a sign of life must come. */
  runner: string | null;
  heldUntil: Date | null;
  /** What was chosen is still known. */
  isRepeatable: boolean;
  /** The database's time when it was read. */
  now: Date;
}

/** What a finished file is known by. */
export interface Receipt {
  rows: number;
  bytes: number;
  sha256: string;
  snapshotAt: Date;
  fileKey: string;
}

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
};

/** Leads that are exported while the request waits; more become a job. By what they cost the process that answers. */
export const IN_REQUEST: Readonly<Record<ExportFormat, number>> = { csv: 10_000, xlsx: 2_000, pdf: 500 };
/** A report is for people to read; a file of all leads is for programs. */
export const MOST_IN_REPORT = 20_000;
/** Hours that a finished file is kept, and minutes that a link to it is good for. */
export const KEPT_HOURS = 24;
export const LINK_MINUTES = 15;
/** Times that an export is begun before it counts as failed: its process died each time. */
export const MOST_ATTEMPTS = 3;
/** Exports of one person that may wait or run at once. */
export const MOST_UNDER_WAY = 10;

export const isUnderWay = (state: ExportState): boolean => state === "queued" || state === "running";

/** Throws what stands in the way of the file. */
export function refuseUnlessThere({ state, errorCode, error }: ExportRow): void {
  switch (state) {
    case "done":
      return;
    case "expired":
      throw new AppError(410, "export_expired", "This file is kept no longer. Export it again.");
    case "failed":
      throw conflict("export_failed", error ?? "This export has failed.", { reason: errorCode });
    case "cancelled":
      throw conflict("export_cancelled", "This export was cancelled.");
    case "queued":
    case "running":
      throw conflict("export_not_ready", "This export is not finished yet. Ask again when its state is done.");
  }
}

/** The name that a file is saved under: when its leads stood so, in the asker's time zone. */
export function fileNameOf({ snapshotAt, createdAt, timeZone, format }: ExportRow): string {
  const at = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone })
    .format(snapshotAt ?? createdAt)
    .replace(" ", "-")
    .replace(":", "");
  return `leads-${at}.${format}`;
}
