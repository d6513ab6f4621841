import { inBackground } from "@/lib/background-scope";

/** Work that is done again and again. Colleagues of the same table add theirs in loops.ts. */
export interface WorkerLoop {
  name: string;
  /** Milliseconds between the end of one round and the beginning of the next. */
  intervalMs: number;
  /** One bounded round; a round that throws is logged, and the next ones come later and later. */
  run(): Promise<unknown>;
}

/** Told of each round that has ended. */
export interface RoundBook {
  ended(name: string, intervalMs: number, tookMs: number, error?: unknown): void;
}

export interface LoopLog {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** A loop that keeps failing comes at most this seldom. */
const MOST_BACKOFF_MS = 10_000;

/**
 * Runs rounds until the signal is aborted; a round under way is finished first. Never rejects: a failed round (the
 * database away, the carrier too) is logged once per streak and tried again with doubling pauses.
 */
export async function runLoop(loop: WorkerLoop, signal: AbortSignal, log: LoopLog, book?: RoundBook): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const ended = (error?: unknown) =>
      book?.ended(loop.name, loop.intervalMs, Math.round(performance.now() - startedAt), error);
    try {
      await inBackground(() => loop.run());
      ended();
      if (failures > 0) log.info({ loop: loop.name, failures }, "worker loop is well again");
      failures = 0;
    } catch (error) {
      ended(error ?? new Error("a round threw nothing"));
      failures += 1;
      if (failures === 1) log.error({ err: error, loop: loop.name }, "worker loop failed");
    }
    await pause(pauseMs(loop.intervalMs, failures), signal);
  }
}

/** Milliseconds until the next round, with a tenth at random so that several workers do not march in step. */
export function pauseMs(intervalMs: number, failures: number, random: () => number = Math.random): number {
  const base = failures === 0 ? intervalMs : Math.min(MOST_BACKOFF_MS, Math.max(intervalMs, 500) * 2 ** (failures - 1));
  return Math.max(base, failures === 0 ? intervalMs : 0) * (0.95 + random() / 10);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
