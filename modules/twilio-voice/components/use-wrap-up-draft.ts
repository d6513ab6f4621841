"use client";

import { useState } from "react";
import { keepDraft, readDraft, type WrapUpDraft } from "../client/wrap-up-draft";

const EMPTY: WrapUpDraft = { disposition: "", note: "" };

/** What is being written about one call, from the first word in the conversation to the end of wrap-up. */
export function useWrapUpDraft(callId: string, storedNote = ""): [WrapUpDraft, (part: Partial<WrapUpDraft>) => void] {
  const [draft, setDraft] = useState<WrapUpDraft>(
    () => readDraft(window.sessionStorage, callId) ?? { ...EMPTY, note: storedNote },
  );
  const change = (part: Partial<WrapUpDraft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(window.sessionStorage, callId, next);
  };
  return [draft, change];
}
