"use client";

import { memo, type ReactNode } from "react";
import { cn } from "../cn";
import type { CellMark, GridColumn } from "./grid-types";
import type { PlacedColumn } from "./use-column-window";

export type Marks = ReadonlyMap<string, CellMark>;

export interface GridRowProps<R> {
  row: R | undefined;
  index: number;
  /** Its place in the layer of rows. */
  topPx: number;
  heightPx: number;
  widthPx: number;
  columns: readonly GridColumn<R>[];
  pinned: readonly PlacedColumn[];
  scrolled: readonly PlacedColumn[];
  /** The column that has the focus, when it is in this row. */
  active: number | undefined;
  /** The selected cells of this row, the one with the focus alone not shown as such. */
  selectedLeft: number | undefined;
  selectedRight: number | undefined;
  several: boolean;
  /** The selection ends here: its last cell has the handle that fills. */
  handle: boolean;
  /** Whether the whole row is chosen; undefined: rows cannot be. */
  chosen: boolean | undefined;
  marks: Marks | undefined;
  /** Stands in the active cell while it is edited. */
  editor: ReactNode;
}

const MARKS: Readonly<Record<CellMark["tone"], string>> = {
  pending: "text-muted italic",
  refused: "bg-danger-subtle text-danger-text",
  conflict: "bg-caution-subtle text-caution-text",
};

/** One row, of which only the columns in sight exist. */
function Row<R>(props: GridRowProps<R>) {
  const { row, index, topPx, heightPx, widthPx, pinned, scrolled, chosen } = props;
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-busy={row === undefined || undefined}
      style={{ transform: `translateY(${topPx}px)`, height: heightPx, width: widthPx }}
      className={cn(
        "group/row absolute top-0 left-0 flex min-w-full border-b border-line bg-bg hover:bg-hover",
        chosen && "bg-selected hover:bg-selected",
      )}
    >
      {pinned.map((place) => cellOf(props, place, true))}
      {scrolled.map((place) => cellOf(props, place, false))}
    </div>
  );
}

export const GridRow = memo(Row) as typeof Row;

function cellOf<R>(props: GridRowProps<R>, place: PlacedColumn, stays: boolean): ReactNode {
  const { row, index, columns, active, selectedLeft, selectedRight, several, handle, marks, editor } = props;
  const column = columns[place.index];
  if (!column) return null;
  const isActive = active === place.index;
  const isSelected =
    several &&
    selectedLeft !== undefined &&
    selectedRight !== undefined &&
    place.index >= selectedLeft &&
    place.index <= selectedRight;
  return (
    <GridCell
      key={place.index}
      row={row}
      index={index}
      column={column}
      at={place.index}
      startPx={place.startPx}
      widthPx={place.widthPx}
      stays={stays}
      isActive={isActive}
      isSelected={isSelected}
      handle={handle && place.index === selectedRight}
      mark={marks?.get(column.id)}
      editor={isActive ? editor : undefined}
    />
  );
}

interface GridCellProps<R> {
  row: R | undefined;
  index: number;
  column: GridColumn<R>;
  /** The column's number. */
  at: number;
  startPx: number;
  widthPx: number;
  /** Pinned. */
  stays: boolean;
  isActive: boolean;
  isSelected: boolean;
  handle: boolean;
  mark: CellMark | undefined;
  editor: ReactNode;
}

/** Drawn again only for what it shows itself: a column that comes into sight costs its own cells, not whole rows. */
const GridCell = memo(function GridCell<R>({
  row,
  index,
  column,
  at,
  startPx,
  widthPx,
  stays,
  isActive,
  isSelected,
  handle,
  mark,
  editor,
}: GridCellProps<R>) {
  const edited = editor !== undefined;
  return (
    <div
      role="gridcell"
      data-cell={`${index}:${at}`}
      aria-colindex={at + 1}
      aria-selected={isSelected || undefined}
      aria-invalid={mark?.tone === "refused" || undefined}
      tabIndex={isActive ? 0 : -1}
      title={mark?.words}
      style={{ left: startPx, ...(column.fills ? { right: 0 } : { width: widthPx }) }}
      className={cn(
        "flex min-w-0 items-center overflow-hidden border-r border-line px-2 whitespace-nowrap outline-none",
        stays ? "sticky z-1 shrink-0 bg-inherit" : "absolute inset-y-0",
        column.numeric && "justify-end tabular-nums",
        isSelected && "bg-selected",
        mark && MARKS[mark.tone],
        isActive &&
          "z-2 group-focus-within/grid:inset-ring-2 group-focus-within/grid:inset-ring-accent dark:group-focus-within/grid:inset-ring-accent-text",
        edited && "overflow-visible p-0",
      )}
    >
      {edited ? editor : row === undefined ? <Awaited /> : column.render(row, index)}
      {mark && <span className="sr-only">{mark.words}</span>}
      {handle && !edited && (
        <span aria-hidden data-fill className="absolute right-0 bottom-0 size-2 cursor-crosshair bg-accent" />
      )}
    </div>
  );
}) as <R>(props: GridCellProps<R>) => ReactNode;

/** Stands still: dozens of cells that breathe would cost frames while one scrolls. */
const Awaited = () => <span aria-hidden className="h-2.5 w-3/5 rounded-sm bg-track" />;
