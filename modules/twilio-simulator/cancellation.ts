/** A controller that also ends when its parent does, and that lets go of the parent when released. */
export interface LinkedController {
  readonly signal: AbortSignal;
  abort(): void;
  /** Detaches from the parent; call it in a `finally`, or long calls collect listeners. */
  release(): void;
}

/** Makes a controller below `parent`. */
export function linkedController(parent: AbortSignal): LinkedController {
  const controller = new AbortController();
  const follow = (): void => controller.abort();
  if (parent.aborted) controller.abort();
  else parent.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    release: () => parent.removeEventListener("abort", follow),
  };
}

/** Waits `ms` milliseconds of the carrier's time, or less when the signal ends first. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<"elapsed" | "stopped"> {
  if (signal.aborted) return Promise.resolve("stopped");
  return new Promise((resolve) => {
    const stop = (): void => {
      timer.cancel();
      resolve("stopped");
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve("elapsed");
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Resolves when the signal ends; `stop` lets go of it before. */
export function whenAborted(signal: AbortSignal): { promise: Promise<"stopped">; stop(): void } {
  let listener: () => void = () => undefined;
  const promise = new Promise<"stopped">((resolve) => {
    listener = () => resolve("stopped");
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
  });
  return { promise, stop: () => signal.removeEventListener("abort", listener) };
}

/** Waits for `promise`, or for the end of the signal; the promise itself goes on. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | "stopped"> {
  const aborted = whenAborted(signal);
  // A promise that fails after nobody waits for it any more must not end the process.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    aborted.stop();
  }
}

import { clock } from "./clock";
