"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { PhoneCall, ServerCrash } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { listCalls, queuedCallStateSchema, type CallRecord } from "../schemas";
import { AgentFilter } from "./agent-filter";
import { CallLogTable } from "./call-log-table";
import { stateWords } from "./call-words";

const PAGE = 100;
const POLL_MS = 10_000;
type State = NonNullable<CallRecord["state"]>;

/** All calls, newest first; agents see their own. */
export function CallLog() {
  const staff = useIsStaff();
  const [state, setState] = useState<State | "all">("all");
  const [agent, setAgent] = useState<string>("all");
  const query = useInfiniteQuery({
    queryKey: ["call", "list", state, agent],
    queryFn: ({ signal, pageParam }) =>
      api(listCalls, {
        query: {
          limit: PAGE,
          cursor: pageParam,
          state: state === "all" ? undefined : state,
          agent: agent === "all" ? undefined : agent,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const calls = query.data?.pages.flatMap((page) => page.calls) ?? [];
  const filtered = state !== "all" || agent !== "all";
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Calls"
        actions={
          <>
            <Select
              label="State"
              size="sm"
              value={state}
              onChange={setState}
              options={[
                { value: "all", label: "All states" },
                ...queuedCallStateSchema.options.map((value) => ({ value, label: stateWords[value].label })),
              ]}
              className="w-36"
            />
            {staff && <AgentFilter value={agent} onChange={setAgent} />}
          </>
        }
      />
      {query.isError && query.data === undefined ? (
        <EmptyState
          failing
          icon={<ServerCrash />}
          title="The calls could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(query.error)}
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
