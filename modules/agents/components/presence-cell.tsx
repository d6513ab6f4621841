"use client";

import { CircleCheck } from "lucide-react";
import { StatusDot } from "@/components/ui/badge";
import { Popover } from "@/components/ui/popover";
import { Duration, TimeAgo } from "@/components/ui/time";
import type { PresenceSession } from "../schemas";
import { presenceWords } from "./presence-words";

/** Whether an agent takes calls; opens to the readiness score and what lowered it. */
export function PresenceCell({ session }: { session: PresenceSession | undefined }) {
  if (!session || session.sessionId === null)
    return <span className="pl-1 whitespace-nowrap text-muted">Signed off</span>;
  const { label, tone } = presenceWords(session);
  const { readiness } = session;
  return (
    <Popover
      label={`Readiness of ${session.name}`}
      align="end"
      className="w-80"
      trigger={
        <button
          type="button"
          className="-ml-1 inline-flex h-6 items-center gap-2 rounded-sm px-2 hover:bg-track data-[state=open]:bg-track"
        >
          <span className="sr-only">{session.name}:</span>
          <StatusDot tone={tone} pulse={session.status === "on_call"}>
            {label}
          </StatusDot>
          <span className="text-xs text-muted tabular-nums">{Math.round(readiness.score)}</span>
          <span className="sr-only">readiness. Details</span>
        </button>
      }
    >
      <div className="flex items-baseline justify-between">
        <h3 className="font-medium">{session.name}</h3>
        <span className="text-xs text-muted">
          Readiness <span className="font-medium text-text tabular-nums">{Math.round(readiness.score)}</span> of 100
        </span>
      </div>
      <ReadinessIssues issues={readiness.issues} />
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 border-t border-line pt-2 text-xs">
        <dt className="text-muted">Signed in for</dt>
        <dd>{session.loginAt ? <Duration since={session.loginAt} /> : "—"}</dd>
        <dt className="text-muted">Last heartbeat</dt>
        <dd>{session.lastHeartbeat ? <TimeAgo at={session.lastHeartbeat} /> : "—"}</dd>
        <dt className="text-muted">Device</dt>
        <dd>{session.deviceConnected ? "Connected" : "Not connected"}</dd>
      </dl>
    </Popover>
  );
}

function ReadinessIssues({ issues }: { issues: PresenceSession["readiness"]["issues"] }) {
  if (issues.length === 0) {
    return (
      <p className="mt-2 flex items-center gap-1.5 text-positive-text">
        <CircleCheck aria-hidden className="size-4" /> Nothing stands in the way of a call.
      </p>
    );
  }
  return (
    <ul className="mt-2 flex flex-col gap-2">
      {issues.map((issue) => (
        <li key={issue.code} className="flex gap-3">
          <span className="min-w-0 flex-1">
            {issue.message}
            <span className="block text-xs text-muted">{issue.remedy}</span>
          </span>
          <span className="text-xs text-danger-text tabular-nums">−{Math.round(issue.penalty)}</span>
        </li>
      ))}
    </ul>
  );
}
