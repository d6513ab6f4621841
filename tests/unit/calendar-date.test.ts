import fc from "fast-check";
import { expect, test } from "vitest";
import { dateIn, dateWords, daysAfter, daysBetween, isCalendarDate } from "@/lib/calendar-date";
import { readDate } from "@/lib/read-date";

const en = { locale: "en-US", today: "2026-11-30" };
const gb = { locale: "en-GB", today: "2026-11-30" };
const de = { locale: "de-DE", today: "2026-11-30" };

test("a date is one that there is", () => {
  expect(isCalendarDate("2028-02-29")).toBe(true);
  for (const text of ["2026-02-29", "2026-11-31", "2026-13-01", "2026-1-1", "0000-00-00", "", "2026-11-30T00:00"]) {
    expect(isCalendarDate(text), text).toBe(false);
  }
});

test("the date of an instant is that of the person's clocks", () => {
  const at = Date.parse("2026-11-30T23:30:00Z");
  expect(dateIn("UTC", at)).toBe("2026-11-30");
  expect(dateIn("Europe/Berlin", at)).toBe("2026-12-01");
  expect(dateIn("America/Los_Angeles", at)).toBe("2026-11-30");
});

test("days are counted across changes of the clocks and leap days", () => {
  expect(daysAfter("2028-02-28", 2)).toBe("2028-03-01");
  expect(daysAfter("2026-01-01", -1)).toBe("2025-12-31");
  expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
  expect(daysBetween("2026-11-30", "2026-11-29")).toBe(-1);
});

test("what people write is read by their language's order", () => {
  expect(readDate("2026-12-01", en)).toBe("2026-12-01");
  expect(readDate("03/04/2027", en)).toBe("2027-03-04");
  expect(readDate("03/04/2027", gb)).toBe("2027-04-03");
  expect(readDate("3.4.27", de)).toBe("2027-04-03");
  expect(readDate("2027/4/3", en)).toBe("2027-04-03");
  expect(readDate("3 Apr 2027", en)).toBe("2027-04-03");
  expect(readDate("April 3rd, 2027", gb)).toBe("2027-04-03");
  expect(readDate("3. März 2027", de)).toBe("2027-03-03");
  expect(readDate(" Tomorrow ", en)).toBe("2026-12-01");
  expect(readDate("+7", en)).toBe("2026-12-07");
});

test("without a year it is the next such day, or one just gone by", () => {
  expect(readDate("24.12.", de)).toBe("2026-12-24");
  expect(readDate("1/15", en)).toBe("2027-01-15");
  expect(readDate("11/29", en)).toBe("2026-11-29");
  expect(readDate("28.2.", de)).toBe("2027-02-28");
});

test("what is no date is none, and no number is taken for another part", () => {
  for (const text of [
    "",
    "soon",
    "31/11/2026",
    "13/13/2026",
    "2026-02-30",
    "12",
    "1/2/3",
    "10:30",
    "1 May June 2026",
  ]) {
    expect(readDate(text, gb), text).toBeUndefined();
  }
  expect(readDate("31/12/2026", en)).toBeUndefined();
});

test("whatever a language writes is read back, in numbers and with the month's name", () => {
  const anyDate = fc.integer({ min: 0, max: 36_500 }).map((days) => daysAfter("2000-01-01", days));
  const anyLocale = fc.constantFrom(
    "en-US",
    "en-GB",
    "de-DE",
    "fr-FR",
    "es-ES",
    "it-IT",
    "nl-NL",
    "pl-PL",
    "sv-SE",
    "pt-BR",
  );
  const anyForm = fc.constantFrom<Intl.DateTimeFormatOptions>(
    { year: "numeric", month: "2-digit", day: "2-digit" },
    { dateStyle: "medium" },
    { dateStyle: "long" },
  );
  fc.assert(
    fc.property(anyDate, anyLocale, anyForm, (date, locale, form) => {
      expect(readDate(dateWords(date, locale, form), { locale, today: "2026-11-30" })).toBe(date);
    }),
    { numRuns: 60 },
  );
});
