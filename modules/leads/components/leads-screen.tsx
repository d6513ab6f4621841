"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CloudOff, Plus, SearchX, UsersRound } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { NumberText } from "@/components/ui/time";
import { usePollInterval } from "@/lib/client/live-state";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useShortcuts } from "@/lib/client/shortcuts";
import { BulkBar } from "./bulk-bar";
import { isFiltered, readFilters, writeFilters, type LeadFilters, type LeadSort } from "./lead-filters";
import { dispositionsQuery, leadsQuery } from "./lead-queries";
import { sentence } from "./lead-words";
import { LeadsGrid, type GridHandle } from "./leads-grid";
import { LeadsToolbar } from "./leads-toolbar";
import { NewLeadDialog } from "./new-lead-dialog";
import { useSelection } from "./use-selection";

const POLL_MS = 15_000;

/** The list of leads: search, filters, sorting, selection, bulk changes; everything by keyboard as well. */
export function LeadsScreen() {
  const router = useRouter();
  const params = useSearchParams();
  const isStaff = useIsStaff();
  const filters = useMemo(() => readFilters(params), [params]);
  const leads = useInfiniteQuery({
    ...leadsQuery(filters),
    placeholderData: keepPreviousData,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const dispositions = useQuery(dispositionsQuery);
  const rows = useMemo(() => leads.data?.pages.flatMap((page) => page.leads) ?? [], [leads.data]);
  const selection = useSelection();
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const newOpen = creating || params.get("new") === "1";

  const { clear } = selection;
  const go = useCallback(
    (next: LeadFilters) => {
      clear();
      window.history.replaceState(null, "", `/leads${writeFilters(next)}`);
    },
    [clear],
  );
  const sortBy = (sort: LeadSort) => {
    if (filters.sort !== sort) return go({ ...filters, sort, direction: sort === "name" ? "asc" : "desc" });
    return go({ ...filters, direction: filters.direction === "desc" ? "asc" : "desc" });
  };
  const closeNew = () => {
    setCreating(false);
    if (params.get("new")) window.history.replaceState(null, "", `/leads${writeFilters(filters)}`);
  };

  useShortcuts(
    {
      "/": () => search.current?.focus(),
      j: () => grid.current?.move(1),
      ArrowDown: () => grid.current?.move(1),
      k: () => grid.current?.move(-1),
      ArrowUp: () => grid.current?.move(-1),
      x: () => grid.current?.select(false),
      X: () => grid.current?.select(true),
      // With the focus on the page itself; on a button or link the key is theirs.
      Enter: ({ target }) => target === document.body && grid.current?.open(),
      n: () => setCreating(true),
      Escape: clear,
    },
    true,
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = leads;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const labels = useMemo(
    () => new Map(dispositions.data?.map(({ code, label }) => [code, label])),
    [dispositions.data],
  );
  const dispositionLabel = useCallback((code: string) => labels.get(code) ?? sentence(code), [labels]);

  const first = leads.data?.pages[0];
  return (
    <>
      <PageHeader
        title="Leads"
        meta={first && <Total total={first.total} estimate={first.total_is_estimate} />}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden /> New lead
          </Button>
        }
      />
      <LeadsToolbar
        filters={filters}
        onChange={(change) => go({ ...filters, ...change })}
        searchRef={search}
        onLeaveSearch={() => grid.current?.focus()}
      />
      <div className="sr-only" role="status">
        {leads.isSuccess && !leads.isFetching ? `${first?.total ?? 0} leads` : ""}
      </div>
      {leads.isPending && <LoadingGrid />}
      {leads.isError && rows.length === 0 && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The leads could not be read"
          actions={<Button onClick={() => void leads.refetch()}>Try again</Button>}
        >
          {inWords(leads.error)}
        </EmptyState>
      )}
      {leads.isSuccess && rows.length === 0 && (
        <NoLeads filters={filters} onClear={() => go(withoutFilters(filters))} />
      )}
      {rows.length > 0 && (
        <LeadsGrid
          ref={grid}
          leads={rows}
          total={first?.total ?? rows.length}
          dispositionLabel={dispositionLabel}
          selection={isStaff ? selection : undefined}
          filters={filters}
          onSort={sortBy}
          hasMore={hasNextPage}
          loadMore={loadMore}
          open={(leadId) => router.push(`/leads/${leadId}`)}
        />
      )}
      {isStaff && <BulkBar selection={selection} total={first?.total ?? 0} dispositions={dispositions.data ?? []} />}
      <NewLeadDialog open={newOpen} onClose={closeNew} />
    </>
  );
}

function withoutFilters({ sort, direction }: LeadFilters): LeadFilters {
  return { q: "", disposition: undefined, priority: undefined, agent: undefined, sort, direction };
}

function Total({ total, estimate }: { total: number; estimate: boolean }) {
  return (
    <span className="tabular-nums">
      {estimate && "about "}
      <NumberText value={total} />
    </span>
  );
}

function NoLeads({ filters, onClear }: { filters: LeadFilters; onClear: () => void }) {
  if (isFiltered(filters)) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No lead matches"
        actions={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Try fewer filters, or another part of the name or number.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<UsersRound />} title="No leads yet">
      Make the first one with “New lead”, or press N.
    </EmptyState>
  );
}

function LoadingGrid() {
  return (
    <div role="status" aria-label="Loading leads" className="md:pt-8">
      {Array.from({ length: 14 }, (_, row) => (
        <div key={row} className="flex h-16 items-center gap-8 border-b border-line px-5 md:h-9">
          <Skeleton className="w-36" />
          <Skeleton className="w-24 max-md:hidden" />
          <Skeleton className="w-20 max-md:hidden" />
          <Skeleton className="ml-auto w-24" />
        </div>
      ))}
    </div>
  );
}
