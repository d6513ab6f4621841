"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { PagedList } from "@/components/ui/paged-list";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
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
        <PagedList
          label="Alerts"
          query={query}
          items={alerts}
          empty={
            <EmptyState icon={<BellOff />} title={state === "open" ? "All is well" : "Nothing yet"}>
              {state === "open"
                ? "Whatever needs a manager's eye stands here as it happens, and goes by itself when it is over."
                : "Alerts are kept for 90 days."}
            </EmptyState>
          }
        >
          {(alert) => <AlertRow key={alert.alertId} alert={alert} />}
        </PagedList>
      </div>
    </>
  );
}
