import { BusinessClock } from "../domain/business-clock";
import type { ReturnPolicyRepository } from "../repositories/return-policy.repository";

const MINUTE_MS = 60_000;

/** Whether the house is open now, by the calendar that the return timer counts by. */
export class OfficeHours {
  constructor(private readonly policies: Pick<ReturnPolicyRepository, "rules">) {}

  /** Open as long as no calendar is chosen. By the database's clock. */
  async isOpen(): Promise<boolean> {
    const { calendar, now } = await this.policies.rules();
    if (calendar === null) return true;
    const ms = now.getTime();
    return new BusinessClock(calendar, ms).openMsBetween(ms, ms + MINUTE_MS) > 0;
  }
}
