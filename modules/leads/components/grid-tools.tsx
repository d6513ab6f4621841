"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Cell } from "@/components/grid/cell-range";
import type { ColumnLayout } from "@/components/grid/column-layout";
import { useMe } from "@/lib/client/me";
import { useMedia } from "@/lib/client/use-media";
import { useShortcuts } from "@/lib/client/shortcuts";
import type { SavedSearch } from "../saved-searches.schemas";
import type { Lead } from "../schemas";
import { ColumnsPanel } from "./columns-panel";
import { EditStatus } from "./edit-status";
import { filtersOf, isFiltered, type LeadFilters, type ListSearch, unfiltered } from "./lead-filters";
import { savedSearchesQuery } from "./saved-search-queries";
import type { LeadEdits } from "./use-lead-edits";
import { layoutOf } from "./use-grid-layout";
import { ViewsMenu } from "./views-menu";

export interface GridToolsProps {
  edits: LeadEdits;
  search: ListSearch;
  filters: LeadFilters;
  onFilters: (filters: LeadFilters) => void;
  layout: ColumnLayout;
  onLayout: (layout: ColumnLayout) => void;
  onResetLayout: () => void;
  rowAt: (index: number) => Lead | undefined;
  goTo: (cell: Cell) => void;
}

/** Beside the filters: how changes stand, views, columns; on a phone the views alone. */
export function GridTools(props: GridToolsProps) {
  const { edits, search, filters, onFilters, layout, onLayout, onResetLayout, rowAt, goTo } = props;
  const wide = useMedia("(min-width: 48rem)");
  const me = useMe().email;
  const views = useQuery(savedSearchesQuery);
  const current = views.data?.find((view) => view.saved_search_id === filters.view);
  const open = (view: SavedSearch | undefined) => {
    if (!view) return onFilters(unfiltered({ sort: "created_at", direction: "desc" }));
    if (view.layout) onLayout(layoutOf(view.layout));
    return onFilters(filtersOf(view, view.saved_search_id, me));
  };
  useDefaultView(views.data, filters, open);

  const { refused, write } = edits;
  const conflicts = refused.filter(({ refusal }) => refusal.tone === "conflict");
  const loaded = (leadId: string): { lead: Lead; index: number } | undefined => {
    for (let index = 0; index < MOST_LOOKED_AT; index += 1) {
      const lead = rowAt(index);
      if (lead?.lead_id === leadId) return { lead, index };
    }
    return undefined;
  };
  const show = () => {
    const [first] = refused;
    const found = first && loaded(first.leadId);
    const column = layout.columns.findIndex(({ id }) => id === first?.field);
    if (found) goTo({ row: found.index, column: column + 1 });
  };
  const overwrite = () => {
    write(
      conflicts.flatMap(({ leadId, field, refusal }) => {
        const lead = loaded(leadId)?.lead;
        if (!lead) return [];
        const { name, version } = lead;
        return [{ leadId, name, version, field, before: lead[field], after: refusal.wanted }];
      }),
    );
  };
  // Where somebody types, these keys are the browser's.
  const elsewhere = (act: (shift: boolean) => void) => (event: KeyboardEvent) =>
    event.target instanceof HTMLElement && event.target.matches("input, textarea") ? false : act(event.shiftKey);
  useShortcuts(
    { "mod+z": elsewhere((shift) => (shift ? edits.redo : edits.undo)()), "mod+y": elsewhere(() => edits.redo()) },
    wide,
  );
  return (
    <div className="ml-auto flex min-w-0 items-center gap-1 xl:shrink-0">
      <div className="contents max-md:hidden">
        <EditStatus edits={edits} onShow={show} onOverwrite={conflicts.length > 0 ? overwrite : undefined} />
      </div>
      <ViewsMenu current={current} search={search} layout={layout} onOpen={open} />
      <div className="contents max-md:hidden">
        <ColumnsPanel layout={layout} onLayout={onLayout} onReset={onResetLayout} />
      </div>
    </div>
  );
}

/** Rows looked through for a lead whose cell was not saved: those that were on screen are among the first loaded. */
const MOST_LOOKED_AT = 20_000;

/** A list that was opened without saying what it should show begins with this person's own view. */
function useDefaultView(
  views: readonly SavedSearch[] | undefined,
  filters: LeadFilters,
  open: (view: SavedSearch) => void,
): void {
  const asked = useRef(false);
  useEffect(() => {
    if (!views || asked.current) return;
    asked.current = true;
    const view = views.find(({ is_default }) => is_default);
    if (view && window.location.search === "" && !isFiltered(filters)) open(view);
  });
}
