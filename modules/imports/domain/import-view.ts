import type { Principal } from "@/lib/principal";
import type { ImportView } from "../schemas";
import { hasRun, type ImportRow, isWork, mayWorkOn } from "./import";
import { mappingProblem } from "./import-fields";

/** An import as the wire shows it to one person. */
export function importView(row: ImportRow, principal: Principal): ImportView {
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    import_id: row.id,
    state: row.state,
    created_by: row.createdByLabel,
    created_by_name: row.createdByName,
    mine: row.createdBy === principal.userId,
    may_change: mayWorkOn(principal, row),
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    file: {
      name: row.fileName,
      bytes: Number(row.bytes),
      sha256: row.sha256,
      kind: row.kind,
      encoding: row.encoding,
      delimiter: row.delimiter,
      sheet: row.sheet,
      header: row.header,
      sample: row.sample,
      remarks: row.remarks,
    },
    mapping: row.mapping,
    mapping_from: row.mappingFrom,
    mapping_problem: mappingProblem(row.mapping, row.header.length) ?? null,
    options: row.options,
    total_rows: row.total,
    progress: progressOf(row),
    cancel_requested: row.cancelRequestedAt !== null,
    forecast: forecastOf(row),
    result: resultOf(row),
    assignment: hasRun(row) && row.planId !== null ? { plan_id: row.planId, error: row.planError } : null,
    undo: undoOf(row),
    run_by: row.runByLabel,
    run_by_name: row.runByName,
    run_at: iso(row.runAt),
    finished_at: iso(row.finishedAt),
    error: row.errorCode === null ? null : { code: row.errorCode, detail: row.error ?? "" },
    errors_url: hasErrors(row) ? `/api/imports/${row.id}/errors` : null,
  };
}

function progressOf(row: ImportRow): ImportView["progress"] {
  switch (row.state) {
    case "checking":
      return { phase: "check", processed: row.checked, total: null, ahead: row.ahead };
    case "running":
      return { phase: "run", processed: row.processed, total: row.total, ahead: row.ahead };
    case "undoing":
      return { phase: "undo", processed: row.undoProcessed, total: row.undoTotal, ahead: row.ahead };
    default:
      return null;
  }
}

function forecastOf(row: ImportRow): ImportView["forecast"] {
  if (row.checkedAt === null) return null;
  const { wouldCreate, wouldUpdate, wouldStay, wouldSkip, wouldFail } = row;
  return { created: wouldCreate, updated: wouldUpdate, unchanged: wouldStay, skipped: wouldSkip, failed: wouldFail };
}

function resultOf(row: ImportRow): ImportView["result"] {
  if (!hasRun(row)) return null;
  const { created, updated, unchanged, skipped, failed, total, processed } = row;
  return { created, updated, unchanged, skipped, failed, not_reached: (total ?? 0) - processed };
}

function undoOf({ undoTotal, removed, setBack, leftAlone, undoneByLabel }: ImportRow): ImportView["undo"] {
  if (undoTotal === null) return null;
  return { leads: undoTotal, removed, set_back: setBack, left_alone: leftAlone, by: undoneByLabel ?? "" };
}

/** Whether there are rows to mend: by the dry run, and once it has ended by what came of them. */
export function hasErrors(row: ImportRow): boolean {
  if (row.state === "expired" || isWork(row.state)) return false;
  if (!hasRun(row)) return row.state === "checked" && row.wouldFail > 0;
  return row.failed > 0 || row.processed < (row.total ?? 0);
}
