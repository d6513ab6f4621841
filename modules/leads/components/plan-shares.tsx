"use client";

import { useQuery } from "@tanstack/react-query";
import { CapacityBar } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { useNumberWords } from "@/lib/client/locale";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import type { PlanView } from "../plans.schemas";
import { planSharesQuery } from "./plan-queries";

/** Who gets how many leads of an assignment, and how full that makes them. */
export function PlanShares({ plan }: { plan: PlanView }) {
  const ended = plan.finished_at !== null;
  const shares = useQuery({
    ...planSharesQuery(plan.plan_id, ended ? "ended" : "ready"),
    enabled: plan.counts.will_change > 0 && plan.state !== "applying",
  });
  const agents = useQuery(agentsQuery);
  const figure = useNumberWords();
  if (plan.counts.will_change === 0) return null;
  if (!shares.data) return <Skeleton className="h-24 w-full" />;
  return (
    <section aria-labelledby="plan-shares">
      <h3 id="plan-shares" className="mb-1 text-sm font-medium">
        {ended ? "Who got them" : "Who gets them"}
      </h3>
      <ul className="grid gap-x-8 sm:grid-cols-2">
        {shares.data.map(({ agent, name, leads, loses }) => {
          const capacity = agents.data?.agents.find((each) => each.agent_id === agent)?.capacity;
          const net = ended ? 0 : leads - loses;
          return (
            <li key={agent} className="flex items-center gap-3 border-b border-line py-1.5">
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <span className="text-muted tabular-nums">{loses > 0 && `−${figure(loses)}`}</span>
              <span className="font-medium tabular-nums">{leads > 0 && `+${figure(leads)}`}</span>
              {capacity && (
                <CapacityBar
                  current={capacity.current + net}
                  max={capacity.max}
                  label={`Open leads of ${name} ${ended ? "now" : "afterwards"}`}
                  className="w-28"
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
