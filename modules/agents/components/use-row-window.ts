"use client";

import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import { useRef, useState, type FocusEvent, type RefObject } from "react";
import { useMedia } from "@/lib/client/use-media";

/** Shorter lists are drawn whole, and the page scrolls. */
const WHOLE = 40;
const ROW_PX = 40;

/** A row to draw, with the space of rows before it that are not drawn. */
export interface DrawnRow {
  index: number;
  gapBefore: number;
}

export interface RowWindow {
  /** The list scrolls within its card, and only what is in view is drawn. */
  windowed: boolean;
  scroller: RefObject<HTMLDivElement | null>;
  drawn: readonly DrawnRow[];
  /** Pixels after the last drawn row. */
  gapAfter: number;
  /** Of the table's body: the row in which somebody is stays, however far it is scrolled away. */
  onFocus: (event: FocusEvent) => void;
}

/** Which of `count` table rows are drawn: all of a short list and on paper, otherwise those in view. */
export function useRowWindow(count: number): RowWindow {
  "use no memo"; // The virtualizer changes within itself: memoised rows would stand still.
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number>();
  const onPaper = useMedia("print");
  const windowed = count > WHOLE && !onPaper;
  // oxlint-disable-next-line react/incompatible-library -- no memoised part is handed anything of the virtualizer's
  const rows = useVirtualizer({
    count: windowed ? count : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    rangeExtractor: (range: Range) => withRow(defaultRangeExtractor(range), focused, count),
  });
  const onFocus = ({ target }: FocusEvent): void => {
    const row = target.closest("tr")?.getAttribute("aria-rowindex");
    // The heading is the first row of the table, and rows are counted from one.
    if (row) setFocused(Number(row) - 2);
  };
  const items = rows.getVirtualItems();
  const drawn = windowed
    ? items.map(({ index, start }, at) => ({ index, gapBefore: start - (items[at - 1]?.end ?? 0) }))
    : Array.from({ length: count }, (_, index) => ({ index, gapBefore: 0 }));
  const gapAfter = windowed ? rows.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  return { windowed, scroller, drawn, gapAfter, onFocus };
}

function withRow(range: number[], row: number | undefined, count: number): number[] {
  if (row === undefined || row < 0 || row >= count || range.includes(row)) return range;
  return [...range, row].sort((one, other) => one - other);
}
