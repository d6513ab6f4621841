"use client";

import { CheckCheck, Settings } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EarlierOnes } from "@/components/ui/earlier-ones";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { NumberText } from "@/components/ui/time";
import { NotificationFeed, useFeed } from "./notification-feed";
import { useMarkAll, useUnread } from "./notification-queries";

const PAGE = 30;

/** All that a person was told in the last 90 days. */
export function NotificationsScreen() {
  const [state, setState] = useState<"unread" | "all">("all");
  const { query, notifications, newest } = useFeed(state, PAGE);
  const unread = useUnread();
  const markAll = useMarkAll();
  return (
    <>
      <PageHeader
        title="Notifications"
        meta={
          unread > 0 && (
            <span className="max-sm:hidden">
              <NumberText value={unread} /> unread
            </span>
          )
        }
        actions={
          <>
            {unread > 0 && newest !== undefined && (
              <Button size="sm" busy={markAll.isPending} onClick={() => markAll.mutate(newest)}>
                <CheckCheck aria-hidden />
                <span className="max-sm:sr-only">Mark all as read</span>
              </Button>
            )}
            <Select
              label="Which notifications"
              size="sm"
              value={state}
              onChange={setState}
              options={[
                { value: "all", label: "All" },
                { value: "unread", label: "Unread" },
              ]}
              className="w-26"
            />
            <Button asChild size="sm">
              <Link href="/settings/notifications">
                <Settings aria-hidden />
                <span className="max-sm:sr-only">Settings</span>
              </Link>
            </Button>
          </>
        }
      />
      <div className="mx-auto w-full max-w-3xl p-4 pb-24 md:px-6">
        <Card aria-label="Notifications" aria-busy={query.isPending}>
          <NotificationFeed query={query} notifications={notifications} state={state} />
        </Card>
        <EarlierOnes query={query} />
      </div>
    </>
  );
}
