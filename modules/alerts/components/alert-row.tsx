"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { cn } from "@/components/cn";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { TimeAgo } from "@/components/ui/time";
import type { AlertRecord } from "../schemas";
import { severityWords, useAcknowledge } from "./alert-queries";

/** One episode: what happened, what to do, since when, and who has seen it. */
export function AlertRow({ alert }: { alert: AlertRecord }) {
  const acknowledge = useAcknowledge();
  const { label, tone } = severityWords[alert.severity];
  const over = alert.resolvedAt !== null;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:flex-nowrap" data-testid="alert">
      <span className="w-18 shrink-0 pt-px">
        <Badge tone={over ? "neutral" : tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full sm:flex-1 sm:basis-0">
        <p className={cn("text-sm", over ? "text-muted" : "font-medium")}>{alert.title}</p>
        <p className="pt-0.5 text-sm text-muted">{alert.advice}</p>
        {alert.href !== null && (
          <p className="pt-0.5 text-sm">
            <Link href={alert.href} className="text-accent-text underline-offset-2 hover:underline">
              Show them
            </Link>
          </p>
        )}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted">
          <span>
            {over ? "over " : "last seen "}
            <TimeAgo at={alert.resolvedAt ?? alert.lastSeen} />
          </span>
          <span>
            began <TimeAgo at={alert.firstSeen} />
          </span>
          {alert.count > 1 && <span className="tabular-nums">{alert.count} times</span>}
          {alert.acknowledgedBy !== null && <span>seen by {alert.acknowledgedBy}</span>}
        </p>
      </div>
      {!over && alert.acknowledgedAt === null && (
        <Button
          size="sm"
          busy={acknowledge.isPending}
          onClick={() => acknowledge.mutate(alert.alertId)}
          aria-label={`I have seen: ${alert.title}`}
          className="shrink-0"
        >
          <Check aria-hidden />
          Seen
        </Button>
      )}
    </li>
  );
}
