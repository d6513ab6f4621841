"use client";

import { CircleCheck, TriangleAlert } from "lucide-react";
import { Meter } from "@/components/ui/meter";
import type { PresenceSession } from "@/modules/agents/schemas";

type Readiness = PresenceSession["readiness"];

const AWAY_AFTER_RINGS = "away_after_missed_rings";

/** How ready the phone is for the next call, what lowered the score, and what to do about each. */
export function ReadinessPanel({ readiness }: { readiness: Readiness }) {
  const { score, ready } = readiness;
  // What has a notice of its own above, with a button, is not said twice.
  const issues = readiness.issues.filter(({ code }) => !code.startsWith("mic_") && code !== AWAY_AFTER_RINGS);
  return (
    <section aria-label="Readiness" className="flex flex-col gap-2">
      <div className="flex items-center gap-3 text-xs">
        <span className="text-muted">Readiness</span>
        <Meter
          value={score}
          max={100}
          label="Readiness"
          valueText={`${score} of 100, ${ready ? "ready" : "not ready"}`}
          tone={ready ? (score >= 80 ? "positive" : "caution") : "danger"}
        />
        <span className="w-7 text-right font-medium tabular-nums">{score}</span>
      </div>
      {readiness.issues.length === 0 ? (
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <CircleCheck aria-hidden className="size-3.5 text-positive-text" />
          Everything works: the next call can ring here.
        </p>
      ) : (
        <ul className="flex max-h-44 flex-col gap-2 overflow-y-auto">
          {issues.map((issue) => (
            <li key={issue.code} className="flex gap-1.5 text-xs">
              <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-caution-text" />
              <div className="min-w-0">
                <span className="font-medium">{issue.message}</span> <span className="text-muted">{issue.remedy}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
