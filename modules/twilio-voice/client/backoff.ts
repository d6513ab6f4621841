export interface BackoffLimits {
  firstMs: number;
  mostMs: number;
}

/**
 * Milliseconds to wait before the attempt after `failures` failed ones: doubling up to a limit, and spread over the
 * upper half ("equal jitter") so that a room full of softphones does not come back in one instant.
 */
export function backoffMs(failures: number, limits: BackoffLimits, random: () => number = Math.random): number {
  const full = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.min(Math.max(0, failures - 1), 30));
  return Math.round(full / 2 + (random() * full) / 2);
}
