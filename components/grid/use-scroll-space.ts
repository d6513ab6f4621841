"use client";

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import {
  resized,
  rowsInSight,
  type RowSpan,
  scrolled,
  scrolledToRow,
  type ScrollState,
  settled,
  type SpaceSize,
  spaceHeight,
  START,
} from "./scroll-space";

/** Scrolling counts as at rest when nothing has moved for so long. */
const REST_MS = 140;
const OVERSCAN_ROWS = 7;
const FIRST_VIEW_PX = 640;

export interface ScrollSpace {
  /** The height of the element that stands for all rows. */
  heightPx: number;
  /** Added to a row's place among all rows, this is its place in that element. */
  shiftPx: number;
  /** The rows to draw. */
  span: RowSpan;
  /** Rows that are seen at once. */
  page: number;
  showRow: (row: number) => void;
  /** Tells how far the element is scrolled to the right, now and whenever it moves, until what it returns is called. */
  followLeft: (listener: (leftPx: number) => void) => () => void;
}

interface Shown {
  span: RowSpan;
  shiftPx: number;
}

/** Follows a scrolled element over any number of rows: see scroll-space.ts. `headerPx` at its top are no rows. */
export function useScrollSpace(
  scroller: RefObject<HTMLDivElement | null>,
  { rows, rowPx, headerPx, listKey }: { rows: number; rowPx: number; headerPx: number; listKey: string },
): ScrollSpace {
  const [viewPx, setViewPx] = useState(FIRST_VIEW_PX);
  const state = useRef<ScrollState>(START);
  const size = useRef<SpaceSize>({ rows, rowPx, viewPx });
  const [shown, setShown] = useState<Shown>(() => shownAt(START, { rows, rowPx, viewPx }));
  const [followers] = useState(() => new Set<(leftPx: number) => void>());

  const show = useCallback((next: ScrollState) => {
    state.current = next;
    const now = shownAt(next, size.current);
    setShown((before) => (isSame(before, now) ? before : now));
  }, []);
  const scrollTo = useCallback(
    (next: ScrollState) => {
      const element = scroller.current;
      if (!element) return;
      element.scrollTo({ top: next.top });
      show({ top: element.scrollTop, offset: next.offset });
    },
    [scroller, show],
  );

  useLayoutEffect(() => {
    const before = size.current;
    const now = { rows, rowPx, viewPx };
    if (before.rows === rows && before.rowPx === rowPx && before.viewPx === viewPx) return;
    size.current = now;
    scrollTo(resized(state.current, before, now));
  }, [rows, rowPx, viewPx, scrollTo]);

  const list = useRef(listKey);
  useLayoutEffect(() => {
    if (list.current === listKey) return;
    list.current = listKey;
    scrollTo(START);
  }, [listKey, scrollTo]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = new ResizeObserver(() => setViewPx(Math.max(rowPx, element.clientHeight - headerPx)));
    measure.observe(element);
    let rest: ReturnType<typeof setTimeout> | undefined;
    const settle = (rests: boolean) => {
      const due = settled(state.current, size.current, rests);
      if (due) scrollTo(due);
    };
    let left = element.scrollLeft;
    const onScroll = () => {
      // Both are read before anything is drawn again: a second listener would have the browser lay out the page in between.
      const { scrollTop: top, scrollLeft } = element;
      if (scrollLeft !== left) {
        left = scrollLeft;
        for (const follow of followers) follow(left);
      }
      if (top !== state.current.top) {
        show(scrolled(state.current, top, size.current));
        settle(false);
      }
      clearTimeout(rest);
      rest = setTimeout(() => settle(true), REST_MS);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      element.removeEventListener("scroll", onScroll);
      measure.disconnect();
      clearTimeout(rest);
    };
  }, [scroller, rowPx, headerPx, show, scrollTo, followers]);

  const showRow = useCallback(
    (row: number) => {
      const next = scrolledToRow(state.current, row, size.current);
      if (next) scrollTo(next);
    },
    [scrollTo],
  );
  const followLeft = useCallback(
    (listener: (leftPx: number) => void) => {
      followers.add(listener);
      listener(scroller.current?.scrollLeft ?? 0);
      return () => void followers.delete(listener);
    },
    [scroller, followers],
  );
  return {
    heightPx: spaceHeight({ rows, rowPx, viewPx }),
    shiftPx: shown.shiftPx,
    span: { first: Math.min(shown.span.first, rows), last: Math.min(shown.span.last, rows) },
    page: Math.max(1, Math.floor(viewPx / rowPx) - 1),
    showRow,
    followLeft,
  };
}

function shownAt(state: ScrollState, size: SpaceSize): Shown {
  return { span: rowsInSight(state, size, OVERSCAN_ROWS), shiftPx: state.top - state.offset };
}

const isSame = (one: Shown, other: Shown): boolean =>
  one.shiftPx === other.shiftPx && one.span.first === other.span.first && one.span.last === other.span.last;
