"use client";

import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactNode, type Ref } from "react";
import { type Block, type Cell, columnsIn } from "./cell-range";
import { GridHeader } from "./grid-header";
import { GridRow, type Marks } from "./grid-row";
import type { AfterEdit, GridActions, GridColumn, GridHandle, GridSort } from "./grid-types";
import type { RowSpan } from "./scroll-space";
import { useColumnWindow } from "./use-column-window";
import { useCursor } from "./use-cursor";
import { useGridKeys } from "./use-grid-keys";
import { cellAt, useGridPointer } from "./use-grid-pointer";
import { useScrollSpace } from "./use-scroll-space";

/** Rows are placed from the beginning of their thousand: so many pixels are exact, a million rows' would not be. */
const ORIGIN_ROWS = 1_000;

export interface GridProps<R> {
  label: string;
  /** In the order they are shown, the pinned ones first. */
  columns: readonly GridColumn<R>[];
  rowCount: number;
  /** undefined: on its way. */
  rowAt: (index: number) => R | undefined;
  rowPx: number;
  /** 0 for no header. */
  headerPx: number;
  /** Another one is another list, which begins at its top. */
  listKey: string;
  sort: GridSort | undefined;
  onSort: (column: string) => void;
  /** Which rows are drawn now. */
  onSpan: (span: RowSpan) => void;
  chosenOf?: ((row: R) => boolean) | undefined;
  marksOf?: ((row: R) => Marks | undefined) | undefined;
  renderHeader?: (column: GridColumn<R>) => ReactNode;
  renderTools?: (column: GridColumn<R>, index: number) => ReactNode;
  onBlock?: (block: Block, active: Cell) => void;
  /** A header was dragged to another's place. */
  onMoveColumn?: (column: string, target: string) => void;
  actions: GridActions<R>;
  ref: Ref<GridHandle>;
}

/**
 * A spreadsheet over any number of rows: only what is in sight exists, one cell has the focus, and a block of cells can
 * be selected from it. What cells hold and what becomes of them is the owner's affair.
 */
export function Grid<R>(props: GridProps<R>) {
  const { label, columns, rowCount, rowAt, rowPx, headerPx, listKey, sort, onSort, onSpan, actions, ref } = props;
  const { chosenOf, marksOf, renderHeader, renderTools, onBlock } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const space = useScrollSpace(scroller, { rows: rowCount, rowPx, headerPx, listKey });
  const extent = { rows: rowCount, columns: columns.length, page: space.page };
  const cursor = useCursor(extent);
  const { active, block } = cursor;
  const [shown, showColumn] = useColumnWindow(scroller, columns, active.column);

  const reveal = ({ row, column }: Cell) => {
    space.showRow(row);
    showColumn(column);
  };
  const goTo = (cell: Cell) => {
    wantsFocus.current = true;
    cursor.go(cell);
    reveal(cell);
    focusCell(scroller.current, cell);
  };
  const extendTo = (cell: Cell) => {
    cursor.extend(cell);
    reveal(cell);
  };
  // A cell far away only exists after the scroll.
  useLayoutEffect(() => {
    if (wantsFocus.current && cursor.editing === undefined && focusCell(scroller.current, active)) {
      wantsFocus.current = false;
    }
  });
  const { first, last } = space.span;
  useEffect(() => onSpan({ first, last }), [onSpan, first, last]);
  const { top, bottom, left, right } = block;
  const { row: activeRow, column: activeColumn } = active;
  useEffect(
    () => onBlock?.({ top, bottom, left, right }, { row: activeRow, column: activeColumn }),
    [onBlock, top, bottom, left, right, activeRow, activeColumn],
  );
  useImperativeHandle(ref, () => ({
    focus: () => goTo(active),
    move: (by) => {
      const inside = scroller.current?.contains(document.activeElement) === true;
      const row = inside ? active.row + by : active.row;
      goTo({ row: Math.max(0, Math.min(row, rowCount - 1)), column: inside ? active.column : 0 });
    },
    row: () => active.row,
    goTo,
  }));

  const column = columns[active.column];
  const row = rowAt(active.row);
  const editable =
    actions.editor !== undefined &&
    column !== undefined &&
    row !== undefined &&
    actions.canEdit?.(row, column) === true;
  const closeEditor = (then: AfterEdit) => {
    if (then === "leave") return cursor.leave();
    const next = cursor.close(then, Math.min(1, columns.length - 1));
    wantsFocus.current = true;
    return reveal(next);
  };
  const { editor: Editor } = actions;
  const editor =
    Editor && cursor.editing && row !== undefined && column ? (
      <Editor row={row} column={column} typed={cursor.editing.typed} close={closeEditor} />
    ) : undefined;
  const keys = useGridKeys({ cursor, extent, actions, rowAt, editable, goTo, extendTo });
  const pointer = useGridPointer({ cursor, goTo, extendTo, fill: actions.fill });
  const filled = pointer.filling;

  const origin = Math.floor(first / ORIGIN_ROWS) * ORIGIN_ROWS;
  const indexes = Array.from({ length: last - first }, (_, at) => first + at);
  // The row with the focus stays, out of sight, when others are scrolled to.
  const strayed = rowCount > 0 && (active.row < first || active.row >= last);
  const placeOf = (index: number) => (Math.max(first - 1, Math.min(index, last)) - origin) * rowPx;
  return (
    <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto overscroll-contain" tabIndex={-1}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        onKeyDown={keys.onKeyDown}
        onCopy={keys.onCopy}
        onCut={keys.onCut}
        onPaste={keys.onPaste}
        onPointerDown={pointer.onPointerDown}
        onFocus={({ target }) => {
          const cell = cellAt(target);
          if (cell && !cursor.editing && (cell.row !== active.row || cell.column !== active.column)) cursor.go(cell);
        }}
        onClick={({ target, shiftKey }) => {
          const cell = (target as Element).closest("[data-toggle]") && cellAt(target as Element);
          if (cell) actions.toggle?.(cell.row, shiftKey);
        }}
        onDoubleClick={({ target }) => {
          const cell = cellAt(target as Element);
          if (cell && editable && !cursor.editing) cursor.edit(undefined);
        }}
        className="group/grid min-w-full"
        style={{ width: shown.totalPx }}
      >
        {headerPx > 0 && (
          <GridHeader
            columns={columns}
            window={shown}
            heightPx={headerPx}
            sort={sort}
            onSort={onSort}
            renderHeader={renderHeader}
            renderTools={renderTools}
            onMove={props.onMoveColumn}
          />
        )}
        <div role="rowgroup" className="relative" style={{ height: space.heightPx }}>
          <div
            role="presentation"
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${origin * rowPx + space.shiftPx}px)` }}
          >
            {(strayed ? [...indexes, active.row] : indexes).map((index) => {
              const each = rowAt(index);
              return (
                <GridRow
                  key={index}
                  row={each}
                  index={index}
                  topPx={placeOf(index)}
                  heightPx={rowPx}
                  widthPx={shown.totalPx}
                  columns={columns}
                  pinned={shown.pinned}
                  scrolled={shown.scrolled}
                  active={index === active.row ? active.column : undefined}
                  selectedLeft={columnsIn(filled ?? block, index)?.left}
                  selectedRight={columnsIn(filled ?? block, index)?.right}
                  several={cursor.several || filled !== undefined}
                  handle={actions.fill !== undefined && index === block.bottom && block.left > 0}
                  chosen={each === undefined ? undefined : chosenOf?.(each)}
                  marks={each === undefined ? undefined : marksOf?.(each)}
                  editor={index === active.row ? editor : undefined}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function focusCell(within: HTMLElement | null, { row, column }: Cell): boolean {
  const cell = within?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  cell?.focus({ preventScroll: true });
  return cell != null;
}
