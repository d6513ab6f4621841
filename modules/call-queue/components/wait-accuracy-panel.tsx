"use client";

import { useQuery } from "@tanstack/react-query";
import { Stat } from "@/components/ui/stat";
import { api } from "@/lib/client/api";
import { readWaitAccuracy, type WaitAccuracy } from "../wait.schemas";

const POLL_MS = 30_000;
const HOURS = 24;

/** How good the waits were that callers of this queue were told, beside what simpler estimators would have said. */
export function WaitAccuracyPanel({ queueId }: { queueId: string }) {
  const query = useQuery({
    queryKey: ["queue", "wait-accuracy", queueId],
    queryFn: ({ signal }) => api(readWaitAccuracy, { params: { queueId }, query: { hours: HOURS }, signal }),
    refetchInterval: POLL_MS,
  });
  // It stands beside the line, which matters more: while it loads or fails, the line is shown alone.
  if (!query.data || query.data.announcements.judged === 0) return null;
  return <Figures accuracy={query.data} />;
}

function Figures({ accuracy: { announcements, coverage, errorSeconds, compared } }: { accuracy: WaitAccuracy }) {
  const off = coverage.range !== null && (coverage.range < 0.75 || coverage.range > 0.85);
  return (
    <section aria-label="Announced waits" className="border-t border-line" data-testid="wait-accuracy">
      <h3 className="px-4 pt-3 text-xs font-medium text-muted">Announced waits, last {HOURS} hours</h3>
      <dl className="grid grid-cols-2 sm:grid-cols-4">
        <Stat
          label="Within the range"
          value={percent(coverage.range)}
          unit={`aim ${percent(coverage.aim)}`}
          tone={off && announcements.judged >= MANY ? "caution" : "neutral"}
          detail={`${percent(coverage.sooner)} sooner, ${percent(coverage.later)} later`}
        />
        <Stat label="Error on average" value={seconds(errorSeconds.estimate)} detail={biasWords(errorSeconds.bias)} />
        <Stat label="Error by the last wait" value={seconds(compared.lastWaitSeconds)} detail={beside(compared)} />
        <Stat
          label="Error by the average wait"
          value={seconds(compared.averageWaitSeconds)}
          detail={`ours then ${seconds(compared.estimateSeconds)}`}
        />
      </dl>
      <p className="px-4 pb-3 text-xs text-muted">{countWords(announcements)}</p>
    </section>
  );
}

/** Fewer judged announcements say nothing about a share of 80 %. */
const MANY = 100;

const percent = (share: number | null): string => (share === null ? "—" : `${Math.round(share * 100)} %`);
const seconds = (value: number | null): string => (value === null ? "—" : `${Math.round(value)} s`);
const beside = (compared: WaitAccuracy["compared"]): string => `over ${compared.announcements} of these`;

function biasWords(bias: number | null): string {
  if (bias === null) return "none of them was answered yet";
  if (Math.abs(bias) < 1) return "neither too long nor too short";
  return `${Math.round(Math.abs(bias))} s too ${bias > 0 ? "long" : "short"} on average`;
}

function countWords({ total, judged, waiting, abandoned }: WaitAccuracy["announcements"]): string {
  const open = waiting === 0 ? "" : `, ${waiting} still open`;
  return `${judged} of ${total} announcements could be judged${open}; ${abandoned} were followed by a hang-up, which counts only when the range had passed.`;
}
