"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";
import { cn } from "@/components/cn";
import { Checkbox } from "@/components/ui/checkbox";
import { SortButton } from "@/components/ui/table";
import { useMedia } from "@/lib/client/use-media";
import type { Lead } from "../schemas";
import type { LeadFilters, LeadSort } from "./lead-filters";
import { gridColumns, LeadGridRow, LoadingRow } from "./lead-grid-row";
import type { Selection } from "./use-selection";

const ROW_PX = 36;
const TALL_ROW_PX = 64;
const OVERSCAN_ROWS = 12;
/** The next page is asked for when this few rows are left below. */
const AHEAD_ROWS = 40;

const COLUMNS: readonly { label: string; sort?: LeadSort }[] = [
  { label: "Name", sort: "name" },
  { label: "Phone" },
  { label: "Disposition" },
  { label: "Priority", sort: "priority" },
  { label: "Tags" },
  { label: "Agent" },
  { label: "Assigned", sort: "assigned_at" },
  { label: "Last activity", sort: "last_activity" },
];

export interface GridHandle {
  /** Brings the focus to the row that was last looked at. */
  focus: () => void;
  move: (by: number) => void;
  open: () => void;
  select: (range: boolean) => void;
}

export interface LeadsGridProps {
  leads: readonly Lead[];
  total: number;
  dispositionLabel: (code: string) => string;
  /** Absent for people who change nothing in bulk. */
  selection: Selection | undefined;
  filters: LeadFilters;
  onSort: (sort: LeadSort) => void;
  hasMore: boolean;
  loadMore: () => void;
  open: (leadId: string) => void;
  ref: Ref<GridHandle>;
}

/** The leads as a grid of which only what is on screen exists. One row has the focus; arrows, Home, End move it. */
export function LeadsGrid(props: LeadsGridProps) {
  const { leads, total, selection, filters, onSort, hasMore, loadMore, open, ref, dispositionLabel } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wide = useMedia("(min-width: 48rem)");
  const rowPx = wide ? ROW_PX : TALL_ROW_PX;
  const count = leads.length + (hasMore ? 1 : 0);
  // The library keeps state of its own that a compiler could not see; nothing here depends on memoisation.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN_ROWS,
    // Whatever floats above the list must not hide its last rows for good.
    paddingEnd: 72,
    // The header sticks over the first rows.
    scrollPaddingStart: wide ? 32 : 0,
  });
  useEffect(() => rows.measure(), [rows, rowPx]);

  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= leads.length - AHEAD_ROWS) loadMore();
  }, [hasMore, lastShown, leads.length, loadMore]);

  const current = Math.min(active, Math.max(0, leads.length - 1));
  const focusRow = (index: number): boolean => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    row?.focus({ preventScroll: true });
    return row != null;
  };
  const goTo = (index: number) => {
    const target = Math.max(0, Math.min(index, leads.length - 1));
    setActive(target);
    rows.scrollToIndex(target);
    // A row far away only exists after the scroll; one that is there takes the focus at once, before the next key.
    if (!focusRow(target)) requestAnimationFrame(() => focusRow(target));
  };
  useImperativeHandle(ref, () => ({
    focus: () => goTo(current),
    move: (by) => goTo(scroller.current?.contains(document.activeElement) ? current + by : current),
    open: () => openRow(current),
    select: (range) => selection?.toggle(leads, current, range),
  }));
  const openRow = (index: number) => {
    const lead = leads[index];
    if (lead) open(lead.lead_id);
  };
  const onKey = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (step !== undefined) goTo(current + step);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(leads.length - 1);
    else if (event.key === "Enter" && event.target === event.currentTarget.ownerDocument.activeElement)
      openRow(current);
    else if (event.key === " " && selection && (event.target as HTMLElement).role === "row") {
      selection.toggle(leads, current, event.shiftKey);
    } else return;
    event.preventDefault();
  };

  return (
    <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto" tabIndex={-1}>
      <div
        role="grid"
        aria-label="Leads"
        aria-rowcount={total + 1}
        aria-multiselectable={selection !== undefined}
        onKeyDown={onKey}
        className="md:min-w-4xl"
      >
        <HeaderRow leads={leads} selection={selection} filters={filters} onSort={onSort} />
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const lead = leads[item.index];
            const place = { transform: `translateY(${item.start}px)`, height: item.size };
            if (!lead) return <LoadingRow key="more" style={place} selectable={selection !== undefined} />;
            return (
              <LeadGridRow
                key={lead.lead_id}
                lead={lead}
                index={item.index}
                style={place}
                dispositionLabel={dispositionLabel}
                active={item.index === current}
                selected={selection?.has(lead.lead_id)}
                onFocus={() => setActive(item.index)}
                onToggle={(range) => selection?.toggle(leads, item.index, range)}
                onOpen={() => openRow(item.index)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

type HeaderProps = Pick<LeadsGridProps, "leads" | "selection" | "filters" | "onSort">;

function HeaderRow({ leads, selection, filters, onSort }: HeaderProps) {
  const chosen = selection?.leads.size ?? 0;
  const all = chosen > 0 && leads.every((lead) => selection?.has(lead.lead_id));
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-bg max-md:hidden">
      <div
        role="row"
        aria-rowindex={1}
        className={cn(gridColumns(selection !== undefined), "h-8 border-b border-line text-xs font-medium text-muted")}
      >
        {selection && (
          <div role="columnheader" className="flex items-center pl-1">
            <Checkbox
              aria-label={all ? "Select none" : `Select the ${leads.length} leads loaded`}
              checked={all ? true : chosen > 0 ? "indeterminate" : false}
              onCheckedChange={() => (all ? selection.clear() : selection.set(leads))}
            />
          </div>
        )}
        {COLUMNS.map(({ label, sort }) => {
          const sorted = sort !== undefined && filters.sort === sort && filters.direction;
          return (
            <div
              key={label}
              role="columnheader"
              {...(sort && { "aria-sort": sorted === "asc" ? "ascending" : sorted ? "descending" : "none" })}
              className="min-w-0 truncate"
            >
              {sort ? (
                <SortButton sorted={sorted} onSort={() => onSort(sort)}>
                  {label}
                </SortButton>
              ) : (
                label
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
