"use client";

import { Bell, BellDot, CheckCheck } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { NotificationFeed, useFeed } from "./notification-feed";
import { useMarkAll, useUnread } from "./notification-queries";
import { UnreadCount } from "./unread-count";

const SHOWN = 10;

/** The bell of the navigation: how many are unread, and the last ones at a press. */
export function NotificationBell({ narrow, className }: { narrow: boolean; className: string }) {
  const [open, setOpen] = useState(false);
  const unread = useUnread();
  return (
    <Popover
      label="Notifications"
      side="right"
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="flex max-h-[min(36rem,90dvh)] w-96 flex-col overflow-hidden p-0"
      trigger={
        <button
          type="button"
          title={narrow ? "Notifications" : undefined}
          className={cn(className, "w-full data-[state=open]:bg-hover")}
        >
          {unread > 0 ? <BellDot aria-hidden /> : <Bell aria-hidden />}
          <span className={narrow ? "sr-only" : "truncate"}>Notifications</span>
          <UnreadCount count={unread} narrow={narrow} />
        </button>
      }
    >
      <Latest onClose={() => setOpen(false)} />
    </Popover>
  );
}

function Latest({ onClose }: { onClose: () => void }) {
  const { query, notifications, newest } = useFeed("all", SHOWN);
  const markAll = useMarkAll();
  const unread = useUnread();
  return (
    <>
      <div className="flex min-h-11 items-center gap-2 border-b border-line px-3">
        <h2 className="flex-1 text-sm font-semibold">Notifications</h2>
        {unread > 0 && newest !== undefined && (
          <Button size="sm" variant="ghost" busy={markAll.isPending} onClick={() => markAll.mutate(newest)}>
            <CheckCheck aria-hidden />
            Mark all as read
          </Button>
        )}
      </div>
      {/* In the order of Tab, so that the keyboard can scroll it. */}
      <div
        tabIndex={0}
        role="group"
        aria-label="The last ones"
        // Inside of its edge, which is the panel's: outside it would be cut off.
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        <NotificationFeed query={query} notifications={notifications.slice(0, SHOWN)} state="all" onOpen={onClose} />
      </div>
      <div className="flex items-center justify-between border-t border-line px-3 py-2 text-sm">
        <Link href="/notifications" onClick={onClose} className="text-accent-text hover:underline">
          All notifications
        </Link>
        <Link href="/settings/notifications" onClick={onClose} className="text-muted hover:underline">
          Settings
        </Link>
      </div>
    </>
  );
}
