import { Temporal } from "temporal-polyfill";
import type { OnMachine } from "./answering-machines";

/**
 * Stands in `carrier_queue_sid` of a callback in line: nobody is on the line at the carrier, and whoever takes the call
 * has the customer rung.
 */
export const CALLBACK_LINE = "callback";

/** How one queue calls people back. */
export interface CallbackSettings {
  enabled: boolean;
  /** Callers are offered a callback after so long in line, or when the range's end is beyond so much; and again after. */
  offerAfterSeconds: number;
  offerAboveSeconds: number;
  offerAgainSeconds: number;
  mostAttempts: number;
  retryMinutes: number;
  ringSeconds: number;
  expiresHours: number;
  /** "HH:MM" by the clock of the person to be called. */
  callsFrom: string;
  callsUntil: string;
  /** Days of the week on which people are rung: 1 is Monday, 7 Sunday. */
  callDays: number[];
  timeZone: string;
  onMachine: OnMachine;
  /** A machine that answered was an attempt. */
  machineCounts: boolean;
}

export const CALLBACK_DEFAULTS: CallbackSettings = {
  enabled: true,
  offerAfterSeconds: 600,
  offerAboveSeconds: 900,
  offerAgainSeconds: 120,
  mostAttempts: 3,
  retryMinutes: 15,
  ringSeconds: 30,
  expiresHours: 24,
  callsFrom: "08:00",
  callsUntil: "20:00",
  callDays: [1, 2, 3, 4, 5, 6, 7],
  timeZone: "UTC",
  onMachine: "ignore",
  machineCounts: true,
};

/** What came of a stand in line, instead of a conversation. */
export const ATTEMPT_RESULTS = [
  "no_answer",
  "busy",
  "machine",
  "unreachable",
  /** The customer was never rung, or not to the end: the agent went. */
  "agent_lost",
  /** Nothing more was heard of it. */
  "lost",
  /** It had become too late, or too early, where the customer is. */
  "quiet_hours",
  /** The number was put on the list of those not to be called. */
  "do_not_call",
  "cancelled",
  "expired",
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** What becomes of the callback. */
export type AfterAttempt =
  { status: "scheduled"; retrySeconds: number; counts: boolean } | { status: "failed" | "cancelled" | "expired" };

/** Seconds before somebody whose telephone rang in vain through our fault is rung again. */
const AFTER_OUR_FAULT_SECONDS = 60;

/**
 * The customer's own absence counts as an attempt and is tried again later. What went wrong on our side does not, and
 * the callback goes back to its place at once, unless the customer's telephone rang: then it counts, so that nobody is
 * rung without end. `attempts`: those that counted before this one.
 */
export function afterAttempt(
  result: AttemptResult,
  { attempts, rang }: { attempts: number; rang: boolean },
  settings: Pick<CallbackSettings, "mostAttempts" | "retryMinutes" | "machineCounts">,
): AfterAttempt {
  const ours = result === "agent_lost" || result === "lost";
  switch (result) {
    case "cancelled":
    case "expired":
      return { status: result };
    case "do_not_call":
      return { status: "cancelled" };
    case "quiet_hours":
      return { status: "scheduled", retrySeconds: 0, counts: false };
    case "machine":
      // Tried again until the callback expires.
      if (!settings.machineCounts) {
        return { status: "scheduled", retrySeconds: settings.retryMinutes * 60, counts: false };
      }
      return counted(attempts, settings.retryMinutes * 60, settings);
    default:
      if (ours && !rang) return { status: "scheduled", retrySeconds: 0, counts: false };
      return counted(attempts, ours ? AFTER_OUR_FAULT_SECONDS : settings.retryMinutes * 60, settings);
  }
}

function counted(
  attempts: number,
  retrySeconds: number,
  { mostAttempts }: Pick<CallbackSettings, "mostAttempts">,
): AfterAttempt {
  if (attempts + 1 >= mostAttempts) return { status: "failed" };
  return { status: "scheduled", retrySeconds, counts: true };
}

/**
 * When this person may be rung, at `now` or after it: on `callDays`, between `callsFrom` and `callsUntil`, by their own
 * clock. Days on which clocks change are as long as they are.
 */
export function nextCallable(
  now: Date,
  { callsFrom, callsUntil, callDays }: Pick<CallbackSettings, "callsFrom" | "callsUntil" | "callDays">,
  timeZone: string,
): Date {
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  const today = here.toPlainDate();
  const at = (day: Temporal.PlainDate, clock: string) =>
    day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(clock) });
  for (let ahead = 0; ahead <= DAYS_A_WEEK; ahead += 1) {
    const day = today.add({ days: ahead });
    if (!callDays.includes(day.dayOfWeek)) continue;
    const opens = at(day, callsFrom);
    if (Temporal.ZonedDateTime.compare(here, opens) < 0) return new Date(opens.epochMilliseconds);
    if (Temporal.ZonedDateTime.compare(here, at(day, callsUntil)) < 0) return now;
  }
  throw new Error("These settings have no day on which anybody may be called.");
}

const DAYS_A_WEEK = 7;

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** The instant (ISO 8601) of a local date and time, "2026-06-10T09:00", in a time zone; undefined for any other text. */
export function instantOf(local: string, timeZone: string): string | undefined {
  try {
    const there = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone);
    return new Date(there.epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

/** The local date and time of an instant in a time zone, to the minute, as date fields write it. */
export function localTimeOf(instant: string, timeZone: string): string {
  const there = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return there.toPlainDateTime().toString({ smallestUnit: "minute" });
}
