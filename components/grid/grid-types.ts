import type { ComponentType, ReactNode } from "react";
import type { Block, Cell } from "./cell-range";

export interface GridColumn<R> {
  id: string;
  /** What its header says. */
  label: string;
  width: number;
  /** Stays at the left edge while the others scroll; pinned columns come first. */
  pinned: boolean;
  sortable: boolean;
  /** Numbers stand to the right. */
  numeric?: boolean;
  /** What a row is known by stands out. */
  strong?: boolean;
  /** Reaches to the right edge, however wide that is. */
  fills?: boolean;
  render: (row: R, index: number) => ReactNode;
}

export type Direction = "asc" | "desc";

export interface GridSort {
  column: string;
  direction: Direction;
}

/**
 * How a cell stands out: written but not yet acknowledged, refused, changed by somebody else meanwhile; or news: changed
 * by somebody else just now, which fades.
 */
export interface CellMark {
  tone: "pending" | "refused" | "conflict" | "news";
  /** In words, for everybody who cannot see the tone, and on hover. */
  words: string;
}

/** Where to go once a cell has been edited; "leave": the focus has gone elsewhere already. */
export type AfterEdit = "stay" | "down" | "up" | "right" | "left" | "leave";

export interface EditorProps<R> {
  row: R;
  column: GridColumn<R>;
  /** What was typed on the closed cell; undefined: begin with what the cell holds. */
  typed: string | undefined;
  close: (then: AfterEdit) => void;
}

/** What the grid asks its owner to do with cells; each absent one makes the grid read-only in that way. */
export interface GridActions<R> {
  /** The editor of a cell; undefined where it cannot be edited. */
  editor?: ComponentType<EditorProps<R>>;
  canEdit?: (row: R, column: GridColumn<R>) => boolean;
  copy?: (block: Block) => string;
  paste?: (text: string, block: Block) => void;
  clear?: (block: Block) => void;
  fill?: (from: Block, to: Block) => void;
  undo?: () => void;
  redo?: () => void;
  /** Enter on the first column, or Ctrl+Enter anywhere. */
  open?: (row: R) => void;
  toggle?: (index: number, range: boolean) => void;
}

export interface GridHandle {
  /** Brings the focus to the cell that was last looked at. */
  focus: () => void;
  /** Goes up or down by so many rows, in the first column when the focus was elsewhere. */
  move: (by: number) => void;
  /** The row that was last looked at. */
  row: () => number;
  /** Goes to a cell, closing whatever is open. */
  goTo: (cell: Cell) => void;
}
