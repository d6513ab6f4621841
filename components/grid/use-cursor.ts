"use client";

import { useState } from "react";
import { type Block, blockOf, type Cell, type Extent, isOneCell, tabbed } from "./cell-range";
import type { AfterEdit } from "./grid-types";

interface Place {
  active: Cell;
  /** Where the selection that begins at the active cell ends. */
  head: Cell;
  editing: { typed: string | undefined } | undefined;
}

export interface Cursor {
  active: Cell;
  head: Cell;
  block: Block;
  several: boolean;
  editing: { typed: string | undefined } | undefined;
  go: (cell: Cell) => void;
  extend: (head: Cell) => void;
  edit: (typed: string | undefined) => void;
  /** Closes the editor, wherever one has gone meanwhile. */
  leave: () => void;
  /** Closes the editor; answers the cell to go to. */
  close: (then: AfterEdit, firstEditable: number) => Cell;
}

/** Which cell has the focus, what is selected from it, and whether it is being edited. */
export function useCursor({ rows, columns, page }: Extent): Cursor {
  const [place, setPlace] = useState<Place>({ active: ORIGIN, head: ORIGIN, editing: undefined });
  // The list may have become shorter, or a column hidden.
  const inside = (cell: Cell): Cell => ({
    row: Math.max(0, Math.min(cell.row, rows - 1)),
    column: Math.max(0, Math.min(cell.column, columns - 1)),
  });
  const active = inside(place.active);
  const head = inside(place.head);
  const range = { anchor: active, head };
  return {
    active,
    head,
    block: blockOf(range),
    several: !isOneCell(range),
    editing: place.editing,
    go: (cell) => setPlace({ active: cell, head: cell, editing: undefined }),
    extend: (to) => setPlace((now) => ({ ...now, head: to, editing: undefined })),
    edit: (typed) => setPlace({ active, head: active, editing: { typed } }),
    leave: () => setPlace((now) => ({ ...now, editing: undefined })),
    close: (then, firstEditable) => {
      const next = nextCell(active, then, { rows, columns, page }, firstEditable);
      setPlace({ active: next, head: next, editing: undefined });
      return next;
    },
  };
}

const ORIGIN: Cell = { row: 0, column: 0 };

function nextCell(from: Cell, then: AfterEdit, extent: Extent, first: number): Cell {
  switch (then) {
    case "stay":
    case "leave":
      return from;
    case "down":
      return { ...from, row: Math.min(from.row + 1, extent.rows - 1) };
    case "up":
      return { ...from, row: Math.max(from.row - 1, 0) };
    case "right":
      return tabbed(from, false, extent, first);
    case "left":
      return tabbed(from, true, extent, first);
  }
}
