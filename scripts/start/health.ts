import { setTimeout as delay } from "node:timers/promises";

const TIMEOUT_MS = 90_000;
const REQUEST_TIMEOUT_MS = 5_000;
const POLL_MS = 100;

/** Waits until GET /api/health answers 200: everything that was started is up. */
export async function untilHealthy(address: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  let last = "no answer";
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${address}/api/health`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      if (response.status === 200) return;
      last = `status ${response.status}: ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await delay(POLL_MS, undefined, { signal });
  }
  throw new Error(`${address}/api/health did not become healthy within ${TIMEOUT_MS / 1000} s (${last})`);
}
