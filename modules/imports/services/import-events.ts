import type { LiveEventInput } from "@/modules/realtime/topics";
import type { ImportState } from "../domain/import";

/** Milliseconds between two events of an import under way: people see it move, and nobody is flooded. */
export const EVENT_MS = 300;

/** Tells that an import has moved on. */
export const importMoved = (importId: string, state: ImportState): LiveEventInput => ({
  topic: "import",
  audience: "staff",
  data: { importId, state },
});
