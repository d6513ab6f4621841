import type { BusinessCalendar, BusinessClock } from "./business-clock";
import type { Priority } from "./lead";

/** How long an agent may leave a lead untouched, in minutes of the calendar's open time. */
export interface ReturnPolicy {
  enabled: boolean;
  calendarName: string;
  minutes: Readonly<Record<Priority, number>>;
}

/** The policy with its calendar, as they stand at `now`. */
export interface ReturnRules extends ReturnPolicy {
  /** null: the calendar named does not exist, and nothing is ever returned. */
  calendar: BusinessCalendar | null;
  /** No timer counts from before this: leads that were lying about when timers were switched on get their full time. */
  countsFrom: Date | null;
  /** Running timers are being counted again after a change of the rules. */
  recounting: boolean;
  updatedAt: Date;
  now: Date;
}

/** When a lead goes back to the pool if it is assigned at `fromMs` and nobody works on it; null when never. */
export function dueTime(
  clock: BusinessClock | null,
  rules: ReturnPolicy,
  priority: Priority,
  fromMs: number,
): Date | null {
  if (!rules.enabled || clock === null) return null;
  const due = clock.addMinutes(fromMs, rules.minutes[priority]);
  return due === null ? null : new Date(due);
}
