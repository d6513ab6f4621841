import type { NewEvent } from "@/modules/notifications/repositories/notification-event.repository";
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

const REQUEST = "web:";
/** The runner that a request is which waits for its own file. */
export const requestRunner = (requestId: string): string => REQUEST + requestId;
export const isWaitedFor = (runner: string): boolean => runner.startsWith(REQUEST);

/** Has whoever asked for an export told of its end; one that is begun again and ends again is told again. */
export function exportEnded({ id, createdBy, startedAt }: ExportRow, failed: boolean): NewEvent {
  const source = `${id}:${startedAt?.toISOString() ?? ""}`;
  return { event: "export_ended", source, data: { exportId: id, userId: createdBy, failed } };
}
