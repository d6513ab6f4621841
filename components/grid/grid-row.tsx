"use client";

import { memo, type ReactNode } from "react";
import { GridCell } from "./grid-cell";
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
  /** The columns to draw. */
  places: readonly PlacedColumn[];
  /** Of the half that is the row for assistive technology: the id of its other half; of that one: its own. */
  owns?: string;
  id?: string;
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

// Its layout and styles are nobody else's affair; painting is not contained, which would cost a clip for each row.
const ROW = "group/row absolute left-0 min-w-full border-b border-line [contain:layout_style_size]";
const PLAIN = `${ROW} bg-bg data-hover:bg-hover`;
const CHOSEN = `${ROW} bg-selected`;

/**
 * One half of a row: its pinned cells, or those of its others that are in sight. The halves stand in panes of their own,
 * so that the pinned ones are one layer to the browser and not one for each cell.
 */
function Row<R>(props: GridRowProps<R>) {
  const { row, index, topPx, heightPx, widthPx, places, owns, id, chosen } = props;
  return (
    <div
      {...(owns === undefined
        ? { role: "presentation", id }
        : {
            role: "row",
            "aria-rowindex": index + 2,
            "aria-owns": owns,
            "aria-selected": chosen,
            "aria-busy": row === undefined || undefined,
          })}
      data-row={index}
      style={{ top: topPx, height: heightPx, width: widthPx }}
      className={chosen ? CHOSEN : PLAIN}
    >
      {places.map((place) => cellOf(props, place))}
    </div>
  );
}

export const GridRow = memo(Row) as typeof Row;

function cellOf<R>(props: GridRowProps<R>, { index: at, startPx, widthPx }: PlacedColumn): ReactNode {
  const { row, index, columns, active, selectedLeft, selectedRight, several, handle, marks, editor } = props;
  const column = columns[at];
  if (!column) return null;
  const isActive = active === at;
  const isSelected =
    several && selectedLeft !== undefined && selectedRight !== undefined && at >= selectedLeft && at <= selectedRight;
  return (
    <GridCell
      key={at}
      row={row}
      index={index}
      column={column}
      at={at}
      startPx={startPx}
      widthPx={widthPx}
      isActive={isActive}
      isSelected={isSelected}
      handle={handle && at === selectedRight}
      mark={marks?.get(column.id)}
      editor={isActive ? editor : undefined}
    />
  );
}
