"use client";

import { useEffect, useRef, type RefObject } from "react";
import type { GridHandle } from "@/components/grid/grid-types";
import { isFocusFree } from "@/lib/client/focus";
import type { ListSearch } from "./lead-filters";
import { rowLeft } from "./list-place";

/** A list to which somebody comes back from one of its leads begins at that lead, not at its top. */
export function useRowLeft(grid: RefObject<GridHandle | null>, search: ListSearch, total: number): void {
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || total === 0) return;
    begun.current = true;
    const row = rowLeft(search);
    if (row !== undefined && isFocusFree()) grid.current?.goTo({ row: Math.min(row, total - 1), column: 0 });
  }, [grid, search, total]);
}
