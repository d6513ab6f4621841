"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { PhoneCall, ServerCrash } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useDebounced } from "@/lib/client/use-debounced";
import { useFailure } from "@/lib/client/use-failure";
import { CALL_OUTCOMES } from "../domain/call-outcomes";
import { listCalls } from "../schemas";
import { AgentFilter } from "./agent-filter";
import { CallLogTable } from "./call-log-table";
import { queryOf, useCallFilters } from "./call-filters";
import { CallsNav } from "./calls-nav";
import { outcomeWords } from "./call-words";
import { QueueFilter } from "./queue-filter";

const PAGE = 100;
const POLL_MS = 10_000;

/** All calls, newest first; agents see their own. */
export function CallLog() {
  const staff = useIsStaff();
  const { filters, set } = useCallFilters();
  const [number, setNumber] = useState(filters.number);
  const typed = useDebounced(number, 300);
  useEffect(() => {
    if (typed !== filters.number) set({ number: typed });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what was typed moves the address
  }, [typed]);
  const wanted = queryOf(filters);
  const query = useInfiniteQuery({
    queryKey: ["call", "list", wanted],
    queryFn: ({ signal, pageParam }) =>
      api(listCalls, { query: { limit: PAGE, cursor: pageParam, ...wanted }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const calls = query.data?.pages.flatMap((page) => page.calls) ?? [];
  const filtered = Object.values(wanted).some((value) => value !== undefined);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Calls"
        actions={
          <Button asChild variant="ghost" size="sm" className="md:hidden">
            <Link href="/callbacks">Callbacks</Link>
          </Button>
        }
      />
      <CallsNav current="/calls" />
      <div className="flex flex-wrap items-center gap-2 px-4 py-2 md:px-6" role="search" aria-label="Filter calls">
        <Input
          aria-label="Number"
          placeholder="Number"
          inputMode="tel"
          value={number}
          onChange={({ target }) => setNumber(target.value)}
          className="h-7 w-36"
        />
        <Select
          label="Outcome"
          size="sm"
          value={filters.outcome}
          onChange={(outcome) => set({ outcome })}
          options={[
            { value: "all" as const, label: "All outcomes" },
            ...CALL_OUTCOMES.map((value) => ({ value, label: outcomeWords[value] })),
          ]}
          className="w-36"
        />
        <Select
          label="Direction"
          size="sm"
          value={filters.direction}
          onChange={(direction) => set({ direction })}
          options={[
            { value: "all" as const, label: "In and out" },
            { value: "inbound" as const, label: "Incoming" },
            { value: "outbound" as const, label: "Outgoing" },
          ]}
          className="w-32"
        />
        <QueueFilter value={filters.queue} onChange={(queue) => set({ queue })} />
        {staff && <AgentFilter value={filters.agent} onChange={(agent) => set({ agent })} />}
        <div className="flex flex-wrap items-center gap-2">
          <Day label="From" value={filters.from} onChange={(from) => set({ from })} />
          <Day label="To" value={filters.to} onChange={(to) => set({ to })} />
        </div>
      </div>
      {failure !== undefined ? (
        <EmptyState
          failing
          icon={<ServerCrash />}
          title="The calls could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
        </EmptyState>
      ) : !query.isPending && calls.length === 0 ? (
        <EmptyState icon={<PhoneCall />} title={filtered ? "No call matches" : "No calls yet"}>
          {filtered
            ? "Choose other filters to see more."
            : "As soon as somebody calls in, the call stands here with everything that happened to it."}
        </EmptyState>
      ) : (
        <CallLogTable
          calls={calls}
          loading={query.isPending}
          loadMore={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
        />
      )}
    </div>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <label className="flex items-center gap-1.5 text-xs text-muted">
      {label}
      <Input
        type="date"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className={value === "" ? "h-7 w-34 text-muted" : "h-7 w-34"}
      />
    </label>
  );
}
