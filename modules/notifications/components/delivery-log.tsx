"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { MailX, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { PagedList } from "@/components/ui/paged-list";
import { Select } from "@/components/ui/select";
import { TimeAgo } from "@/components/ui/time";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { type DeliveryView, listDeliveries, retryDelivery } from "../schemas";

type State = DeliveryView["state"];

const POLL_MS = 5_000;
const STATES: Readonly<Record<State, { label: string; tone: Tone }>> = {
  gathering: { label: "Waiting", tone: "neutral" },
  retrying: { label: "Trying again", tone: "caution" },
  sending: { label: "Sending", tone: "info" },
  sent: { label: "Sent", tone: "positive" },
  delivered: { label: "Delivered", tone: "positive" },
  failed: { label: "Failed", tone: "danger" },
  skipped: { label: "Not sent", tone: "neutral" },
};

/** What went out by e-mail and SMS, and what did not, newest first. For admins. */
export function DeliveryLogScreen() {
  const [state, setState] = useState<State | "any">("any");
  const figure = useNumberWords();
  const query = useInfiniteQuery({
    queryKey: ["notification", "deliveries", state],
    queryFn: ({ signal, pageParam }) =>
      api(listDeliveries, { query: { cursor: pageParam, ...(state === "any" ? {} : { state }) }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: POLL_MS,
  });
  const deliveries = query.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const counts = query.data?.pages[0]?.counts ?? {};
  const options = (Object.keys(STATES) as State[]).map((value) => ({
    value,
    label: `${STATES[value].label} (${figure(counts[value] ?? 0)})`,
  }));
  return (
    <>
      <PageHeader
        title="Messages sent"
        actions={
          <Select
            label="Which messages"
            size="sm"
            value={state}
            onChange={setState}
            options={[{ value: "any", label: "All" }, ...options]}
            className="w-44"
          />
        }
      />
      <div className="p-4 pb-24 md:px-6">
        <PagedList
          label="Messages"
          query={query}
          items={deliveries}
          empty={
            <EmptyState icon={<MailX />} title="No messages">
              E-mails and SMS of notifications are listed here for 90 days.
            </EmptyState>
          }
        >
          {(delivery) => <DeliveryRow key={delivery.deliveryId} delivery={delivery} />}
        </PagedList>
      </div>
    </>
  );
}

function DeliveryRow({ delivery }: { delivery: DeliveryView }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api(retryDelivery, { params: { deliveryId: delivery.deliveryId } }),
    onError: (error) => toastFailure("It was not tried again", inWords(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ["notification", "deliveries"] }),
  });
  const figure = useNumberWords();
  const { label, tone } = STATES[delivery.state];
  const waits = delivery.state === "gathering" || delivery.state === "retrying";
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:flex-nowrap" data-testid="delivery">
      <span className="w-28 shrink-0 pt-px">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full max-sm:order-last sm:flex-1 sm:basis-0">
        <p className="text-sm font-medium wrap-anywhere">
          {delivery.titles[0] ?? "Nothing that is still kept"}
          {delivery.notifications > 1 && (
            <span className="text-muted"> and {figure(delivery.notifications - 1)} more</span>
          )}
        </p>
        <p className="pt-0.5 text-sm text-muted wrap-anywhere">
          {delivery.channel === "email" ? "E-mail" : "SMS"} to {delivery.person}
          {delivery.address !== null && `, ${delivery.address}`}
        </p>
        {delivery.error !== null && <p className="pt-0.5 text-sm text-muted wrap-anywhere">{delivery.error}</p>}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted">
          <span>
            {waits ? "due " : ""}
            <TimeAgo at={waits ? delivery.dueAt : (delivery.finishedAt ?? delivery.createdAt)} />
          </span>
          {delivery.quiet && <span>quiet hours</span>}
          {delivery.attempts > 1 && <span className="tabular-nums">{figure(delivery.attempts)} tries</span>}
        </p>
      </div>
      {(delivery.state === "failed" || delivery.state === "retrying") && (
        <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()} className="ml-auto">
          <RotateCcw aria-hidden />
          Try now
        </Button>
      )}
    </li>
  );
}
