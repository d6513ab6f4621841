import type { Env } from "@/lib/config/env";
import { leaseSeconds } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { PresenceService } from "@/modules/agents/services/presence.service";
import { AlertRepository } from "@/modules/alerts/repositories/alert.repository";
import { FloorWatchRepository } from "@/modules/alerts/repositories/floor-watch.repository";
import { AlertBook } from "@/modules/alerts/services/alert-book.service";
import { AlertWatch } from "@/modules/alerts/services/alert-watch.service";
import { SignatureWatch } from "@/modules/alerts/services/signature-watch.service";
import { AlertsService } from "@/modules/alerts/services/alerts.service";
import type { AuditSealer } from "@/modules/audit/services/audit-sealer.service";
import type { SystemRepository } from "@/modules/system/repositories/system.repository";

/** The part of the container that tells managers what goes wrong. */
export interface AlertSide {
  alertBook: AlertBook;
  alertWatch: AlertWatch;
  alerts: AlertsService;
  signatures: SignatureWatch;
}

export function createAlertSide(
  environment: Env,
  db: Db,
  ports: {
    system: Pick<SystemRepository, "workerSilence">;
    sealer: Pick<AuditSealer, "examineNext">;
    presence: Pick<PresenceService, "judgePool">;
  },
): AlertSide {
  const rows = new AlertRepository(db);
  const alertBook = new AlertBook(db, rows, logger("alerts"));
  const alertWatch = new AlertWatch(
    {
      floor: new FloorWatchRepository(db, () => leaseSeconds()),
      anyReady: async (agentIds) => {
        const judged = await ports.presence.judgePool(agentIds);
        return [...judged.values()].some(({ readiness }) => readiness.ready);
      },
      workerSilence: () => ports.system.workerSilence(),
      seals: ports.sealer,
    },
    alertBook,
    environment.EXPECT_WORKER,
  );
  const signatures = new SignatureWatch(alertBook);
  return { alertBook, alertWatch, alerts: new AlertsService(db, rows, alertWatch), signatures };
}
