"use client";

import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactNode, type Ref } from "react";
import type { Block, Cell } from "./cell-range";
import { GridBody } from "./grid-body";
import { GridHeader } from "./grid-header";
import type { Marks } from "./grid-row";
import type { AfterEdit, GridActions, GridColumn, GridHandle, GridSort } from "./grid-types";
import type { RowSpan } from "./scroll-space";
import { useColumnWindow } from "./use-column-window";
import { useCursor } from "./use-cursor";
import { useGridKeys } from "./use-grid-keys";
import { cellAt, useGridPointer } from "./use-grid-pointer";
import { useRowHover } from "./use-row-hover";
import { useScrollSpace } from "./use-scroll-space";

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
 * be selected from it. What cells hold and what becomes of them is the owner's affair; so is paper, where it is not shown.
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
  const [shown, showColumn] = useColumnWindow(scroller, columns, active.column, space.followLeft);
  const hover = useRowHover(scroller);

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
  const pointer = useGridPointer({ cursor, goTo, extendTo, rowAt, actions });
  const filled = pointer.filling;

  return (
    // Without a background of its own, Chromium would not scroll it by moving what is painted: it would paint it again.
    <div
      ref={scroller}
      className="relative min-h-0 flex-1 overflow-auto overscroll-contain bg-bg print:hidden"
      tabIndex={-1}
    >
      <div
        role="presentation"
        onKeyDown={keys.onKeyDown}
        onCopy={keys.onCopy}
        onCut={keys.onCut}
        onPaste={keys.onPaste}
        onPointerDown={pointer.onPointerDown}
        onPointerOver={hover.onPointerOver}
        onPointerLeave={hover.onPointerLeave}
        onFocus={({ target }) => {
          const cell = cellAt(target);
          if (cell && !cursor.editing && (cell.row !== active.row || cell.column !== active.column)) cursor.go(cell);
        }}
        onClick={pointer.onClick}
        onDoubleClick={({ target }) => {
          const cell = cellAt(target as Element);
          if (cell && editable && !cursor.editing) cursor.edit(undefined);
        }}
        className="group/grid relative min-w-full"
        style={{ width: shown.totalPx }}
      >
        <GridBody
          label={label}
          headerPx={headerPx}
          header={
            headerPx > 0 && (
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
            )
          }
          columns={columns}
          window={shown}
          space={space}
          rowCount={rowCount}
          rowPx={rowPx}
          rowAt={rowAt}
          active={active}
          block={filled ?? block}
          several={cursor.several || filled !== undefined}
          handleRow={actions.fill !== undefined && block.left > 0 ? block.bottom : undefined}
          chosenOf={chosenOf}
          marksOf={marksOf}
          editor={editor}
        />
      </div>
    </div>
  );
}

function focusCell(within: HTMLElement | null, { row, column }: Cell): boolean {
  const cell = within?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  cell?.focus({ preventScroll: true });
  return cell != null;
}
