"use client";

import { useSyncExternalStore } from "react";

const KEY = "evenhand.softphone.folded";
const WIDE = "(min-width: 48rem)";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  const wide = window.matchMedia(WIDE);
  listeners.add(listener);
  wide.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    wide.removeEventListener("change", listener);
  };
}

/** As the person left it; open where there is room for it, folded on a phone. */
function read(): boolean {
  try {
    const kept = window.localStorage.getItem(KEY);
    if (kept !== null) return kept === "yes";
  } catch {
    // Blocked storage: as if never chosen.
  }
  return !window.matchMedia(WIDE).matches;
}

/** Whether the dock is folded to a pill while there is no call, and how to change it. */
export function useFolded(): [boolean, (folded: boolean) => void] {
  const folded = useSyncExternalStore(subscribe, read, () => true);
  return [folded, fold];
}

function fold(folded: boolean): void {
  try {
    window.localStorage.setItem(KEY, folded ? "yes" : "no");
  } catch {
    return; // Blocked storage: the default stays.
  }
  for (const listener of listeners) listener();
}
