"use client";

import { createStore, useStore } from "./store";

/** ok, or lost: the server does not answer, or answers that it cannot (502-504). */
export type Connection = "ok" | "lost";

const PROBE_EVERY_MS = 3_000;
const PROBE_TIMEOUT_MS = 4_000;

const state = createStore<Connection>("ok");
const returned = new Set<() => void>();
let probe: ReturnType<typeof setTimeout> | undefined;

export function useConnection(): Connection {
  return useStore(state);
}

/** Runs `listener` each time the connection comes back; answers how to stop. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

/** An answer came: whatever was lost is back. */
export function noteAnswer(): void {
  if (state.get() === "ok") return;
  clearTimeout(probe);
  probe = undefined;
  state.set("ok");
  for (const listener of returned) listener();
}

/** No answer came. Asks the health route until one does; a hidden or closed page stops asking by itself. */
export function noteNoAnswer(): void {
  state.set("lost");
  probe ??= setTimeout(() => void ask(), PROBE_EVERY_MS);
}

async function ask(): Promise<void> {
  probe = undefined;
  if (await answers()) noteAnswer();
  else noteNoAnswer();
}

async function answers(): Promise<boolean> {
  try {
    const response = await fetch("/api/health", { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return !isAway(response.status);
  } catch {
    return false; // Refused, unreachable or too slow: the next probe asks again.
  }
}

/** Whether a status says that the server, or what it stands on, is away for now. */
export function isAway(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
