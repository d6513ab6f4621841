import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { ALERT_KINDS, quietTimes, type AlertDetails, type AlertKindName } from "../domain/alert-kinds";
import type { AlertRepository } from "../repositories/alert.repository";

/** Where other modules say that something should be known. */
export interface AlertRaiser {
  /** Begins an episode, or adds to the one that is open. `subject`: what it is about, without personal data. */
  raise(kind: AlertKindName, subject: string, details?: AlertDetails): Promise<void>;
  /** What lasted is over; of every subject when none is given. Harmless when nothing was open. */
  resolve(kind: AlertKindName, subject?: string): Promise<void>;
}

export interface AlertLog {
  error(fields: object, message: string): void;
}

/** Repeats sooner than this are counted, not told to listeners. */
const TELL_EVERY_SECONDS = 2;
const KEEP_DAYS = 90;
const MOST_PRUNED = 5_000;

/** Writes alerts. Raising never fails its caller: whatever went wrong is worth more than the note of it. */
export class AlertBook implements AlertRaiser {
  constructor(
    private readonly db: Db,
    private readonly alerts: AlertRepository,
    private readonly log: AlertLog,
  ) {}

  async raise(kind: AlertKindName, subject: string, details: AlertDetails = {}): Promise<void> {
    const { severity, quietSeconds } = ALERT_KINDS[kind];
    const alert = { id: newId(), kind, severity, subject, details, counts: quietSeconds !== null };
    await this.quietly(kind, async () => {
      await inTransaction(this.db, async (tx) => {
        const raised = await this.alerts.raise(tx, alert);
        const since = raised.quietSeconds;
        const { alertId } = raised;
        if (since === null) await noteEvents(tx, [{ event: "alert_raised", source: alertId, data: { alertId } }]);
        if (since !== null && (!alert.counts || since < TELL_EVERY_SECONDS)) return;
        await publishLive(tx, [{ topic: "alert", audience: "staff", data: { alertId, kind } }]);
      });
    });
  }

  async resolve(kind: AlertKindName, subject?: string): Promise<void> {
    await this.quietly(kind, async () => {
      if (!(await this.alerts.hasOpen(kind, subject))) return;
      await inTransaction(this.db, async (tx) => {
        const over = await this.alerts.resolve(tx, kind, subject);
        await publishLive(
          tx,
          over.map((alertId) => ({ topic: "alert", audience: "staff", data: { alertId, kind } })),
        );
      });
    });
  }

  /** What the open episodes of a kind are about. */
  async openSubjects(kind: AlertKindName): Promise<string[]> {
    return this.alerts.openSubjects(kind);
  }

  /** Ends what has been quiet for long enough and forgets what is long over; answers how many ended. */
  async settle(): Promise<number> {
    const ended = await inTransaction(this.db, async (tx) => {
      const count = await this.alerts.resolveQuiet(tx, quietTimes());
      if (count > 0) await publishLive(tx, [{ topic: "alert", audience: "staff", data: { settled: count } }]);
      return count;
    });
    await this.alerts.prune(KEEP_DAYS, MOST_PRUNED);
    return ended;
  }

  private async quietly(kind: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error({ err: error, kind }, "an alert could not be written");
    }
  }
}
