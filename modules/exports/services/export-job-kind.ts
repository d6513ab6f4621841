import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { JobKind } from "@/lib/jobs/background-jobs";
import type { ObjectStore } from "@/lib/storage/object-store";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { EXPORT_JOB } from "../domain/export";
import type { ExportRepository } from "../repositories/export.repository";
import { exportMoved } from "./export-events";
import type { ExportRunner } from "./export-runner";

/** Exports as background jobs: each carried through in one go, from the beginning when its process died. */
export const exportJobKind = (
  db: Db,
  exports: ExportRepository,
  runner: Pick<ExportRunner, "run">,
  store: ObjectStore,
): JobKind<{ expired: number }> => ({
  kind: EXPORT_JOB,
  abandoned: (limit) => exports.abandoned(limit),
  run: (exportId, name) => runner.run(exportId, name),
  /** Removes files that are kept no longer, and forgets old exports. */
  tidy: async (limit) => {
    const old = await exports.toExpire(limit);
    for (const { id, fileKey } of old) {
      await store.remove(fileKey);
      await inTransaction(db, async (tx) => {
        const row = await exports.lock(tx, id);
        await exports.expire(tx, id);
        if (row) await publishLive(tx, [exportMoved(row, "expired")]);
      });
    }
    await exports.prune(limit);
    return { expired: old.length };
  },
});
