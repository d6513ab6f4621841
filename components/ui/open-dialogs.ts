"use client";

import { useEffect } from "react";
import { createStore, useStore } from "@/lib/client/store";

const open = createStore(0);

/** Whether a dialog is open, which on a phone stands at the bottom of the screen: what floats there makes room for it. */
export const useDialogOpen = (): boolean => useStore(open) > 0;

/** Stands inside a dialog that is open. */
export function DialogIsOpen(): null {
  useEffect(() => {
    open.set(open.get() + 1);
    return () => open.set(open.get() - 1);
  }, []);
  return null;
}
