import { Temporal } from "temporal-polyfill";

/** Hours of one weekday by the wall clock. A `to` at or before `from` is on the next day; "24:00" is its midnight. */
export interface OpeningHours {
  /** 1 is Monday, 7 is Sunday. */
  day: number;
  /** HH:MM. */
  from: string;
  /** HH:MM or 24:00; equal to `from`: no time at all. */
  to: string;
}

export interface BusinessCalendar {
  /** IANA name. */
  timeZone: string;
  weekly: readonly OpeningHours[];
  /** Dates (YYYY-MM-DD) on which it is closed from midnight to midnight. */
  holidays: readonly string[];
}

/** Open from `start` until just before `end`; `before` is the open time since the clock's beginning. Milliseconds. */
interface Span {
  start: number;
  end: number;
  before: number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
const WEEK_DAYS = 7;
/** Who must look further ahead than this has, for all that matters, no open time. */
const HORIZON_MS = 3_660 * DAY_MS;

/**
 * Counts the open time of a calendar: it is open whenever the wall clock of its time zone shows an opening hour of a
 * day that is no holiday. An hour that the change to summer time leaves out is therefore nobody's working time, and one
 * that comes twice counts twice. Times are milliseconds since 1970; none before `beginMs` may be asked about.
 */
export class BusinessClock {
  private readonly spans: Span[] = [];
  private readonly source: Iterator<{ start: number; end: number }>;
  private exhausted = false;

  /** Throws RangeError for an unknown time zone. */
  constructor(
    calendar: BusinessCalendar,
    readonly beginMs: number,
  ) {
    this.source = openSpans(calendar, beginMs, beginMs + HORIZON_MS);
  }

  /** When `minutes` of open time have passed since `fromMs`; null when that is more than ten years away. */
  addMinutes(fromMs: number, minutes: number): number | null {
    this.refuseEarlier(fromMs);
    if (minutes <= 0) return fromMs;
    let at = this.firstEndingAfter(fromMs);
    const first = this.span(at);
    if (!first) return null;
    const target = first.before + Math.max(0, fromMs - first.start) + minutes * MINUTE_MS;
    for (let span: Span | undefined = first; span; span = this.span((at += 1))) {
      if (span.before + span.end - span.start >= target) return span.start + target - span.before;
    }
    return null;
  }

  /** Open milliseconds from `fromMs` until `toMs`. */
  openMsBetween(fromMs: number, toMs: number): number {
    return toMs <= fromMs ? 0 : this.openMsUntil(toMs) - this.openMsUntil(fromMs);
  }

  private openMsUntil(ms: number): number {
    this.refuseEarlier(ms);
    const at = this.firstEndingAfter(ms);
    const span = this.span(at);
    if (span) return span.before + Math.max(0, ms - span.start);
    const last = this.spans.at(-1);
    return last ? last.before + last.end - last.start : 0;
  }

  private refuseEarlier(ms: number): void {
    if (ms < this.beginMs) throw new RangeError("a business clock was asked about a time before its beginning");
  }

  /** The place of the first span that ends after `ms`. */
  private firstEndingAfter(ms: number): number {
    while (!this.exhausted && (this.spans.at(-1)?.end ?? -Infinity) <= ms) this.grow();
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.spans[middle]?.end ?? 0) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private span(at: number): Span | undefined {
    while (!this.exhausted && this.spans.length <= at) this.grow();
    return this.spans[at];
  }

  private grow(): void {
    const next = this.source.next();
    if (next.done === true) {
      this.exhausted = true;
      return;
    }
    const last = this.spans.at(-1);
    this.spans.push({ ...next.value, before: last ? last.before + last.end - last.start : 0 });
  }
}

/** Whether the time zone is one whose clock changes are known: an IANA name, no bare offset. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Minutes a week that are open when no day is a holiday. */
export function weeklyOpenMinutes(weekly: readonly OpeningHours[]): number {
  return [...openMinutesByDay(weekly).values()].flat().reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Every open span of the calendar in order. Between two clock changes, wall time is the instant plus one offset. */
function* openSpans(
  calendar: BusinessCalendar,
  fromMs: number,
  untilMs: number,
): Generator<{ start: number; end: number }> {
  const byDay = openMinutesByDay(calendar.weekly);
  if (byDay.size === 0) return;
  const holidays = new Set(calendar.holidays.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS));
  for (const { start, end, offsetMs } of offsets(calendar.timeZone, fromMs, untilMs)) {
    const lastDay = Math.floor((end + offsetMs - 1) / DAY_MS);
    for (let day = Math.floor((start + offsetMs) / DAY_MS); day <= lastDay; day += 1) {
      if (holidays.has(day)) continue;
      for (const { from, to } of byDay.get(weekdayOf(day)) ?? []) {
        const midnight = day * DAY_MS - offsetMs;
        const open = Math.max(start, midnight + from * MINUTE_MS);
        const close = Math.min(end, midnight + to * MINUTE_MS);
        if (open < close) yield { start: open, end: close };
      }
    }
  }
}

/** The stretches of time in which a zone's clocks are not changed, with their distance from UTC. */
function* offsets(
  timeZone: string,
  fromMs: number,
  untilMs: number,
): Generator<{ start: number; end: number; offsetMs: number }> {
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  while (at.epochMilliseconds < untilMs) {
    const next = at.getTimeZoneTransition("next");
    const end = Math.min(untilMs, next?.epochMilliseconds ?? untilMs);
    yield { start: at.epochMilliseconds, end, offsetMs: at.offsetNanoseconds / 1e6 };
    if (!next) return;
    at = next;
  }
}

/** Minutes of the day that are open, by weekday: hours over midnight divided, overlapping ones joined, in order. */
function openMinutesByDay(weekly: readonly OpeningHours[]): Map<number, { from: number; to: number }[]> {
  const byDay = new Map<number, { from: number; to: number }[]>();
  const add = (day: number, from: number, to: number): void => {
    if (from < to) byDay.set(day, [...(byDay.get(day) ?? []), { from, to }]);
  };
  for (const hours of weekly) {
    const from = minuteOfDay(hours.from);
    const to = minuteOfDay(hours.to);
    if (from < to) add(hours.day, from, to);
    else if (to < from) {
      add(hours.day, from, DAY_MINUTES);
      add((hours.day % WEEK_DAYS) + 1, 0, to);
    }
  }
  for (const [day, intervals] of byDay) byDay.set(day, joined(intervals));
  return byDay;
}

function joined(intervals: { from: number; to: number }[]): { from: number; to: number }[] {
  const result: { from: number; to: number }[] = [];
  for (const next of intervals.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else result.push({ ...next });
  }
  return result;
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** 1 (Monday) to 7 of a day counted from 1 January 1970, which was a Thursday. */
function weekdayOf(epochDay: number): number {
  return ((((epochDay + 3) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS) + 1;
}
