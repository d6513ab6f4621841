"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff, FileDown, FileUp, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useCallback, useMemo, useRef, useState } from "react";
import type { GridHandle } from "@/components/grid/grid-types";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { NumberText } from "@/components/ui/time";
import { useToday } from "@/lib/client/clock";
import { useLocale, useNumberWords } from "@/lib/client/locale";
import { useIsStaff, useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useShortcuts } from "@/lib/client/shortcuts";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { ExportDialog } from "@/modules/exports/components/export-dialog";
import { BulkBar } from "./bulk-bar";
import { readFilters, searchOf, unfiltered, writeFilters, type LeadFilters, type LeadSort } from "./lead-filters";
import { fullSort } from "../domain/lead-sort";
import { dispositionsQuery } from "./lead-queries";
import { leadCount } from "./lead-words";
import { GridTools } from "./grid-tools";
import { LeadsGrid } from "./leads-grid";
import { LoadingGrid, NoLeads } from "./leads-states";
import { leadsInList, leaveList } from "./list-place";
import { LeadsToolbar } from "./leads-toolbar";
import { NewLeadDialog } from "./new-lead-dialog";
import { useGridLayout } from "./use-grid-layout";
import { useLeadEdits } from "./use-lead-edits";
import { useLeadWindows } from "./use-lead-windows";
import { useRowLeft } from "./use-row-left";
import { useSelection } from "./use-selection";

/** The list of leads: search, filters, sorting, selection, bulk changes; everything by keyboard as well. */
export function LeadsScreen() {
  const router = useRouter();
  const params = useSearchParams();
  const isStaff = useIsStaff();
  const filters = useMemo(() => readFilters(params), [params]);
  const me = useMe().email;
  const searched = useMemo(() => searchOf(filters, me), [filters, me]);
  const windows = useLeadWindows(searched);
  const { total, rowAt } = windows;
  const dispositions = useQuery(dispositionsQuery);
  const agents = useQuery({ ...agentsQuery, enabled: isStaff });
  const { locale } = useLocale();
  const figure = useNumberWords();
  const today = useToday();
  const choices = useMemo(
    () => ({ dispositions: dispositions.data ?? [], agents: agents.data?.agents ?? [], dates: { locale, today } }),
    [dispositions.data, agents.data, locale, today],
  );
  const edits = useLeadEdits(choices.agents);
  const [layout, setLayout, resetLayout] = useGridLayout();
  const selection = useSelection();
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const [exporting, setExporting] = useState(false);
  const newOpen = creating || params.get("new") === "1";

  const { clear } = selection;
  const go = useCallback(
    (next: LeadFilters) => {
      clear();
      window.history.replaceState(null, "", `/leads${writeFilters(next)}`);
    },
    [clear],
  );
  const sortBy = useCallback(
    (sort: LeadSort, direction?: "asc" | "desc") => {
      if (direction) return go({ ...filters, sort, direction });
      if (filters.sort !== sort) return go({ ...filters, sort, direction: fullSort({ field: sort }).direction });
      return go({ ...filters, direction: filters.direction === "desc" ? "asc" : "desc" });
    },
    [filters, go],
  );
  const closeNew = () => {
    setCreating(false);
    if (params.get("new")) window.history.replaceState(null, "", `/leads${writeFilters(filters)}`);
  };

  const selectRow = (range: boolean) => {
    if (isStaff && grid.current) selection.toggle(rowAt, grid.current.row(), range);
  };
  const href = useMemo(() => leadsInList(filters), [filters]);
  const open = useCallback(
    (leadId: string) => {
      leaveList(searched, grid.current?.row() ?? 0);
      router.push(href(leadId));
    },
    [router, href, searched],
  );
  useRowLeft(grid, searched, total);

  useShortcuts(
    {
      "/": () => search.current?.focus(),
      j: () => grid.current?.move(1),
      ArrowDown: () => grid.current?.move(1),
      k: () => grid.current?.move(-1),
      ArrowUp: () => grid.current?.move(-1),
      x: () => selectRow(false),
      X: () => selectRow(true),
      n: () => setCreating(true),
      Escape: clear,
    },
    true,
  );
  return (
    <>
      <PageHeader
        title="Leads"
        meta={!windows.pending && !windows.error && <Total total={total} estimate={windows.isEstimate} />}
        actions={
          <>
            {isStaff && (
              <Button asChild variant="ghost" className="max-md:hidden">
                <Link href="/imports">
                  <FileUp aria-hidden /> Import
                </Link>
              </Button>
            )}
            <Button
              variant="ghost"
              className="max-sm:w-9 max-sm:px-0"
              onClick={() => setExporting(true)}
              disabled={total === 0}
            >
              <FileDown aria-hidden /> <span className="max-sm:sr-only">Export</span>
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              <Plus aria-hidden /> New lead
            </Button>
          </>
        }
      />
      <LeadsToolbar
        filters={filters}
        onChange={(change) => go({ ...filters, ...change })}
        searchRef={search}
        onLeaveSearch={() => grid.current?.focus()}
      >
        <GridTools
          edits={edits}
          search={searched}
          filters={filters}
          onFilters={go}
          layout={layout}
          onLayout={setLayout}
          onResetLayout={resetLayout}
          rowAt={rowAt}
          goTo={(cell) => grid.current?.goTo(cell)}
        />
      </LeadsToolbar>
      <div className="sr-only" role="status">
        {windows.pending ? "" : leadCount(total, figure)}
      </div>
      {windows.pending && <LoadingGrid />}
      {windows.error && total === 0 && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The leads could not be read"
          actions={<Button onClick={windows.retry}>Try again</Button>}
        >
          {inWords(windows.error)}
        </EmptyState>
      )}
      {!windows.pending && !windows.error && total === 0 && (
        <NoLeads filters={filters} onClear={() => go(unfiltered(filters))} />
      )}
      {total > 0 && (
        <LeadsGrid
          ref={grid}
          windows={windows}
          search={searched}
          selection={isStaff ? selection : undefined}
          filters={filters}
          onSort={sortBy}
          layout={layout}
          onLayout={setLayout}
          edits={edits}
          choices={choices}
          href={href}
          open={open}
        />
      )}
      {/* The bar floats: the last rows must not lie beneath it for good. */}
      {(selection.all || selection.leads.size > 0) && <div className="h-16 shrink-0 max-sm:h-24" />}
      {isStaff && (
        <BulkBar
          selection={selection}
          total={total}
          isEstimate={windows.isEstimate}
          search={searched}
          dispositions={dispositions.data ?? []}
        />
      )}
      {exporting && (
        <ExportDialog
          selection={{ search: searched }}
          saying={`${windows.isEstimate ? "About " : ""}${figure(total)} leads, in the order of the list`}
          onClose={() => setExporting(false)}
        />
      )}
      <NewLeadDialog open={newOpen} onClose={closeNew} />
    </>
  );
}

function Total({ total, estimate }: { total: number; estimate: boolean }) {
  return (
    <span className="tabular-nums">
      {estimate && "about "}
      <NumberText value={total} />
    </span>
  );
}
