"use client";

import { useQuery } from "@tanstack/react-query";
import { Stat } from "@/components/ui/stat";
import { clockText } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { listQueueFigures, type QueueFigures } from "../queue-figures.schemas";

const POLL_MS = 15_000;

/** What came of this queue's calls today; nothing before the first of them was answered or lost. */
export function QueueFiguresPanel({ queueId }: { queueId: string }) {
  const query = useQuery({
    queryKey: ["queue", "figures"],
    queryFn: ({ signal }) => api(listQueueFigures, { signal }),
    refetchInterval: POLL_MS,
  });
  // It stands beside the line, which matters more: while it loads or fails, the line is shown alone.
  const figures = query.data?.queues.find((one) => one.queueId === queueId);
  if (!figures || figures.serviceLevel === null) return null;
  return <Figures figures={figures} />;
}

function Figures({ figures }: { figures: QueueFigures }) {
  const { calls, serviceLevel, serviceLevelSeconds, abandonment, answerSeconds, handleSeconds } = figures;
  return (
    <section aria-label="Today" className="border-t border-line" data-testid="queue-figures">
      <h3 className="px-4 pt-3 text-xs font-medium text-muted">Today</h3>
      <dl className="grid grid-cols-2 sm:grid-cols-4">
        <Stat
          label={`Answered within ${serviceLevelSeconds} s`}
          value={percent(serviceLevel)}
          detail={`${calls.answeredInTime} of ${calls.answered + calls.abandoned} answered or hung up`}
        />
        <Stat label="Hung up" value={percent(abandonment)} detail={hungUpWords(calls)} />
        <Stat
          label="Wait until answered"
          value={answerSeconds === null ? "—" : clockText(answerSeconds)}
          detail="on average"
        />
        <Stat
          label="Call with wrap-up"
          value={handleSeconds === null ? "—" : clockText(handleSeconds)}
          detail={calls.elsewhere === 0 ? "on average" : `on average; ${calls.elsewhere} took another way out`}
        />
      </dl>
    </section>
  );
}

const percent = (share: number | null): string => (share === null ? "—" : `${Math.round(share * 100)} %`);

function hungUpWords({ abandoned, shortAbandoned }: QueueFigures["calls"]): string {
  const callers = abandoned === 1 ? "1 caller" : `${abandoned} callers`;
  return shortAbandoned === 0 ? callers : `${callers}; ${shortAbandoned} more at once`;
}
