import type { CalendarView } from "@/modules/leads/return.schemas";

export type Hours = CalendarView["weekly"][number];

/** 1 is Monday. */
export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

const dayName = (day: number): string => DAYS[day - 1] ?? String(day);

/** "Mon–Fri 09:00–17:00, Sat 10:00–14:00"; days that are open alike stand together. */
export function weekWords(weekly: readonly Hours[]): string {
  const runs: { first: number; last: number; hours: string }[] = [];
  for (let day = 1; day <= DAYS.length; day += 1) {
    const hours = weekly
      .filter((one) => one.day === day)
      .toSorted((a, b) => a.from.localeCompare(b.from))
      .map(({ from, to }) => `${from}–${to}`)
      .join(" and ");
    const last = runs.at(-1);
    if (hours === "") continue;
    if (last && last.last === day - 1 && last.hours === hours) last.last = day;
    else runs.push({ first: day, last: day, hours });
  }
  if (runs.length === 0) return "never open";
  return runs
    .map(
      ({ first, last, hours }) => `${first === last ? dayName(first) : `${dayName(first)}–${dayName(last)}`} ${hours}`,
    )
    .join(", ");
}

/** As a field of the browser shows and answers it: there, a day ends at 00:00. */
export const shownEnd = (to: string): string => (to === "24:00" ? "00:00" : to);
export const storedEnd = (shown: string): string => (shown === "00:00" ? "24:00" : shown);

/** What is wrong with hours as somebody has set them; undefined when they can be kept. */
export function hoursProblem(weekly: readonly Hours[]): string | undefined {
  if (weekly.some(({ from, to }) => from === "" || to === "")) return "Say from when until when.";
  if (weekly.some(({ from, to }) => from === to)) return "Hours that end when they begin are none.";
  return undefined;
}

/** The next hours one is likely to want: those of the day before, a day later. */
export function nextHours(weekly: readonly Hours[]): Hours {
  const last = weekly.at(-1);
  return last ? { ...last, day: Math.min(DAYS.length, last.day + 1) } : { day: 1, from: "09:00", to: "17:00" };
}
