"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

/** How many elements that had the focus are remembered. */
const REMEMBERED = 12;
/** What can take the focus without being in the order of Tab. */
const HOLDER = "[tabindex]:not(main)";
/** Where messages come and go, nobody stays. */
const MESSAGES = "[aria-live], [aria-live] *";
const DIALOG = "[role=dialog], [role=alertdialog]";
/** Where one types: whoever goes on by single keys would write them there. */
const TEXT = "input:not([type=checkbox], [type=radio]), textarea, [contenteditable]";

interface Kept {
  /** What had the focus, the latest last. */
  visited: readonly HTMLElement[];
  /** What the latest of them stood in, from the inside out. */
  around: readonly Element[];
  /** The latest, until it is left by a press elsewhere. */
  latest: HTMLElement | undefined;
}

const NOTHING: Kept = { visited: [], around: [], latest: undefined };

/**
 * Keeps the focus on the page. When what has it goes (a button that did its work, the bar of a selection, a whole page),
 * browsers put it nowhere, and whoever works by keyboard begins anew at the top. Here it goes to what the lost element
 * stood in, or back to where it was before, or to the page. Whoever pressed beside it meant to leave it, and has left it.
 */
export function useKeptFocus(): void {
  const kept = useRef(NOTHING);
  const path = usePathname();
  const lastPath = useRef(path);
  useEffect(() => {
    if (lastPath.current === path) return undefined;
    lastPath.current = path;
    // Nothing of another page is a place to go back to.
    kept.current = NOTHING;
    return onceSettled(() => restore(NOTHING));
  }, [path]);
  useEffect(() => {
    let cancel: (() => void) | undefined;
    const look = () => {
      cancel ??= onceSettled(() => {
        cancel = undefined;
        const { latest } = kept.current;
        if (latest && !canFocus(latest)) restore(kept.current);
      });
    };
    const onFocusIn = (event: FocusEvent) => {
      if (event.target instanceof HTMLElement) kept.current = withLatest(kept.current, event.target, event);
    };
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget === null) look();
    };
    const onPress = ({ target }: PointerEvent) => {
      const { latest } = kept.current;
      if (latest && !latest.contains(target as Node)) kept.current = { ...kept.current, latest: undefined };
    };
    // What is disabled or hidden is said by focusout; what is removed is not: HTML forbids it, and only Chromium still does.
    const removals = new MutationObserver(() => {
      if (document.activeElement === document.body && kept.current.latest?.isConnected === false) look();
    });
    removals.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", onFocusIn);
    document.addEventListener("focusout", onFocusOut);
    document.addEventListener("pointerdown", onPress, true);
    return () => {
      cancel?.();
      removals.disconnect();
      document.removeEventListener("focusin", onFocusIn);
      document.removeEventListener("focusout", onFocusOut);
      document.removeEventListener("pointerdown", onPress, true);
    };
  }, []);
}

function withLatest({ visited }: Kept, latest: HTMLElement, event: FocusEvent): Kept {
  const before = visited.filter((one) => one !== latest && one.isConnected).slice(1 - REMEMBERED);
  const around = event.composedPath().filter((one): one is Element => one instanceof Element && one !== latest);
  return { visited: [...before, latest], around, latest };
}

/** Once those who give the focus back themselves (menus, editors) have done so. */
function onceSettled(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(act);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function restore({ visited, around }: Kept): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const canStay = (one: Element) => canFocus(one) && !one.matches(MESSAGES);
  const holder = around.find((one) => one.matches(HOLDER) && canStay(one));
  // Out of a dialog one goes on where one was, also in the middle of a text.
  const texts = around.some((one) => one.matches(DIALOG));
  const before = visited.findLast((one) => canStay(one) && (texts || !one.matches(TEXT)));
  const place = holder ?? before;
  if (place instanceof HTMLElement) focusOn(place);
  else document.querySelector("main")?.focus({ preventScroll: true });
}

/** The page moves only for those who see where the focus is. */
function focusOn(place: HTMLElement): void {
  place.focus({ preventScroll: true });
  if (place.matches(":focus-visible")) place.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Whether an element is there, shown, and neither disabled nor behind a dialog. */
function canFocus(element: Element): boolean {
  return (
    element.isConnected &&
    !element.matches(":disabled") &&
    element.checkVisibility() &&
    element.closest("[inert], [aria-hidden=true]") === null
  );
}
