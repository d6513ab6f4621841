"use client";

import { useState } from "react";

/** What is typed over what is stored: only the fields that were touched. */
export function useDraft<T extends object>(stored: T) {
  const [typed, setTyped] = useState<Partial<T>>({});
  const draft = { ...stored, ...typed };
  const changed = (Object.keys(typed) as (keyof T)[]).some(
    (key) => JSON.stringify(draft[key]) !== JSON.stringify(stored[key]),
  );
  return {
    draft,
    changed,
    set: (change: Partial<T>) => setTyped((before) => ({ ...before, ...change })),
    reset: () => setTyped({}),
  };
}
