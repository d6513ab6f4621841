"use client";

import {
  columnResizingFeature,
  columnSizingFeature,
  tableFeatures,
  useTable,
  type ColumnSizingState,
  type Updater,
} from "@tanstack/react-table";
import { useCallback, useMemo } from "react";
import { type ColumnLayout, MAX_WIDTH_PX, MIN_WIDTH_PX, withWidth } from "./column-layout";
import type { GridColumn } from "./grid-types";

const features = tableFeatures({ columnResizingFeature, columnSizingFeature });
/** The rows are the grid's own affair: only some of a million are ever here. */
const NO_ROWS: object[] = [];

export interface Columns<R> {
  /** Those shown, in their order. */
  columns: GridColumn<R>[];
  /** Begins to drag a column's edge. */
  startResize: (id: string, event: unknown) => void;
}

/** All columns as a layout shows them; dragging an edge changes the layout. */
export function useColumns<R>(
  all: readonly GridColumn<R>[],
  layout: ColumnLayout,
  onLayout: (layout: ColumnLayout) => void,
): Columns<R> {
  const defs = useMemo(
    () => all.map(({ id, width }) => ({ id, size: width, minSize: MIN_WIDTH_PX, maxSize: MAX_WIDTH_PX })),
    [all],
  );
  const columnSizing = useMemo(
    (): ColumnSizingState =>
      Object.fromEntries(layout.columns.flatMap(({ id, width }) => (width === undefined ? [] : [[id, width]]))),
    [layout],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    state: { columnSizing },
    columnResizeMode: "onChange",
    onColumnSizingChange: (updater: Updater<ColumnSizingState>) => {
      const sizes = typeof updater === "function" ? updater(columnSizing) : updater;
      const resized = Object.entries(sizes).filter(([id, width]) => columnSizing[id] !== width);
      onLayout(resized.reduce((now, [id, width]) => withWidth(now, id, width), layout));
    },
  });
  const columns = useMemo(() => {
    const byId = new Map(all.map((column) => [column.id, column]));
    return layout.columns.flatMap(({ id, width, pinned = false }) => {
      const column = byId.get(id);
      return column ? [{ ...column, pinned, width: width ?? column.width }] : [];
    });
  }, [all, layout]);
  const startResize = useCallback(
    (id: string, event: unknown) => {
      const header = table.getLeafHeaders().find(({ column }) => column.id === id);
      header?.getResizeHandler()(event);
    },
    [table],
  );
  return { columns, startResize };
}
