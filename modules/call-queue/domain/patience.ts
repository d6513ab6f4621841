/** Width of an age group in seconds, and their number; the last one is open. */
export const PATIENCE_STEP_SECONDS = 30;
export const PATIENCE_GROUPS = 16;

/** Of one age group of waiting: how many gave up in it, and the time that all callers together waited in it. */
export interface PatienceGroup {
  abandoned: number;
  waitedSeconds: number;
}

/** One caller's time in line, in seconds; `abandoned` when it ended by the caller's giving up. */
export interface Wait {
  seconds: number;
  abandoned: boolean;
}

/** Sorts waits into age groups: everybody counts in each group for the time they waited in it. */
export function groupPatience(waits: readonly Wait[]): PatienceGroup[] {
  const groups = Array.from({ length: PATIENCE_GROUPS }, () => ({ abandoned: 0, waitedSeconds: 0 }));
  const last = PATIENCE_GROUPS - 1;
  for (const { seconds, abandoned } of waits) {
    const reached = Math.min(last, Math.floor(seconds / PATIENCE_STEP_SECONDS));
    for (const [i, group] of groups.slice(0, reached + 1).entries()) {
      group.waitedSeconds += i < reached ? PATIENCE_STEP_SECONDS : seconds - i * PATIENCE_STEP_SECONDS;
      if (abandoned && i === reached) group.abandoned += 1;
    }
  }
  return groups;
}

/** The overall rate weighs as much in each group as this many callers who gave up. */
const SMOOTHING = 10;

/**
 * How many callers give up a second, by how long they have waited: events over exposure, group by group (the
 * piecewise exponential estimator), each drawn towards the overall rate theta = abandons / total time waited. Where
 * patience does not depend on the time waited, every group tends to theta.
 */
export function abandonmentRates(groups: readonly PatienceGroup[]): number[] {
  const abandoned = groups.reduce((sum, group) => sum + group.abandoned, 0);
  const waited = groups.reduce((sum, group) => sum + group.waitedSeconds, 0);
  if (abandoned === 0 || waited === 0) return groups.map(() => 0);
  const theta = abandoned / waited;
  return groups.map((group) => (group.abandoned + SMOOTHING) / (group.waitedSeconds + SMOOTHING / theta));
}

/** The rate of somebody who has waited so long. */
export function rateAt(rates: readonly number[], waitedSeconds: number): number {
  return rates[Math.min(rates.length - 1, Math.floor(waitedSeconds / PATIENCE_STEP_SECONDS))] ?? 0;
}
