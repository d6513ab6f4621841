import type { HealKind } from "../domain/alert-kinds";
import type { AlertRaiser } from "./alert-book.service";

export type { HealKind };

/** Keeps count of what had to be healed, by kind, and lets managers know. The ideal is 0. */
export class Healing {
  constructor(
    private readonly counts: { countHeal(kind: string): Promise<void> },
    private readonly alerts: Pick<AlertRaiser, "raise">,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  /** Notes that something was healed; `about` names it in the log alone. */
  async note(kind: HealKind, about: object): Promise<void> {
    this.log.warn({ ...about, kind }, "healed");
    await this.counts.countHeal(kind);
    await this.alerts.raise("row_healed", kind);
  }
}
