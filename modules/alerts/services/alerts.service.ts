import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { AppError, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { describeAlert } from "../domain/alert-kinds";
import type { AlertRepository, AlertRow } from "../repositories/alert.repository";
import type { AlertRecord } from "../schemas";

export interface AlertPage {
  alerts: AlertRecord[];
  unseen: { critical: number; warning: number; info: number };
  nextCursor: string | null;
}

/** Alerts as managers read them. */
export class AlertsService {
  constructor(
    private readonly db: Db,
    private readonly alerts: AlertRepository,
    /** The reader is the last watchman: what only a running worker would notice is noticed here too. */
    private readonly watch: { lookForWorker(): Promise<void> },
  ) {}

  /** One page, last seen first; throws 403 for agents, 400 for a cursor of another list. */
  async list(
    principal: Principal,
    query: { state: "open" | "all"; cursor?: string | undefined; limit: number },
  ): Promise<AlertPage> {
    requireStaff(principal);
    await this.watch.lookForWorker();
    const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
    const [rows, unseen] = await Promise.all([
      this.alerts.page({ openOnly: query.state === "open", before, limit: query.limit + 1 }),
      this.alerts.unseen(),
    ]);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const counts = {
      critical: 0,
      warning: 0,
      info: 0,
      ...Object.fromEntries(unseen.map((u) => [u.severity, u.count])),
    };
    return {
      alerts: page.map(view),
      unseen: counts,
      nextCursor: rows.length > query.limit && last ? `${last.lastSeen.toISOString()}_${last.alertId}` : null,
    };
  }

  /** Notes that a manager has seen it; the first one counts. Throws 403, 404. */
  async acknowledge(principal: Principal, alertId: string): Promise<AlertRecord> {
    requireStaff(principal);
    return inTransaction(this.db, async (tx) => {
      if (!isId(alertId)) throw notFound("This alert");
      const taken = await this.alerts.acknowledge(tx, alertId, { userId: principal.userId, name: principal.name });
      const alert = await this.alerts.find(tx, alertId);
      if (!alert) throw notFound("This alert");
      if (taken) {
        const after = { kind: alert.kind, subject: alert.subject };
        await writeAudit(tx, actorOf(principal), [
          { action: "alert.acknowledged", entityType: "alert", entityId: alertId, after },
        ]);
        await publishLive(tx, [{ topic: "alert", audience: "staff", data: { alertId, kind: alert.kind } }]);
      }
      return view(alert);
    });
  }
}

function view(row: AlertRow): AlertRecord {
  return {
    ...row,
    ...describeAlert(row.kind, row.subject, row.details),
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  };
}

function readCursor(cursor: string): { lastSeen: string; id: string } {
  const [lastSeen = "", id = ""] = cursor.split("_");
  if (Number.isNaN(Date.parse(lastSeen)) || !isId(id)) {
    throw new AppError(400, "invalid_cursor", "The cursor does not belong to this list. Begin again without one.");
  }
  return { lastSeen, id };
}
