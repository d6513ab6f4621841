"use client";

import { useEffect } from "react";

/** Asks before the page is left while something is on its way that would be lost. */
export function useHoldPage(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return undefined;
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", hold);
    return () => window.removeEventListener("beforeunload", hold);
  }, [isBusy]);
}
