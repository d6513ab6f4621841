import { filterInWords, sortInWords } from "@/modules/leads/domain/filter-words";
import type { ExportView } from "../schemas";
import { type ExportRow, fileNameOf } from "./export";

/** What was selected, for people. */
export function selectionInWords({ search, named }: Pick<ExportRow, "search" | "named">): string {
  if (search) {
    const words = `${filterInWords(search.filter)}, ${sortInWords(search.sort)}`;
    return search.name === undefined ? words : `${search.name} (${words})`;
  }
  return `${(named ?? 0).toLocaleString("en")} chosen ${named === 1 ? "lead" : "leads"}`;
}

/** An export as the wire shows it to one person. */
export function exportView(row: ExportRow, userId: string, downloadUrl: string | null): ExportView {
  const { search, named, rows, bytes, sha256, snapshotAt } = row;
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    export_id: row.id,
    state: row.state,
    format: row.format,
    columns: row.columns,
    selection: { lead_ids: named, filter: search?.filter ?? null, words: selectionInWords(row) },
    created_by: row.createdByLabel,
    created_by_name: row.createdByName,
    mine: row.createdBy === userId,
    created_at: row.createdAt.toISOString(),
    started_at: iso(row.startedAt),
    finished_at: iso(row.finishedAt),
    expires_at: iso(row.expiresAt),
    cancel_requested: row.cancelRequestedAt !== null,
    progress: { processed: row.processed, total: row.total },
    receipt:
      rows === null || bytes === null || sha256 === null || snapshotAt === null
        ? null
        : {
            file_name: fileNameOf(row),
            rows,
            missing: Math.max(0, (named ?? rows) - rows),
            bytes: Number(bytes),
            sha256,
            snapshot_at: snapshotAt.toISOString(),
          },
    error: row.errorCode === null ? null : { code: row.errorCode, detail: row.error ?? "" },
    download_url: downloadUrl,
  };
}
