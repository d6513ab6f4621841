"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { BellOff, CloudOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonList } from "@/components/ui/skeleton";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import type { NotificationView } from "../schemas";
import { listQuery } from "./notification-queries";
import { NotificationRow } from "./notification-row";

const POLL_MS = 15_000;

/** The notifications that are loaded, and how they are read on. */
export function useFeed(state: "unread" | "all", limit: number) {
  const query = useInfiniteQuery({ ...listQuery(state, limit), refetchInterval: usePollInterval(POLL_MS) });
  const notifications = query.data?.pages.flatMap((page) => page.notifications) ?? [];
  return { query, notifications, newest: notifications[0]?.updatedAt };
}

interface FeedProps {
  query: ReturnType<typeof useFeed>["query"];
  notifications: readonly NotificationView[];
  state: "unread" | "all";
  onOpen?: () => void;
}

/** What a person was told, what moved last first. */
export function NotificationFeed({ query, notifications, state, onOpen }: FeedProps) {
  if (query.isPending) return <SkeletonList />;
  if (query.isError && query.data === undefined) {
    return (
      <EmptyState
        failing
        icon={<CloudOff />}
        title="The notifications could not be loaded"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {inWords(query.error)}
      </EmptyState>
    );
  }
  if (notifications.length === 0) {
    return (
      <EmptyState icon={<BellOff />} title={state === "unread" ? "Nothing unread" : "Nothing yet"}>
        Leads that come to you, callbacks that are due and work that is done are told here.
      </EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {notifications.map((notification) => (
        <NotificationRow key={notification.notificationId} notification={notification} {...(onOpen && { onOpen })} />
      ))}
    </ul>
  );
}
