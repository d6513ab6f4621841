import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BusinessCalendar,
  BusinessClock,
  isTimeZone,
  type OpeningHours,
  weeklyOpenMinutes,
} from "@/modules/leads/domain/business-clock";

const MINUTE = 60_000;
const DAY = 86_400_000;
const office: OpeningHours[] = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "17:00" }));
const at = (text: string): number => Date.parse(text);

function clockOf(calendar: Partial<BusinessCalendar>, from: string): BusinessClock {
  return new BusinessClock({ timeZone: "UTC", weekly: office, holidays: [], ...calendar }, at(from));
}

function due(calendar: Partial<BusinessCalendar>, from: string, minutes: number): string | null {
  const ms = clockOf(calendar, from).addMinutes(at(from), minutes);
  return ms === null ? null : new Date(ms).toISOString();
}

describe("the business clock", () => {
  it("counts office hours, over nights and week-ends", () => {
    // 2026-11-20 is a Friday.
    expect(due({}, "2026-11-20T10:00:00Z", 120)).toBe("2026-11-20T12:00:00.000Z");
    expect(due({}, "2026-11-20T16:30:00Z", 120)).toBe("2026-11-23T10:30:00.000Z");
    expect(due({}, "2026-11-21T12:00:00Z", 60)).toBe("2026-11-23T10:00:00.000Z");
    expect(due({}, "2026-11-20T09:00:00Z", 480)).toBe("2026-11-20T17:00:00.000Z");
    expect(due({}, "2026-11-20T08:00:00Z", 960)).toBe("2026-11-23T17:00:00.000Z");
    expect(due({}, "2026-11-20T16:59:59.500Z", 1)).toBe("2026-11-23T09:00:59.500Z");
  });

  it("leaves holidays out, whole days of the calendar's own zone", () => {
    const holidays = ["2026-11-23"];
    expect(due({ holidays }, "2026-11-20T16:00:00Z", 120)).toBe("2026-11-24T10:00:00.000Z");
    // In Auckland the 23rd begins at 11:00 UTC of the 22nd.
    expect(due({ holidays, timeZone: "Pacific/Auckland" }, "2026-11-21T00:00:00Z", 60)).toBe(
      "2026-11-23T21:00:00.000Z",
    );
  });

  it("goes over midnight, and stops at the midnight before a holiday", () => {
    const weekly: OpeningHours[] = [{ day: 5, from: "22:00", to: "06:00" }];
    expect(due({ weekly }, "2026-11-20T23:00:00Z", 180)).toBe("2026-11-21T02:00:00.000Z");
    expect(due({ weekly, holidays: ["2026-11-21"] }, "2026-11-20T23:00:00Z", 180)).toBe("2026-11-28T00:00:00.000Z");
    const sunday: OpeningHours[] = [{ day: 7, from: "23:00", to: "01:00" }];
    expect(due({ weekly: sunday }, "2026-11-22T23:30:00Z", 60)).toBe("2026-11-23T00:30:00.000Z");
  });

  it("skips the hour that summer time leaves out and counts the one that comes twice, twice", () => {
    const weekly: OpeningHours[] = [{ day: 7, from: "01:00", to: "04:00" }];
    const zone = { weekly, timeZone: "Europe/Berlin" };
    // 29 March 2026: 02:00 becomes 03:00 (01:00 UTC). Two hours are open, not three.
    const spring = clockOf(zone, "2026-03-28T12:00:00Z");
    expect(spring.openMsBetween(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z"))).toBe(120 * MINUTE);
    expect(due(zone, "2026-03-28T12:00:00Z", 61)).toBe("2026-03-29T01:01:00.000Z");
    // 25 October 2026: 03:00 becomes 02:00 (01:00 UTC). Four hours are open.
    const autumn = clockOf(zone, "2026-10-24T12:00:00Z");
    expect(autumn.openMsBetween(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z"))).toBe(240 * MINUTE);
    // An opening hour that lies in the gap does not exist that day; one in the fold comes twice.
    const short: OpeningHours[] = [{ day: 7, from: "02:15", to: "02:45" }];
    const inGap = clockOf({ weekly: short, timeZone: "Europe/Berlin" }, "2026-03-28T12:00:00Z");
    expect(inGap.openMsBetween(at("2026-03-28T12:00:00Z"), at("2026-03-30T00:00:00Z"))).toBe(0);
    expect(due({ weekly: short, timeZone: "Europe/Berlin" }, "2026-10-24T12:00:00Z", 45)).toBe(
      "2026-10-25T01:30:00.000Z",
    );
  });

  it("never ends when nothing is ever open, nor when the end is more than ten years away", () => {
    expect(due({ weekly: [] }, "2026-11-20T10:00:00Z", 1)).toBeNull();
    expect(due({ weekly: [{ day: 1, from: "09:00", to: "09:00" }] }, "2026-11-20T10:00:00Z", 1)).toBeNull();
    expect(due({ weekly: [{ day: 1, from: "09:00", to: "09:01" }] }, "2026-11-20T10:00:00Z", 100_000)).toBeNull();
  });

  it("takes no time for no minutes, and refuses the time before its beginning", () => {
    expect(due({}, "2026-11-21T12:00:00Z", 0)).toBe("2026-11-21T12:00:00.000Z");
    expect(() => clockOf({}, "2026-11-21T12:00:00Z").addMinutes(at("2026-11-21T11:00:00Z"), 1)).toThrow(RangeError);
    expect(() => clockOf({ timeZone: "Mars/Olympus" }, "2026-11-21T12:00:00Z").addMinutes(at("2026-11-22"), 1)).toThrow(
      RangeError,
    );
  });

  it("knows time zones by name only", () => {
    for (const name of ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
      expect(isTimeZone(name)).toBe(true);
    for (const name of ["", "Mars/Olympus", "+02:00", "Europe", "null\0"]) expect(isTimeZone(name)).toBe(false);
  });

  it("adds up a week", () => {
    expect(weeklyOpenMinutes(office)).toBe(2_400);
    const overlapping = [...office, { day: 1, from: "16:00", to: "18:00" }, { day: 7, from: "23:00", to: "09:30" }];
    expect(weeklyOpenMinutes(overlapping)).toBe(2_400 + 60 + 60 + 540);
  });
});

// ── Against a witness that asks the wall clock minute by minute ───────────────────────────────────────────────────

/** Zones whose clocks change by an hour, by half an hour, at midnight, never, and across the date line. */
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Africa/Cairo",
  "Pacific/Apia",
];
/** Days around clock changes: ordinary ones, at midnight (Sao Paulo 2018, St John's 2006), and a day left out (Apia). */
const BEGINNINGS = [
  "2026-03-07",
  "2026-03-28",
  "2026-10-24",
  "2026-10-31",
  "2018-11-03",
  "2018-02-16",
  "2006-10-28",
  "2006-04-01",
  "2011-12-29",
  "2026-04-23",
].map((date) => at(`${date}T00:00:00Z`));

const time = fc.integer({ min: 0, max: 95 }).map((quarter) => textOf(quarter * 15));
const hours: fc.Arbitrary<OpeningHours> = fc.record({
  day: fc.integer({ min: 1, max: 7 }),
  from: time,
  to: fc.oneof(time, fc.constant("24:00")),
});
const calendars = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  weekly: fc.array(hours, { maxLength: 6 }),
  holidayOffsets: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  begin: fc.constantFrom(...BEGINNINGS),
});

function textOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone shows, by the platform's own formatter. */
function wall(ms: number, timeZone: string): { day: number; date: string; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      weekday: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf(parts.weekday ?? "") + 1,
    date: `${parts.year}-${parts.month}-${parts.day}`,
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

function witnessIsOpen(calendar: BusinessCalendar, ms: number): boolean {
  const { day, date, minute } = wall(ms, calendar.timeZone);
  if (calendar.holidays.includes(date)) return false;
  const yesterday = day === 1 ? 7 : day - 1;
  return calendar.weekly.some(({ day: opens, from, to }) => {
    const [begin, end] = [from, to].map((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) as [
      number,
      number,
    ];
    if (begin < end) return day === opens && minute >= begin && minute < end;
    if (begin === end) return false;
    return (day === opens && minute >= begin) || (yesterday === opens && minute < end);
  });
}

describe("the business clock, by properties", () => {
  const made = (given: { timeZone: string; weekly: OpeningHours[]; holidayOffsets: number[]; begin: number }) => {
    const holidays = given.holidayOffsets.map((days) => new Date(given.begin + days * DAY).toISOString().slice(0, 10));
    const calendar: BusinessCalendar = { timeZone: given.timeZone, weekly: given.weekly, holidays };
    return { calendar, clock: new BusinessClock(calendar, given.begin), begin: given.begin };
  };

  it("is open exactly when the wall clock shows an opening hour (four days, minute by minute)", () => {
    fc.assert(
      fc.property(calendars, (given) => {
        const { calendar, clock, begin } = made(given);
        let open = 0;
        for (let minute = 0; minute < 4 * 1_440; minute += 1) {
          const now = begin + minute * MINUTE;
          const isOpen = witnessIsOpen(calendar, now);
          if ((clock.openMsBetween(now, now + MINUTE) === MINUTE) !== isOpen) {
            throw new Error(
              `${new Date(now).toISOString()} in ${calendar.timeZone} should be ${isOpen ? "open" : "closed"}`,
            );
          }
          open += isOpen ? 1 : 0;
        }
        return clock.openMsBetween(begin, begin + 4 * DAY) === open * MINUTE;
      }),
      { numRuns: 25 },
    );
  });

  it("adds minutes one by one as it adds them at once, and counts back what it added", () => {
    fc.assert(
      fc.property(calendars, fc.nat(4 * 1_440), fc.nat(600), fc.nat(600), (given, start, some, more) => {
        const { clock, begin } = made(given);
        const from = begin + start * MINUTE;
        const once = clock.addMinutes(from, some + more);
        let step: number | null = from;
        for (let minute = 0; minute < some + more && step !== null; minute += 1) step = clock.addMinutes(step, 1);
        const half = clock.addMinutes(from, some);
        expect(step).toBe(once);
        expect(half === null ? null : clock.addMinutes(half, more)).toBe(once);
        if (once !== null) expect(clock.openMsBetween(from, once)).toBe((some + more) * MINUTE);
      }),
      { numRuns: 60 },
    );
  });

  it("is the same clock wherever it was begun", () => {
    fc.assert(
      fc.property(calendars, fc.nat(3 * 1_440), fc.nat(3_000), (given, start, minutes) => {
        const { calendar, clock, begin } = made(given);
        const from = begin + start * MINUTE;
        expect(new BusinessClock(calendar, from).addMinutes(from, minutes)).toBe(clock.addMinutes(from, minutes));
      }),
      { numRuns: 100 },
    );
  });
});
