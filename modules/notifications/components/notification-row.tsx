"use client";

import { Circle, CircleDot } from "lucide-react";
import Link from "next/link";
import { cn } from "@/components/cn";
import { IconButton } from "@/components/ui/icon-button";
import { TimeAgo } from "@/components/ui/time";
import type { NotificationView } from "../schemas";
import { useMark } from "./notification-queries";

/** One notification: opening what it is about marks it as read. */
export function NotificationRow({ notification, onOpen }: { notification: NotificationView; onOpen?: () => void }) {
  const mark = useMark();
  const { notificationId, title, body, href, updatedAt, readAt } = notification;
  const unread = readAt === null;
  return (
    <li
      className="group relative flex items-start gap-2 py-2.5 pr-3 pl-3 hover:bg-hover"
      data-testid="notification"
      data-unread={unread}
    >
      <span
        aria-hidden
        className={cn("mt-1.5 size-2 shrink-0 rounded-full", unread ? "bg-accent" : "bg-transparent")}
      />
      <div className="min-w-0 flex-1">
        <Link
          href={href}
          onClick={() => {
            if (unread) mark.mutate({ notificationId, read: true });
            onOpen?.();
          }}
          className={cn(
            "block text-sm wrap-anywhere before:absolute before:inset-0",
            unread ? "font-medium" : "text-muted",
          )}
        >
          {unread && <span className="sr-only">Unread: </span>}
          {title}
        </Link>
        {body !== null && <p className="pt-0.5 text-sm text-muted wrap-anywhere">{body}</p>}
        <p className="pt-0.5 text-xs text-muted">
          <TimeAgo at={updatedAt} />
        </p>
      </div>
      <IconButton
        label={unread ? "Mark as read" : "Mark as unread"}
        size="sm"
        busy={mark.isPending}
        onClick={() => mark.mutate({ notificationId, read: unread })}
        className="relative shrink-0 text-muted"
      >
        {unread ? <CircleDot aria-hidden /> : <Circle aria-hidden />}
      </IconButton>
    </li>
  );
}
