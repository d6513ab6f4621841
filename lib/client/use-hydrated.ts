"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False on the server and while the page comes to life, so that both draw the same; from then on true. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
