import vercel from "../../../vercel.json";

const MINUTE_MS = 60_000;

/**
 * Milliseconds between two calls by a schedule of vercel.json: every minute, every n minutes, hourly or daily. Undefined
 * for others; the page then leaves out when the next one is due.
 */
export function periodOf(schedule: string): number | undefined {
  const [minute = "", hour = "", ...days] = schedule.split(" ");
  if (days.some((part) => part !== "*")) return undefined;
  const every = /^(?:\*|\*\/(\d+))$/.exec(minute);
  if (every && hour === "*") return Number(every[1] ?? 1) * MINUTE_MS;
  if (!/^\d+$/.test(minute)) return undefined;
  if (hour === "*") return 60 * MINUTE_MS;
  return /^\d+$/.test(hour) ? 24 * 60 * MINUTE_MS : undefined;
}

const PREFIX = "/api/cron/";

/** The name of what a cron route does: its path without what all have in common. */
export const dutyOfRoute = (path: string): string => path.slice(PREFIX.length);

const periods = new Map(vercel.crons.map(({ path, schedule }) => [dutyOfRoute(path), periodOf(schedule)]));

/** Milliseconds between two calls of a cron route. */
export const cronPeriod = (duty: string): number | undefined => periods.get(duty);
