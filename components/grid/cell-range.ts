/** A cell by its row and its column, both from 0. */
export interface Cell {
  row: number;
  column: number;
}

/** A block of cells: where it was begun and where it ends now; the end may lie before the beginning. */
export interface CellRange {
  anchor: Cell;
  head: Cell;
}

/** The same with its edges in order, all included. */
export interface Block {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const oneCell = (cell: Cell): CellRange => ({ anchor: cell, head: cell });

export function blockOf({ anchor, head }: CellRange): Block {
  return {
    top: Math.min(anchor.row, head.row),
    bottom: Math.max(anchor.row, head.row),
    left: Math.min(anchor.column, head.column),
    right: Math.max(anchor.column, head.column),
  };
}

export const cellsOf = ({ top, bottom, left, right }: Block): number => (bottom - top + 1) * (right - left + 1);

export const isOneCell = (range: CellRange): boolean => cellsOf(blockOf(range)) === 1;

/** The columns of a block in one row; undefined when it does not reach the row. */
export function columnsIn(block: Block | undefined, row: number): { left: number; right: number } | undefined {
  if (!block || row < block.top || row > block.bottom) return undefined;
  return { left: block.left, right: block.right };
}

/** How many rows and columns there are, and how many rows a page is. */
export interface Extent {
  rows: number;
  columns: number;
  page: number;
}

export interface Key {
  key: string;
  /** Ctrl, or Command on a Mac. */
  mod: boolean;
}

/** Where a key leads from a cell; undefined for keys that lead nowhere. */
export function moved(from: Cell, { key, mod }: Key, extent: Extent): Cell | undefined {
  const last = { row: extent.rows - 1, column: extent.columns - 1 };
  const by = (rows: number, columns: number): Cell => ({
    row: Math.min(last.row, Math.max(0, from.row + rows)),
    column: Math.min(last.column, Math.max(0, from.column + columns)),
  });
  switch (key) {
    case "ArrowDown":
      return mod ? { ...from, row: last.row } : by(1, 0);
    case "ArrowUp":
      return mod ? { ...from, row: 0 } : by(-1, 0);
    case "ArrowRight":
      return mod ? { ...from, column: last.column } : by(0, 1);
    case "ArrowLeft":
      return mod ? { ...from, column: 0 } : by(0, -1);
    case "PageDown":
      return by(extent.page, 0);
    case "PageUp":
      return by(-extent.page, 0);
    case "Home":
      return mod ? { row: 0, column: 0 } : { ...from, column: 0 };
    case "End":
      return mod ? last : { ...from, column: last.column };
    default:
      return undefined;
  }
}

/** The next cell in reading order, for Tab while editing: from a row's end to the next row. */
export function tabbed({ row, column }: Cell, back: boolean, { rows, columns }: Extent, first = 0): Cell {
  const next = column + (back ? -1 : 1);
  if (next >= columns) return row + 1 < rows ? { row: row + 1, column: first } : { row, column };
  if (next < first) return row > 0 ? { row: row - 1, column: columns - 1 } : { row, column };
  return { row, column: next };
}
