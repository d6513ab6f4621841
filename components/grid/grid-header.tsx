"use client";

import { memo, useEffect, useRef, useState, type MouseEvent, type PointerEvent, type ReactNode } from "react";
import { cn } from "../cn";
import { SortButton } from "../ui/table";
import type { GridColumn, GridSort } from "./grid-types";
import type { ColumnWindow, PlacedColumn } from "./use-column-window";

export interface GridHeaderProps<R> {
  columns: readonly GridColumn<R>[];
  window: ColumnWindow;
  heightPx: number;
  sort: GridSort | undefined;
  onSort: (column: string) => void;
  /** What stands in a header instead of its label, such as a box that selects all. */
  renderHeader: ((column: GridColumn<R>) => ReactNode) | undefined;
  /** What stands behind a header's label: its menu and its edge to drag. */
  renderTools: ((column: GridColumn<R>, index: number) => ReactNode) | undefined;
  onMove: ((column: string, target: string) => void) | undefined;
}

/** The row of headers, in sight wherever the rows are. */
function Header<R>(props: GridHeaderProps<R>) {
  const { window, heightPx, onMove } = props;
  const drag = useHeaderDrag(onMove);
  return (
    <div role="rowgroup" className="sticky top-0 z-10 min-w-full bg-bg" style={{ width: window.totalPx }}>
      <div
        role="row"
        aria-rowindex={1}
        className="relative flex border-b border-line bg-bg text-xs font-medium text-muted"
        style={{ height: heightPx }}
        onPointerDown={drag.onPointerDown}
        onClickCapture={drag.onClickCapture}
      >
        <div role="presentation" className="sticky left-0 z-1 bg-bg" style={{ width: window.pinnedPx }}>
          {window.pinned.map((place) => (
            <HeaderCell key={place.index} {...props} place={place} over={drag.over} />
          ))}
        </div>
        {window.scrolled.map((place) => (
          <HeaderCell key={place.index} {...props} place={place} over={drag.over} />
        ))}
      </div>
    </div>
  );
}

/** Its menus cost more to draw than the rows below: not again for every row that comes into sight. */
export const GridHeader = memo(Header) as typeof Header;

function HeaderCell<R>({
  columns,
  sort,
  onSort,
  renderHeader,
  renderTools,
  place,
  over,
}: GridHeaderProps<R> & { place: PlacedColumn; over: string | undefined }) {
  const column = columns[place.index];
  if (!column) return null;
  const sorted = sort?.column === column.id && sort.direction;
  return (
    <div
      role="columnheader"
      data-header={column.id}
      aria-colindex={place.index + 1}
      {...(column.sortable && { "aria-sort": sorted === "asc" ? "ascending" : sorted ? "descending" : "none" })}
      style={{ left: place.startPx, width: place.widthPx }}
      className={cn(
        "group/head absolute inset-y-0 flex items-center border-r border-line px-2",
        column.numeric && "justify-end",
        over === column.id && "bg-selected inset-ring-2 inset-ring-accent",
      )}
    >
      {renderHeader?.(column) ??
        (column.sortable ? (
          <SortButton sorted={sorted} onSort={() => onSort(column.id)}>
            <span className="truncate">{column.label}</span>
          </SortButton>
        ) : (
          <span className="truncate">{column.label}</span>
        ))}
      {renderTools?.(column, place.index)}
    </div>
  );
}

/** The pointer has to go so far before pressing a header becomes dragging it. */
const DRAG_PX = 6;

const headerOf = (element: Element | null): string | undefined =>
  element?.closest<HTMLElement>("[data-header]")?.dataset.header;

/** Dragging a header to another's place; the click that ends it is none. */
function useHeaderDrag(onMove: ((column: string, target: string) => void) | undefined) {
  const [pressed, setPressed] = useState<{ column: string; x: number }>();
  const [over, setOver] = useState<string>();
  const dragged = useRef(false);
  useEffect(() => {
    if (!pressed || !onMove) return;
    const target = (event: globalThis.PointerEvent) =>
      headerOf(document.elementFromPoint(event.clientX, event.clientY));
    const onPointerMove = (event: globalThis.PointerEvent) => {
      if (!dragged.current && Math.abs(event.clientX - pressed.x) < DRAG_PX) return;
      dragged.current = true;
      setOver(target(event));
    };
    const onPointerUp = (event: globalThis.PointerEvent) => {
      const to = target(event);
      if (dragged.current && to !== undefined && to !== pressed.column) onMove(pressed.column, to);
      setPressed(undefined);
      setOver(undefined);
    };
    window.addEventListener("pointermove", onPointerMove);
    window.addEventListener("pointerup", onPointerUp);
    window.addEventListener("pointercancel", onPointerUp);
    return () => {
      window.removeEventListener("pointermove", onPointerMove);
      window.removeEventListener("pointerup", onPointerUp);
      window.removeEventListener("pointercancel", onPointerUp);
    };
  }, [pressed, onMove]);
  return {
    over,
    onPointerDown: (event: PointerEvent) => {
      const target = event.target as HTMLElement;
      const column = headerOf(target);
      dragged.current = false;
      const taken = target.closest("[data-menu], [data-edge], [role=checkbox]") !== null;
      if (column === undefined || taken || event.button !== 0 || event.pointerType === "touch") return;
      setPressed({ column, x: event.clientX });
    },
    onClickCapture: (event: MouseEvent) => {
      if (!dragged.current) return;
      dragged.current = false;
      event.stopPropagation();
      event.preventDefault();
    },
  };
}
