import type { LiveEventInput } from "@/modules/realtime/topics";
import type { ExportRow, ExportState } from "../domain/export";

/** Tells whoever may see an export that it has moved on. */
export function exportMoved(row: Pick<ExportRow, "id" | "visibleTo">, state: ExportState): LiveEventInput {
  return {
    topic: "export",
    audience: row.visibleTo === null ? "staff" : `agent:${row.visibleTo}`,
    data: { exportId: row.id, state },
  };
}
