"use client";

import { useId, type ReactNode } from "react";
import { type Block, type Cell, columnsIn } from "./cell-range";
import { GridRow, type Marks } from "./grid-row";
import type { GridColumn } from "./grid-types";
import type { ColumnWindow } from "./use-column-window";
import type { ScrollSpace } from "./use-scroll-space";

/** Rows are placed from the beginning of their thousand: so many pixels are exact, a million rows' would not be. */
const ORIGIN_ROWS = 1_000;

export interface GridBodyProps<R> {
  label: string;
  headerPx: number;
  /** The row of headers. */
  header: ReactNode;
  columns: readonly GridColumn<R>[];
  window: ColumnWindow;
  space: ScrollSpace;
  rowCount: number;
  rowPx: number;
  rowAt: (index: number) => R | undefined;
  active: Cell;
  /** The selected cells, and whether they are more than the one with the focus. */
  block: Block;
  several: boolean;
  /** The row in which the selection's handle is. */
  handleRow: number | undefined;
  chosenOf: ((row: R) => boolean) | undefined;
  marksOf: ((row: R) => Marks | undefined) | undefined;
  editor: ReactNode;
}

/**
 * The header and the rows in sight, in two panes: the pinned columns stay while the others are scrolled under them. The
 * pane that is scrolled stands beside the grid and not in it: its cells belong to rows, which own them.
 */
export function GridBody<R>(props: GridBodyProps<R>) {
  const { columns, window, space, rowCount, rowPx, rowAt, active, block, several, handleRow } = props;
  const id = useId();
  const { first, last } = space.span;
  const origin = Math.floor(first / ORIGIN_ROWS) * ORIGIN_ROWS;
  const indexes = Array.from({ length: last - first }, (_, at) => first + at);
  // The row with the focus stays, out of sight, when others are scrolled to.
  if (rowCount > 0 && (active.row < first || active.row >= last)) indexes.push(active.row);
  const rows = indexes.map((index) => {
    const row = rowAt(index);
    const isActive = index === active.row;
    const selected = columnsIn(block, index);
    return {
      key: index,
      row,
      index,
      topPx: (Math.max(first - 1, Math.min(index, last)) - origin) * rowPx,
      heightPx: rowPx,
      columns,
      active: isActive ? active.column : undefined,
      selectedLeft: selected?.left,
      selectedRight: selected?.right,
      several,
      handle: index === handleRow,
      chosen: row === undefined ? undefined : props.chosenOf?.(row),
      marks: row === undefined ? undefined : props.marksOf?.(row),
      editor: isActive ? props.editor : undefined,
    };
  });
  const half = (index: number): string => `${id}${index}`;
  const layer = { transform: `translateY(${origin * rowPx + space.shiftPx}px)` };
  const lines = { lineHeight: `${rowPx - 1}px` };
  return (
    <>
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length}
        aria-multiselectable
      >
        {props.header}
        <div role="rowgroup" className="relative" style={{ height: space.heightPx, ...lines }}>
          <div role="presentation" className="sticky left-0 z-1 h-0" style={{ width: window.pinnedPx }}>
            <div role="presentation" style={layer}>
              {rows.map(({ key, ...each }) => (
                <GridRow key={key} {...each} places={window.pinned} widthPx={window.pinnedPx} owns={half(key)} />
              ))}
            </div>
          </div>
        </div>
      </div>
      <div role="presentation" className="absolute inset-x-0" style={{ top: props.headerPx, ...layer, ...lines }}>
        {rows.map(({ key, ...each }) => (
          <GridRow key={key} {...each} places={window.scrolled} widthPx={window.totalPx} id={half(key)} />
        ))}
      </div>
    </>
  );
}
