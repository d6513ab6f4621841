import { dateWords, daysAfter, isCalendarDate } from "./calendar-date";

/** What a written date is read by. */
export interface DateReading {
  /** BCP 47: in which order day, month and year stand, and what months are called. */
  locale: string;
  /** The person's present date, YYYY-MM-DD. */
  today: string;
}

type Part = "day" | "month" | "year";

const WORDS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };
/** Years of two figures are of this century. */
const CENTURY = 2_000;
/** A day and a month without a year are the next such day, unless that was so many days ago at most. */
const PAST_DAYS = 90;

/**
 * Reads a date as people write it: 2026-11-30; today, tomorrow, +7 for a week from now; numbers in the order of the
 * language (30/11/2026, 30.11.), or with the month's name in that language or in English (30 Nov 2026). Answers
 * YYYY-MM-DD; undefined for what is no date. A number that cannot be a month is not taken for a day instead.
 */
export function readDate(text: string, { locale, today }: DateReading): string | undefined {
  const wanted = text.trim().toLowerCase();
  if (isCalendarDate(wanted)) return wanted;
  const word = WORDS[wanted];
  if (word !== undefined) return daysAfter(today, word);
  const days = /^([+-]\d{1,4})$/.exec(wanted);
  if (days) return daysAfter(today, Number(days[1]));
  const parts = named(wanted, locale) ?? numbered(wanted, locale);
  return parts && dateOf(parts, today);
}

/** How the language writes a date in numbers, for a hint: "31/12/2026". */
export const dateExample = ({ locale, today }: DateReading): string =>
  dateNumbers(`${today.slice(0, 4)}-12-31`, locale);

/** A date in numbers, as the language writes it and readDate() reads it back. */
export const dateNumbers = (date: string, locale: string): string =>
  dateWords(date, locale, { year: "numeric", month: "2-digit", day: "2-digit" });

type Parts = { day: number; month: number; year: number | undefined };

function numbered(text: string, locale: string): Parts | undefined {
  const numbers = /^(\d{1,4})[./\s-]+(\d{1,2})(?:[./\s-]+(\d{1,4})?)?[.]?$/.exec(text);
  if (!numbers) return undefined;
  const [, first = "", second = "", third] = numbers;
  const order = first.length > 2 ? (["year", "month", "day"] as const) : orderOf(locale);
  const given = third === undefined ? order.filter((part) => part !== "year") : order;
  return partsOf(
    given,
    [first, second, third].filter((each) => each !== undefined),
  );
}

/** One of its parts is the name of a month. */
function named(text: string, locale: string): Parts | undefined {
  const parts = text
    .split(/[\s,./-]+/)
    .map((part) => part.replace(/^(\d+)(?:st|nd|rd|th)$/, "$1"))
    .filter((part) => part !== "" && part !== "de");
  const [name, more] = parts.filter((part) => /\p{L}/u.test(part));
  if (name === undefined || more !== undefined || parts.length > 3) return undefined;
  const month = monthsIn(locale).get(name) ?? monthsIn("en").get(name);
  const [first, second] = parts.filter((part) => part !== name);
  if (month === undefined || first === undefined) return undefined;
  return first.length > 2
    ? partsOf(["year", "month", "day"], [first, String(month), second ?? ""])
    : partsOf(["day", "month", "year"], [first, String(month), ...(second === undefined ? [] : [second])]);
}

/** Beside a day a month's name may be another one: of the first of May. */
const NAMES: readonly Intl.DateTimeFormatOptions[] = [
  { month: "long" },
  { month: "short" },
  { month: "long", day: "numeric" },
  { month: "short", day: "numeric" },
];

/** Thousands of cells are pasted at once, and making a format takes long. */
const monthsByLocale = new Map<string, ReadonlyMap<string, number>>();

function monthsIn(locale: string): ReadonlyMap<string, number> {
  const known = monthsByLocale.get(locale);
  if (known) return known;
  const months = new Map<string, number>();
  for (let month = 1; month <= 12; month += 1) {
    const date = `2026-${String(month).padStart(2, "0")}-01`;
    for (const form of NAMES) {
      const words = dateWords(date, locale, form)
        .toLowerCase()
        .split(/[\s,.\d]+/);
      for (const word of words) if (word !== "" && word !== "de" && !months.has(word)) months.set(word, month);
    }
  }
  monthsByLocale.set(locale, months);
  return months;
}

const orders = new Map<string, readonly Part[]>();

function orderOf(locale: string): readonly Part[] {
  const known = orders.get(locale);
  if (known) return known;
  const form = new Intl.DateTimeFormat(locale, { year: "numeric", month: "2-digit", day: "2-digit" });
  const order = form
    .formatToParts(0)
    .flatMap(({ type }) => (type === "day" || type === "month" || type === "year" ? type : []));
  orders.set(locale, order);
  return order;
}

function partsOf(order: readonly Part[], texts: readonly string[]): Parts | undefined {
  if (texts.some((text) => !/^\d{1,4}$/.test(text))) return undefined;
  const of = (part: Part): string | undefined => texts[order.indexOf(part)];
  const [day, month, year] = [of("day"), of("month"), order.includes("year") ? of("year") : undefined];
  if (day === undefined || month === undefined) return undefined;
  if (year !== undefined && year.length !== 2 && year.length !== 4) return undefined;
  return { day: Number(day), month: Number(month), year: year === undefined ? undefined : fullYear(year) };
}

const fullYear = (year: string): number => (year.length === 2 ? CENTURY + Number(year) : Number(year));

function dateOf({ day, month, year }: Parts, today: string): string | undefined {
  const two = (value: number): string => String(value).padStart(2, "0");
  const inYear = (of: number): string => `${String(of).padStart(4, "0")}-${two(month)}-${two(day)}`;
  if (year !== undefined) return isCalendarDate(inYear(year)) ? inYear(year) : undefined;
  const from = daysAfter(today, -PAST_DAYS);
  const thisYear = Number(from.slice(0, 4));
  return [thisYear, thisYear + 1].map(inYear).find((date) => isCalendarDate(date) && date >= from);
}
