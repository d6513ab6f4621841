const SHORTEST_MS = 30_000;
const LONGEST_MS = 45 * 60_000;
const SHARE_OF_LIFE = 0.75;

/**
 * Milliseconds until a token should be renewed: at three quarters of its life. Bounded on both sides, so that a browser
 * whose clock is wrong neither hammers the server nor waits past the end.
 */
export function renewTokenInMs(expiresAt: string, nowMs: number): number {
  const life = Date.parse(expiresAt) - nowMs;
  if (!Number.isFinite(life)) return SHORTEST_MS;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, life * SHARE_OF_LIFE));
}
