/** What simpler estimators would say: those that ours is compared with, wherever its accuracy is shown. */
export interface NaiveWaits {
  /** The wait of the caller who was answered last. */
  lastSeconds: number | null;
  /** The exponentially weighted average of past waits. */
  averageSeconds: number | null;
}

/** The weight of the newest wait; of several tried on simulated days none did much better. */
export const NEWEST_WEIGHT = 0.2;

/** From the waits of callers who were answered, oldest first, in seconds. */
export function naiveWaits(waits: readonly number[], weight: number = NEWEST_WEIGHT): NaiveWaits {
  let average: number | null = null;
  for (const wait of waits) average = average === null ? wait : average + weight * (wait - average);
  return { lastSeconds: waits.at(-1) ?? null, averageSeconds: average };
}

/** What is left of a wait of so many seconds for somebody who has waited already. */
export function remaining(seconds: number, waitedSeconds: number): number {
  return Math.max(0, seconds - waitedSeconds);
}
