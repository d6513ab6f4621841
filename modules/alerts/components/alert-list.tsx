"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { BellOff, ServerCrash } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { SkeletonList } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { listAlerts } from "../schemas";
import { AlertRow } from "./alert-row";

const POLL_MS = 10_000;

/** Alerts, the last seen first: those that are open, or all that are kept. */
export function AlertList() {
  const [state, setState] = useState<"open" | "all">("open");
  const query = useInfiniteQuery({
    queryKey: ["alert", "list", state],
    queryFn: ({ signal, pageParam }) => api(listAlerts, { query: { state, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const alerts = query.data?.pages.flatMap((page) => page.alerts) ?? [];
  return (
    <>
      <PageHeader
        title="Alerts"
        actions={
          <Select
            label="Which alerts"
            size="sm"
            value={state}
            onChange={setState}
            options={[
              { value: "open", label: "Open" },
              { value: "all", label: "All, 90 days" },
            ]}
            className="w-34"
          />
        }
      />
      <div className="p-4 pb-24 md:px-6">
        <Card aria-label="Alerts" aria-busy={query.isPending}>
          {query.isPending && failure === undefined && <SkeletonList />}
          {failure !== undefined && (
            <EmptyState
              failing
              icon={<ServerCrash />}
              title="The alerts could not be loaded"
              actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
            >
              {inWords(failure)}
            </EmptyState>
          )}
          {query.isSuccess && alerts.length === 0 && (
            <EmptyState icon={<BellOff />} title={state === "open" ? "All is well" : "Nothing yet"}>
              {state === "open"
                ? "Whatever needs a manager's eye stands here as it happens, and goes by itself when it is over."
                : "Alerts are kept for 90 days."}
            </EmptyState>
          )}
          {alerts.length > 0 && (
            <ul className="divide-y divide-line">
              {alerts.map((alert) => (
                <AlertRow key={alert.alertId} alert={alert} />
              ))}
            </ul>
          )}
        </Card>
        {query.hasNextPage && (
          <div className="flex justify-center pt-4">
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Show earlier ones
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
