"use client";

import { useEffect, useRef, useState, type MouseEvent, type PointerEvent } from "react";
import { type Block, type Cell } from "./cell-range";
import type { GridActions } from "./grid-types";
import { fillBlock } from "./spread";
import type { Cursor } from "./use-cursor";

export interface PointerOf<R> {
  cursor: Cursor;
  goTo: (cell: Cell) => void;
  extendTo: (cell: Cell) => void;
  rowAt: (index: number) => R | undefined;
  actions: GridActions<R>;
}

type Drag = { kind: "select" } | { kind: "fill"; from: Block; to: Block };

/** Selecting cells and dragging the fill handle with a mouse or a pen; fingers scroll. */
export function useGridPointer<R>({ cursor, goTo, extendTo, rowAt, actions }: PointerOf<R>) {
  const { fill } = actions;
  const [drag, setDrag] = useState<Drag>();
  const latest = useRef({ extendTo, fill, drag });
  useEffect(() => {
    latest.current = { extendTo, fill, drag };
  });

  const isDragging = drag !== undefined;
  useEffect(() => {
    if (!isDragging) return;
    const onMove = (event: globalThis.PointerEvent) => {
      const cell = cellAt(document.elementFromPoint(event.clientX, event.clientY));
      const now = latest.current.drag;
      if (!cell || !now) return;
      if (now.kind === "select") latest.current.extendTo(cell);
      else setDrag({ ...now, to: fillBlock(now.from, cell.row) });
    };
    const onUp = () => {
      const now = latest.current.drag;
      if (now?.kind === "fill" && now.to !== now.from) latest.current.fill?.(now.from, now.to);
      setDrag(undefined);
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onUp);
    return () => {
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onUp);
    };
  }, [isDragging]);

  const onPointerDown = (event: PointerEvent): void => {
    const target = event.target as HTMLElement;
    const cell = cellAt(target);
    if (!cell || event.button !== 0 || event.pointerType === "touch") return;
    if (target.closest("input, textarea, select, [role=listbox], [data-editor]") !== null) return;
    if (target.closest("[data-fill]") !== null && fill) {
      event.preventDefault();
      setDrag({ kind: "fill", from: cursor.block, to: cursor.block });
      return;
    }
    if (target.closest("a, button, [data-toggle]") !== null) return;
    // The browser would select text, and give the focus to what was clicked.
    event.preventDefault();
    if (event.shiftKey) extendTo(cell);
    else goTo(cell);
    setDrag({ kind: "select" });
  };

  /** The boxes and links of rows have no ears of their own. */
  const onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const cell = cellAt(target);
    if (!cell) return;
    if (target.closest("[data-toggle]") !== null) actions.toggle?.(cell.row, event.shiftKey);
    const row = rowAt(cell.row);
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (target.closest("[data-open]") === null || elsewhere || row === undefined || !actions.open) return;
    event.preventDefault();
    actions.open(row);
  };
  return { onPointerDown, onClick, filling: drag?.kind === "fill" ? drag.to : undefined };
}

/** The cell that an element stands in. */
export function cellAt(element: Element | null): Cell | undefined {
  const [row, column] = element?.closest<HTMLElement>("[data-cell]")?.dataset.cell?.split(":").map(Number) ?? [];
  return row === undefined || column === undefined ? undefined : { row, column };
}
