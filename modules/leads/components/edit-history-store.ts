"use client";

import { historySchema, NOTHING_DONE, type History } from "./edit-history";

const PREFIX = "evenhand.lead-history.";

/** What this person has done in grids, on any of this browser's pages. */
export function readHistory(userId: string): History {
  try {
    const parsed = historySchema.safeParse(JSON.parse(window.localStorage.getItem(PREFIX + userId) ?? "null"));
    return parsed.success ? parsed.data : NOTHING_DONE;
  } catch {
    return NOTHING_DONE; // Storage is forbidden, or what is there is not of our making.
  }
}

export function saveHistory(userId: string, history: History): void {
  try {
    window.localStorage.setItem(PREFIX + userId, JSON.stringify(history));
  } catch {
    // Storage is full or forbidden: the plans can still be undone from their list.
  }
}
