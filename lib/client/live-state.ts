"use client";

import { createStore, useStore } from "./store";

/** live: events arrive. connecting: for the first time or again. off: given up; pages poll instead. */
export type LiveState = "live" | "connecting" | "off";

const state = createStore<LiveState>("connecting");

/** For the one who keeps the event stream: says how it stands. */
export const setLiveState = state.set;

export function useLiveState(): LiveState {
  return useStore(state);
}

/** While events do not arrive, lists that should move by themselves ask again this often (ms); false while they do. */
export function usePollInterval(everyMs: number): number | false {
  return useLiveState() === "live" ? false : everyMs;
}
