"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { loadTone, Meter } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { Stat } from "@/components/ui/stat";
import { Duration, NumberText } from "@/components/ui/time";
import { agentsQuery, type ListedAgent, presenceQuery } from "@/modules/agents/components/agent-queries";
import type { AgentCalls } from "@/modules/call-queue/agent-calls.schemas";
import { callsTodayQuery } from "@/modules/call-queue/components/agent-calls-query";
import { useQueues, waitingCalls } from "./queue-query";

/** The day in six figures: who works, how full they are, who waits. */
export function SummaryStats() {
  const agents = useQuery(agentsQuery);
  const presence = useQuery(presenceQuery);
  const today = useQuery(callsTodayQuery);
  const queues = useQueues();
  const summary = agents.data?.summary;
  const statistics = presence.data?.statistics;
  const waiting = waitingCalls(queues.data);
  const longest = waiting[0]?.enqueuedAt;
  const known = (data: unknown, figure: ReactNode) =>
    data === undefined ? <Unknown failed={agents.isError} /> : figure;
  return (
    <Card aria-label="Summary">
      <dl className="-mr-px -mb-px grid grid-cols-2 md:grid-cols-3 xl:grid-cols-6 [&>div]:border-r [&>div]:border-b [&>div]:border-line">
        <Stat
          label="Agents active"
          value={known(summary, summary?.active_agents)}
          unit={summary && `of ${summary.total_agents}`}
        />
        <Stat
          label="Capacity used"
          value={known(summary, <NumberText value={summary?.used_capacity ?? 0} />)}
          unit={summary && <>of {<NumberText value={summary.total_capacity} />}</>}
          detail={summary && <FreePlaces agents={agents.data?.agents ?? []} />}
        />
        <Stat
          label="Utilisation"
          value={known(summary, <NumberText value={summary?.utilization_percentage ?? 0} digits={1} />)}
          unit={summary && "%"}
          detail={
            <Meter
              label="Utilisation"
              value={summary?.utilization_percentage ?? 0}
              max={100}
              valueText={`${summary?.utilization_percentage ?? 0} %`}
              tone={loadTone(summary?.used_capacity ?? 0, summary?.total_capacity ?? 0)}
            />
          }
        />
        <Stat
          label="Agents ready for calls"
          value={known(statistics, statistics?.ready)}
          unit={statistics && `of ${statistics.signedIn} signed in`}
          detail={today.data && callsWords(today.data.agents)}
        />
        <Stat
          label="Calls waiting"
          value={known(queues.data, waiting.length)}
          tone={waiting.length > 0 ? "caution" : "neutral"}
        />
        <Stat
          label="Longest wait"
          value={known(queues.data, longest === undefined ? "—" : <Duration since={longest} />)}
          tone={longest === undefined ? "neutral" : "caution"}
        />
      </dl>
    </Card>
  );
}

/** Room with those who take leads now: what could be dealt this moment. */
function FreePlaces({ agents }: { agents: readonly ListedAgent[] }) {
  const free = agents
    .filter(({ status }) => status === "active")
    .reduce((sum, { capacity }) => sum + (capacity?.available_slots ?? 0), 0);
  return (
    <>
      <NumberText value={free} /> free now
    </>
  );
}

function callsWords(agents: AgentCalls["agents"]): string {
  const sum = (of: "answered" | "missed") => agents.reduce((total, agent) => total + (agent[of][0] ?? 0), 0);
  const [answered, missed] = [sum("answered"), sum("missed")];
  return `${answered} answered today${missed > 0 ? `, ${missed} missed` : ""}`;
}

function Unknown({ failed }: { failed: boolean }) {
  if (failed) return <span title="Could not be read">—</span>;
  return <Skeleton className="my-1 inline-block h-5 w-10" />;
}
