"use client";

import { useCallback, useMemo, useState } from "react";
import { type ColumnLayout, knownColumns } from "@/components/grid/column-layout";
import { useMe } from "@/lib/client/me";
import { useHydrated } from "@/lib/client/use-hydrated";
import { layoutSchema, type Layout } from "../saved-searches.schemas";
import { leadColumns, shownAtFirst } from "./lead-columns";

const PREFIX = "evenhand.lead-layout.";
const KNOWN: ReadonlySet<string> = new Set(leadColumns.map(({ id }) => id));

const FIRST: ColumnLayout = {
  columns: shownAtFirst.map((id) => (id === "name" ? { id, pinned: true } : { id })),
  density: "normal",
};

/** A layout as it is kept, without what this version does not know. */
export const layoutOf = ({ columns, density = "normal" }: Layout): ColumnLayout =>
  knownColumns(
    {
      density,
      columns: columns.map(({ id, width, pinned }) => ({ id, ...(width && { width }), ...(pinned && { pinned }) })),
    },
    KNOWN,
    shownAtFirst,
  );

export const keptLayout = ({ columns, density }: ColumnLayout): Layout => ({
  columns: columns.map((column) => ({ ...column })),
  density,
});

/** How this person last had the columns, on this browser. */
export function useGridLayout(): [layout: ColumnLayout, set: (layout: ColumnLayout) => void, reset: () => void] {
  const key = PREFIX + useMe().userId;
  // The store cannot be read while the server draws the page.
  const hydrated = useHydrated();
  const kept = useMemo(() => (hydrated ? read(key) : undefined), [hydrated, key]);
  const [chosen, setChosen] = useState<ColumnLayout>();
  const set = useCallback(
    (next: ColumnLayout) => {
      setChosen(next);
      try {
        window.localStorage.setItem(key, JSON.stringify(keptLayout(next)));
      } catch {
        // Storage is full or forbidden: the layout lives as long as the page.
      }
    },
    [key],
  );
  return [chosen ?? kept ?? FIRST, set, useCallback(() => set(FIRST), [set])];
}

function read(key: string): ColumnLayout | undefined {
  try {
    const parsed = layoutSchema.safeParse(JSON.parse(window.localStorage.getItem(key) ?? "null"));
    return parsed.success ? layoutOf(parsed.data) : undefined;
  } catch {
    return undefined; // Storage is forbidden, or what is there is not of our making.
  }
}
