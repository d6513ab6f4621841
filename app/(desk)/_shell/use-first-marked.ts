"use client";

import { type KeyboardEvent, type PointerEvent, type RefObject, useLayoutEffect, useRef } from "react";

const MOVES = ["ArrowDown", "ArrowUp", "Home", "End"];
/** With Ctrl, cmdk's other keys for up and down. */
const VIM_MOVES = ["n", "j", "p", "k"];

interface FirstMarked {
  ref: RefObject<HTMLDivElement | null>;
  onKeyDown: (event: KeyboardEvent) => void;
  onPointerMove: (event: PointerEvent) => void;
}

/**
 * Keeps the first entry of a cmdk list marked when better ones come late, and never takes the mark from an entry that
 * the person has gone to by key or pointer. New words begin anew. By itself, cmdk leaves the mark where it was: in the
 * middle, once something has come before it.
 */
export function useFirstMarked(words: string, first: string | undefined): FirstMarked {
  const ref = useRef<HTMLDivElement>(null);
  /** The words for which the person has gone to an entry. */
  const movedFor = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (movedFor.current === words || first === undefined) return;
    // Its own key for that: it also tells assistive technology, which setting its value from outside does not.
    ref.current?.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
  }, [first, words]);
  return {
    ref,
    onKeyDown: ({ key, ctrlKey, nativeEvent }) => {
      if (nativeEvent.isTrusted && (MOVES.includes(key) || (ctrlKey && VIM_MOVES.includes(key))))
        movedFor.current = words;
    },
    onPointerMove: ({ target, movementX, movementY }) => {
      const isMove = movementX !== 0 || movementY !== 0;
      if (isMove && target instanceof Element && target.closest("[cmdk-item]")) movedFor.current = words;
    },
  };
}
