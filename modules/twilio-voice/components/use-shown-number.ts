"use client";

import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { callerIdsQuery } from "@/modules/call-queue/components/caller-ids-query";
import { useMe } from "@/lib/client/me";

const PREFIX = "evenhand.softphone.shown.";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null; // Blocked storage: as if never chosen.
  }
}

export interface ShownNumber {
  /** Undefined: the house's rule decides (the agent's own number, the queue's, the call centre's). */
  chosen: string | undefined;
  /** Every number that may be shown, once they are known. */
  numbers: readonly { number: string; label: string }[];
  choose: (number: string | undefined) => void;
}

/** Which number those see who are called from this browser; kept for the person, until the house shows it no more. */
export function useShownNumber(): ShownNumber {
  const { userId, agentId } = useMe();
  const key = PREFIX + userId;
  const numbers = useQuery({ ...callerIdsQuery, enabled: agentId !== undefined }).data?.callerIds ?? [];
  const kept = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => null,
  );
  const choose = (number: string | undefined): void => {
    try {
      if (number === undefined) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, number);
    } catch {
      return; // Blocked storage: the house's rule stays.
    }
    for (const listener of listeners) listener();
  };
  return { chosen: numbers.find(({ number }) => number === kept)?.number, numbers, choose };
}
