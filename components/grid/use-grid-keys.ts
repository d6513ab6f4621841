"use client";

import type { ClipboardEvent, KeyboardEvent } from "react";
import { moved, type Extent } from "./cell-range";
import type { GridActions } from "./grid-types";
import type { Cursor } from "./use-cursor";

export interface KeysOf<R> {
  cursor: Cursor;
  extent: Extent;
  actions: GridActions<R>;
  rowAt: (index: number) => R | undefined;
  /** Whether the active cell has an editor. */
  editable: boolean;
  goTo: (cell: { row: number; column: number }) => void;
  extendTo: (cell: { row: number; column: number }) => void;
}

/** The first column names the row; the letters typed there belong to the page. */
const FIRST = 0;

/** What keys and the clipboard do on cells that are not being edited. */
export function useGridKeys<R>({ cursor, extent, actions, rowAt, editable, goTo, extendTo }: KeysOf<R>) {
  const { active, block } = cursor;

  /** Whether the key was the grid's. */
  const withMod = (key: string, shift: boolean): boolean => {
    if (key === "a") {
      const first = Math.min(1, extent.columns - 1);
      cursor.go({ row: 0, column: first });
      cursor.extend({ row: extent.rows - 1, column: extent.columns - 1 });
      return true;
    }
    const act = key === "y" || (key === "z" && shift) ? actions.redo : key === "z" ? actions.undo : undefined;
    act?.();
    return act !== undefined;
  };
  const open = (): boolean => {
    const row = rowAt(active.row);
    if (row !== undefined) actions.open?.(row);
    return row !== undefined && actions.open !== undefined;
  };
  const plain = (event: KeyboardEvent): boolean => {
    const { key, shiftKey } = event;
    switch (key) {
      case "Enter":
      case "F2":
        if (active.column === FIRST) return key === "Enter" && open();
        if (editable) cursor.edit(undefined);
        else if (key === "Enter") goTo({ ...active, row: Math.min(active.row + 1, extent.rows - 1) });
        return true;
      case "Delete":
      case "Backspace":
        actions.clear?.(block);
        return actions.clear !== undefined;
      case "Escape":
        if (!cursor.several) return false;
        cursor.go(active);
        return true;
      case " ":
        if (active.column !== FIRST) break;
        actions.toggle?.(active.row, shiftKey);
        return actions.toggle !== undefined;
    }
    if (key.length !== 1 || active.column === FIRST || !editable) return false;
    cursor.edit(key);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (cursor.editing || event.nativeEvent.isComposing) return;
    if (event.altKey) {
      if (event.key === "ArrowUp" && toMenu(event.currentTarget, active.column)) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && (event.target as HTMLElement).closest("[role=columnheader]") !== null) {
      goTo(active);
      return event.preventDefault();
    }
    const cell = (event.target as HTMLElement).closest("[data-cell]");
    if (!cell || (event.target as HTMLElement).closest("a, button") !== null) {
      if (!cell || event.key === "Enter" || event.key === " ") return;
    }
    const mod = event.ctrlKey || event.metaKey;
    const from = event.shiftKey ? cursor.head : active;
    const next = moved(from, { key: event.key, mod }, extent);
    let taken = true;
    if (next) (event.shiftKey ? extendTo : goTo)(next);
    else if (mod && event.key === "Enter") taken = open();
    else taken = mod ? withMod(event.key.toLowerCase(), event.shiftKey) : plain(event);
    if (taken) event.preventDefault();
  };

  const onCopy = (event: ClipboardEvent): void => {
    if (cursor.editing || !actions.copy) return;
    event.clipboardData.setData("text/plain", actions.copy(block));
    event.preventDefault();
  };
  const onCut = (event: ClipboardEvent): void => {
    onCopy(event);
    if (event.defaultPrevented) actions.clear?.(block);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (cursor.editing || !actions.paste) return;
    actions.paste(event.clipboardData.getData("text/plain"), block);
    event.preventDefault();
  };
  return { onKeyDown, onCopy, onCut, onPaste };
}

/** From a cell to the menu of its column. */
function toMenu(grid: Element, column: number): boolean {
  const header = grid.querySelector(`[role=columnheader][aria-colindex="${column + 1}"]`);
  const menu = header?.querySelector<HTMLElement>("[data-menu]");
  menu?.focus();
  return menu != null;
}
