/*
 * Calendar dates, YYYY-MM-DD: days without a time or a time zone. They compare as texts do.
 */

const DAY_MS = 86_400_000;

/** Whether a text is a date that there is. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The date at an instant (milliseconds since 1970) where clocks go by this IANA time zone. */
export function dateIn(timeZone: string, at: number): string {
  const form = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-CA", form).format(at);
}

/** So many days later; earlier when negative. */
export const daysAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Days from one date to another; negative when it lies before. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** A date as a language writes it. */
export const dateWords = (date: string, locale: string, form: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale, { ...form, timeZone: "UTC" }).format(Date.parse(`${date}T00:00:00Z`));
