"use client";

import { useSyncExternalStore } from "react";
import { dateIn } from "../calendar-date";
import { useLocale } from "./locale";

/** Skew below this is the resolution of the Date header and the journey of the answer, not a wrong clock. */
const TOLERATED_SKEW_MS = 2_000;
const TICK_MS = 1_000;

let skewMs = 0;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Learns from an answer's Date header how far this computer's clock is off. */
export function noteServerDate(header: string | null): void {
  if (header === null) return;
  const server = Date.parse(header);
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  skewMs = Math.abs(difference) > TOLERATED_SKEW_MS ? difference : 0;
}

/** The server's time as far as it is known, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + skewMs;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = serverNow();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's time, moving every second: one timer however many use it. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => current,
  );
}

/** The date where the person is, YYYY-MM-DD; another one at midnight. */
export function useToday(): string {
  const { timeZone } = useLocale();
  const today = (): string => dateIn(timeZone, current);
  return useSyncExternalStore(subscribe, today, today);
}
