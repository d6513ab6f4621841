"use client";

import { useEffect, useRef } from "react";
import { createStore, useStore } from "./store";

const STORAGE_KEY = "evenhand.single-key-shortcuts";
/** How long the second key of a pair such as "g d" may take, in milliseconds. */
const PAIR_MS = 1_200;

const enabled = createStore(true);
let loaded = false;

/** Whether single keys do something. People who dictate or miss keys can turn them off (WCAG 2.1.4). */
export function useSingleKeys(): [on: boolean, set: (on: boolean) => void] {
  const on = useStore(enabled);
  useEffect(load, []);
  return [on, save];
}

function load(): void {
  if (loaded) return;
  loaded = true;
  enabled.set(readStored() !== "off");
}

function readStored(): string | null {
  try {
    return window.localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // Storage is forbidden in this browser: the default holds.
  }
}

function save(on: boolean): void {
  enabled.set(on);
  try {
    window.localStorage.setItem(STORAGE_KEY, on ? "on" : "off");
  } catch {
    // Storage is forbidden in this browser: the choice holds until the page is left.
  }
}

/** Keys by name: "j", "/", "?", "Escape", "ArrowDown", the pair "g d", or "mod+k" (Ctrl, or Command on a Mac). */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/**
 * Runs a function at a key, unless somebody is typing or a dialog is open ("mod+" keys work everywhere). A function
 * that answers false leaves the key to the browser.
 */
export function useShortcuts(shortcuts: Shortcuts, active = true): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!active) return;
    load();
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const modified = event.ctrlKey || event.metaKey;
      if (event.altKey || (!modified && (!enabled.get() || isTaken(event.target)))) return;
      const name = modified ? `mod+${event.key.toLowerCase()}` : event.key;
      const pair = first && event.timeStamp - first.at < PAIR_MS ? `${first.key} ${name}` : undefined;
      const run = (pair === undefined ? undefined : latest.current[pair]) ?? latest.current[name];
      first = { key: name, at: event.timeStamp };
      if (!run) return;
      if (run(event) !== false) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active]);
}

/** Keys belong to whoever types there, and to an open dialog or menu. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=combobox], [role=textbox]");
}
