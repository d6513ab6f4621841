"use client";

import { v7 } from "uuid";
import { EMPTY, type Journal } from "./edit-journal";

/*
 * Where unacknowledged edits wait through reloads and the end of a session: in the browser's storage, one place a page.
 * A page holds a lock named like its place for as long as it lives; a place without a holder was left behind by a page
 * that was closed, and the next one of the same person takes it over.
 */

const PREFIX = "evenhand.lead-edits.";

export interface KeptEdits {
  save: (journal: Journal) => void;
  /** What closed pages of this person have left behind. */
  takeLeft: () => Promise<Pick<Journal, "drafts" | "sent">[]>;
  close: () => void;
}

export function keptEdits(userId: string): KeptEdits {
  const prefix = `${PREFIX}${userId}.`;
  const place = `${prefix}${v7()}`;
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  // Absent where the page came over plain HTTP: then whoever comes next takes over what it finds.
  const locks = "locks" in navigator ? navigator.locks : undefined;
  // Rejected only when the page goes.
  locks?.request(place, () => closed).catch(() => undefined);
  return {
    save: ({ drafts, sent }) => {
      const text = JSON.stringify({ drafts, sent });
      try {
        if (sent === null && Object.keys(drafts).length === 0) window.localStorage.removeItem(place);
        else window.localStorage.setItem(place, text);
      } catch {
        // Storage is full or forbidden: the edits live as long as the page.
      }
    },
    takeLeft: async () => {
      const holders = (await locks?.query())?.held ?? [];
      const alive = new Set(holders.map(({ name }) => name));
      return placesOf(prefix)
        .filter((each) => each !== place && !alive.has(each))
        .flatMap((each) => {
          const left = read(each);
          window.localStorage.removeItem(each);
          return left ? [left] : [];
        });
    },
    close,
  };
}

function placesOf(prefix: string): string[] {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // Storage is forbidden: nothing was left.
  }
}

function read(place: string): Pick<Journal, "drafts" | "sent"> | undefined {
  try {
    const { drafts, sent } = JSON.parse(window.localStorage.getItem(place) ?? "null") as Journal;
    return { drafts: drafts ?? EMPTY.drafts, sent: sent ?? null };
  } catch {
    return undefined; // Not of our making, or cut off: nothing that could be sent.
  }
}
