"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, type RefObject } from "react";
import type { ScrollSpace } from "./use-scroll-space";

const OVERSCAN_COLUMNS = 2;

export interface PlacedColumn {
  /** Among all columns, the pinned ones included. */
  index: number;
  startPx: number;
  widthPx: number;
}

export interface ColumnWindow {
  pinned: PlacedColumn[];
  /** Those in sight beside the pinned ones, and the one at `active` wherever it is. */
  scrolled: PlacedColumn[];
  /** The width of the pinned ones together. */
  pinnedPx: number;
  totalPx: number;
}

/** Which columns are drawn, and where. */
export function useColumnWindow(
  scroller: RefObject<HTMLDivElement | null>,
  columns: readonly { width: number; pinned: boolean }[],
  active: number,
  followLeft: ScrollSpace["followLeft"],
): [window: ColumnWindow, showColumn: (index: number) => void] {
  "use no memo"; // The virtualizer changes within itself: memoised columns would stand still.
  const { pinned, pinnedPx } = useMemo(() => placePinned(columns), [columns]);
  const before = pinned.length;
  // oxlint-disable-next-line react/incompatible-library -- what leaves this hook are plain values
  const virtual = useVirtualizer({
    horizontal: true,
    count: columns.length - before,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index + before]?.width ?? 0,
    overscan: OVERSCAN_COLUMNS,
    paddingStart: pinnedPx,
    scrollPaddingStart: pinnedPx,
    initialRect: { width: 1_280, height: 0 },
    observeElementOffset: (_virtualizer, tell) => followLeft((leftPx) => tell(leftPx, false)),
    useFlushSync: false,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const kept = active - before;
      return kept < 0 || kept >= range.count || shown.includes(kept) ? shown : [...shown, kept];
    },
  });
  const widths = columns.map(({ width }) => width).join();
  useEffect(() => virtual.measure(), [virtual, widths]);
  // Rows are drawn again only when other columns have come into sight.
  const places = virtual.getVirtualItems().map(({ index, start, size }) => [index + before, start, size]);
  const key = JSON.stringify(places);
  const scrolled = useMemo(
    () =>
      (JSON.parse(key) as [number, number, number][]).map(([index, startPx, widthPx]) => ({ index, startPx, widthPx })),
    [key],
  );
  const totalPx = columns.reduce((sum, { width }) => sum + width, 0);
  const window = useMemo(() => ({ pinned, scrolled, pinnedPx, totalPx }), [pinned, scrolled, pinnedPx, totalPx]);
  const showColumn = (index: number): void => {
    if (index >= before) virtual.scrollToIndex(index - before);
  };
  return [window, showColumn];
}

function placePinned(columns: readonly { width: number; pinned: boolean }[]): {
  pinned: PlacedColumn[];
  pinnedPx: number;
} {
  const pinned: PlacedColumn[] = [];
  let pinnedPx = 0;
  for (const [index, { width, pinned: stays }] of columns.entries()) {
    if (!stays) break;
    pinned.push({ index, startPx: pinnedPx, widthPx: width });
    pinnedPx += width;
  }
  return { pinned, pinnedPx };
}
