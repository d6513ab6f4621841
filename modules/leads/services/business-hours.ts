import type { Tx } from "@/lib/db/transaction";
import { BusinessClock } from "../domain/business-clock";
import type { ReturnPolicyRepository } from "../repositories/return-policy.repository";

/** Whether the house is open, by the calendars that the return timer counts by too. */
export class BusinessHours {
  constructor(private readonly calendars: Pick<ReturnPolicyRepository, "calendar">) {}

  /** A calendar that does not exist is always open: no caller is turned away by a wrong name. */
  async isOpen(calendarName: string, at: Date, tx: Tx): Promise<boolean> {
    const calendar = await this.calendars.calendar(calendarName, tx);
    if (!calendar) return true;
    const now = at.getTime();
    return new BusinessClock(calendar, now).openMsBetween(now, now + 1) > 0;
  }
}
