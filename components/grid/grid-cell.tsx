"use client";

import { memo, type ReactNode } from "react";
import { cn } from "../cn";
import { CellNote } from "./cell-note";
import type { CellMark, GridColumn } from "./grid-types";

export interface GridCellProps<R> {
  row: R | undefined;
  /** The row's number, and the column's. */
  index: number;
  at: number;
  column: GridColumn<R>;
  startPx: number;
  widthPx: number;
  isActive: boolean;
  isSelected: boolean;
  /** The selection ends here: it has the handle that fills. */
  handle: boolean;
  mark: CellMark | undefined;
  /** Stands in the cell while it is edited. */
  editor: ReactNode;
}

const MARKS: Readonly<Record<CellMark["tone"], string>> = {
  pending: "text-muted italic",
  refused: "bg-danger-subtle text-danger-text",
  conflict: "bg-caution-subtle text-caution-text",
  news: "motion-safe:animate-news motion-reduce:bg-news",
};
/** These want something of whoever comes there: it is said beneath the cell. */
const NOTED: readonly CellMark["tone"][] = ["refused", "conflict"];

/*
 * Dozens of cells come into being in each frame of a scroll. So a cell is one element with its text in it, as high as
 * its line; `clip` instead of `hidden`, since an element that could be scrolled costs a layer of its own.
 */
const CELL = "absolute inset-y-0 overflow-clip border-r border-line px-2 text-ellipsis whitespace-nowrap outline-none";
const NUMERIC = `${CELL} text-right tabular-nums`;
const STRONG = `${CELL} font-medium`;
const ACTIVE =
  "z-2 group-focus-within/grid:inset-ring-2 group-focus-within/grid:inset-ring-accent dark:group-focus-within/grid:inset-ring-accent-text";

/** Drawn again only for what it shows itself: a column that comes into sight costs its own cells, not whole rows. */
export const GridCell = memo(function GridCell<R>(props: GridCellProps<R>) {
  const { row, index, at, column, startPx, widthPx, isActive, isSelected, handle, mark, editor } = props;
  const edited = editor !== undefined;
  const plain = column.numeric ? NUMERIC : column.strong ? STRONG : CELL;
  return (
    <div
      role="gridcell"
      data-cell={`${index}:${at}`}
      aria-colindex={at + 1}
      aria-selected={isSelected || undefined}
      aria-invalid={mark?.tone === "refused" || undefined}
      tabIndex={isActive ? 0 : -1}
      title={mark?.words}
      style={column.fills ? { left: startPx, right: 0 } : { left: startPx, width: widthPx }}
      className={
        isActive || isSelected || mark
          ? cn(
              plain,
              isSelected && "bg-selected",
              mark && MARKS[mark.tone],
              isActive && ACTIVE,
              edited && "overflow-visible p-0",
            )
          : plain
      }
    >
      {edited ? editor : row === undefined ? <Awaited /> : column.render(row, index)}
      {mark && <span className="sr-only">{mark.words}</span>}
      {mark && isActive && !edited && NOTED.includes(mark.tone) && <CellNote words={mark.words} />}
      {handle && !edited && (
        <span aria-hidden data-fill className="absolute right-0 bottom-0 size-2 cursor-crosshair bg-accent" />
      )}
    </div>
  );
}) as <R>(props: GridCellProps<R>) => ReactNode;

/** Stands still: dozens of cells that breathe would cost frames while one scrolls. */
const Awaited = () => <span aria-hidden className="inline-block h-2.5 w-3/5 rounded-sm bg-track" />;
