import { Temporal } from "temporal-polyfill";
import { type AppError, unprocessable } from "@/lib/errors";
import { isTimeZone } from "@/modules/leads/domain/business-clock";
import { TOLD_EVENTS, type Channel, type ToldEvent } from "./told-events";

export { isTimeZone };

export const phoneNeeded = (): AppError =>
  unprocessable("phone_needed", "Give a telephone number before SMS is switched on.", { field: "phone" });

/** What differs from the defaults. */
export type Choices = Partial<Record<ToldEvent, Partial<Record<Channel, boolean>>>>;

export interface QuietHours {
  /** HH:MM by the wall clock of the time zone; until at or before from is on the next day. */
  from: string;
  until: string;
}

export interface Preferences {
  choices: Choices;
  /** IANA. */
  timeZone: string;
  quiet: QuietHours | undefined;
  digestMinutes: number;
  /** E.164; undefined: no SMS. */
  phone: string | undefined;
  /** Whether the number was shown to be the person's own: before that nothing but a code is sent there. */
  phoneProven: boolean;
}

/** Whether a person is told of this on that channel. */
export function isOn({ choices }: Pick<Preferences, "choices">, event: ToldEvent, channel: Channel): boolean {
  return choices[event]?.[channel] ?? TOLD_EVENTS[event].on.includes(channel);
}

/** The choices with one more made; one that says what is the default anyway is not kept. */
export function chosen(choices: Choices, event: ToldEvent, channel: Channel, on: boolean): Choices {
  const { [channel]: _, ...others } = choices[event] ?? {};
  const isDefault = TOLD_EVENTS[event].on.includes(channel) === on;
  const row = isDefault ? others : { ...others, [channel]: on };
  const { [event]: __, ...rest } = choices;
  return Object.keys(row).length === 0 ? rest : { ...rest, [event]: row };
}

/**
 * When quiet hours that hold at `now` end; undefined outside of them. By the wall clock: where it is put forward over
 * their end they end at the change, and an hour that comes twice is quiet both times.
 */
export function quietUntil(now: Date, { quiet, timeZone }: Pick<Preferences, "quiet" | "timeZone">): Date | undefined {
  if (!quiet || quiet.from === quiet.until) return undefined;
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  const [clock, from, until] = [minutes(here.toPlainTime()), minutes(quiet.from), minutes(quiet.until)];
  const overMidnight = until < from;
  const isQuiet = overMidnight ? clock >= from || clock < until : clock >= from && clock < until;
  if (!isQuiet) return undefined;
  const day = overMidnight && clock >= from ? here.toPlainDate().add({ days: 1 }) : here.toPlainDate();
  const plainTime = Temporal.PlainTime.from(quiet.until);
  // Of a time that comes twice the second one: the first may lie behind us.
  const end = day.toPlainDateTime(plainTime).toZonedDateTime(timeZone, { disambiguation: "later" });
  // A time that is left out that night is given an hour late: then it is the change itself that ends them.
  const skipped = !end.toPlainTime().equals(plainTime);
  return new Date(((skipped && end.getTimeZoneTransition("previous")) || end).epochMilliseconds);
}

function minutes(time: string | Temporal.PlainTime): number {
  const { hour, minute } = typeof time === "string" ? Temporal.PlainTime.from(time) : time;
  return hour * 60 + minute;
}
