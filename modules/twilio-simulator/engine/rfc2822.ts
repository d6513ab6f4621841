/** A time as Twilio writes it: "Tue, 31 Aug 2010 20:36:28 +0000". */
export function rfc2822(time: Date): string {
  return time.toUTCString().replace("GMT", "+0000");
}

/** Whole seconds between two times, never below 0. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 1_000));
}
