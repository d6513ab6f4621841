/**
 * The arithmetic of a scrollbar over more rows than an element can be high: browsers cap heights (Chromium at some 33
 * million pixels, Firefox at 18). The space that is scrolled is at most MAX_SPACE_PX high and stands for all rows.
 * Small movements go through the rows pixel by pixel, as everywhere; a leap (the thumb dragged, a click into the bar)
 * goes to its share of the rows. What small movements let the thumb lag behind is made good once the scrolling rests,
 * or before an end of the space is reached. All lengths are CSS pixels.
 */
export const MAX_SPACE_PX = 8_000_000;

/** Movements of up to so many views are small: no thumb is so fine that dragging it by a pixel is less. */
const SMALL_VIEWS = 4;

export interface SpaceSize {
  rows: number;
  rowPx: number;
  /** The height in which rows are seen. */
  viewPx: number;
}

/** Where the scrolling stands: the scrolled element's scrollTop, and how far down the rows that is. */
export interface ScrollState {
  top: number;
  offset: number;
}

export const START: ScrollState = { top: 0, offset: 0 };

/** The height of all rows together. */
export const rowsHeight = ({ rows, rowPx }: SpaceSize): number => rows * rowPx;

/** The height of the element that is scrolled. */
export const spaceHeight = (size: SpaceSize): number => Math.min(rowsHeight(size), MAX_SPACE_PX);

const most = (height: number, { viewPx }: SpaceSize): number => Math.max(0, height - viewPx);
const clamp = (value: number, least: number, greatest: number): number => Math.min(greatest, Math.max(least, value));

/**
 * The scrollTop whose share of the space is the offset's share of the rows. Only the first row's top is the space's, and
 * only the last row's end is its end: from anywhere else one can scroll on.
 */
export function topOf(offset: number, size: SpaceSize): number {
  const reach = most(rowsHeight(size), size);
  const end = most(spaceHeight(size), size);
  if (offset <= 0 || reach === 0) return 0;
  return offset >= reach ? end : clamp(Math.round((offset / reach) * end), 1, end - 1);
}

function offsetOf(top: number, size: SpaceSize): number {
  const reach = most(spaceHeight(size), size);
  return reach === 0 ? 0 : Math.round((top / reach) * most(rowsHeight(size), size));
}

/** Follows the element to a new scrollTop. */
export function scrolled(state: ScrollState, top: number, size: SpaceSize): ScrollState {
  const moved = top - state.top;
  const small = Math.abs(moved) <= SMALL_VIEWS * size.viewPx;
  if (!small) return { top, offset: offsetOf(top, size) };
  return { top, offset: clamp(state.offset + moved, 0, most(rowsHeight(size), size)) };
}

/**
 * Where the element should be scrolled to now, if elsewhere: when it `rests`, or when a small movement more would meet
 * an end of the space that is not the end of the rows.
 */
export function settled(state: ScrollState, size: SpaceSize, rests: boolean): ScrollState | undefined {
  const top = topOf(state.offset, size);
  const atEnd = state.top < size.viewPx || state.top > most(spaceHeight(size), size) - size.viewPx;
  // Browsers round a scrollTop to the pixels of the screen.
  return (rests || atEnd) && Math.abs(top - state.top) >= 1 ? { top, offset: state.offset } : undefined;
}

/** The same rows in sight after the number or the height of rows has changed. */
export function resized(state: ScrollState, before: SpaceSize, size: SpaceSize): ScrollState {
  const row = state.offset / before.rowPx;
  const offset = clamp(Math.round(row * size.rowPx), 0, most(rowsHeight(size), size));
  return { top: topOf(offset, size), offset };
}

/** Scrolls as little as shows the whole row; undefined when it is in sight. */
export function scrolledToRow(state: ScrollState, row: number, size: SpaceSize): ScrollState | undefined {
  const start = row * size.rowPx;
  const lowest = start + size.rowPx - size.viewPx;
  const offset = start < state.offset ? start : Math.max(state.offset, lowest);
  if (offset === state.offset) return undefined;
  const near = Math.abs(offset - state.offset) <= SMALL_VIEWS * size.viewPx;
  const top = near ? state.top + offset - state.offset : topOf(offset, size);
  const fits = top >= 0 && top <= most(spaceHeight(size), size);
  return { top: fits ? top : topOf(offset, size), offset };
}

/** Rows from `first` to `last` (not included). */
export interface RowSpan {
  first: number;
  last: number;
}

/** Rows come into being so many at a time: few, so that each frame has its share of them. */
const STEP_ROWS = 2;

/** The rows in sight, and `overscan` more on each side in steps, so that not every pixel is another span. */
export function rowsInSight({ offset }: ScrollState, size: SpaceSize, overscan: number): RowSpan {
  const step = Math.max(1, Math.min(STEP_ROWS, overscan));
  const first = Math.floor(offset / size.rowPx / step) * step - overscan;
  const last = Math.ceil((offset + size.viewPx) / size.rowPx / step) * step + overscan;
  return { first: clamp(first, 0, size.rows), last: clamp(last, 0, size.rows) };
}
