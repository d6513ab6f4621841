import type { NewEvent } from "@/modules/notifications/repositories/notification-event.repository";
import type { LiveEventInput } from "@/modules/realtime/topics";
import type { ImportRow, ImportState } from "../domain/import";

/** Milliseconds between two events of an import under way: people see it move, and nobody is flooded. */
export const EVENT_MS = 300;

/** Tells that an import has moved on. */
export const importMoved = (importId: string, state: ImportState): LiveEventInput => ({
  topic: "import",
  audience: "staff",
  data: { importId, state },
});

/** Has whoever ran an import told of its end; one that is begun again and ends again is told again. */
export const importEnded = (row: ImportRow, state: "done" | "failed"): NewEvent => ({
  event: "import_ended",
  source: `${row.id}:${row.finishedAt?.toISOString() ?? state}`,
  data: {
    importId: row.id,
    userId: row.runBy ?? row.createdBy,
    failed: state === "failed",
    created: row.created + row.updated,
    left: row.failed + row.skipped,
    file: row.fileName,
    why: row.error,
  },
});
