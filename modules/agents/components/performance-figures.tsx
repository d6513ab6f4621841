"use client";

import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, CloudOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { NumberText, TimeAgo } from "@/components/ui/time";
import { useIsStaff } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import type { AgentPerformanceView } from "../performance.schemas";
import { type Part, partWords, performanceQuery } from "./performance-query";
import { ScoreInterval } from "./score-interval";

/** Everybody's score for managers, their own for agents, with what each is made of. */
export function PerformanceFigures() {
  const isStaff = useIsStaff();
  const overview = useQuery(performanceQuery);
  const failure = useFailure(overview);
  const title = isStaff ? "The team" : "Your score";
  const computedAt = overview.data?.computed_at;
  return (
    <Card aria-labelledby="figures-title" className="min-w-0">
      <CardHeader
        id="figures-title"
        title={title}
        {...(computedAt && {
          meta: (
            <>
              computed <TimeAgo at={computedAt} />
            </>
          ),
        })}
      />
      {overview.isPending && failure === undefined && (
        <CardBody className="flex flex-col gap-6">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-16 w-full" />
          ))}
        </CardBody>
      )}
      {failure !== undefined && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The scores could not be read"
          actions={<Button onClick={() => void overview.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
        </EmptyState>
      )}
      {overview.isSuccess && overview.data.agents.length === 0 && (
        <EmptyState icon={<ChartNoAxesColumn />} title="No scores yet">
          Scores appear here as soon as there is an agent.
        </EmptyState>
      )}
      <ul>
        {overview.data?.agents.map((agent) => (
          <AgentFigures key={agent.agent_id} agent={agent} />
        ))}
      </ul>
    </Card>
  );
}

function AgentFigures({ agent }: { agent: AgentPerformanceView }) {
  const { name, score, low, high, parts } = agent;
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,12rem)_minmax(0,1fr)_6.5rem]">
        <h3 className="truncate font-medium">{name}</h3>
        <ScoreInterval score={score} low={low} high={high} label={name} className="max-sm:order-3 max-sm:col-span-2" />
        <p className="text-right whitespace-nowrap tabular-nums">
          <span className="font-semibold">
            <NumberText value={score} digits={1} />
          </span>
          <span className="text-xs text-muted">
            {" "}
            <NumberText value={low} /> to <NumberText value={high} />
          </span>
        </p>
      </div>
      <p className="mt-1 text-xs text-muted">{placeWords(agent)}</p>
      <dl className="mt-2 grid gap-x-6 gap-y-2 sm:grid-cols-3">
        {parts.map((part) => (
          <PartFigures key={part.name} part={part} />
        ))}
      </dl>
    </li>
  );
}

function PartFigures({ part }: { part: Part }) {
  const { label, good } = partWords[part.name];
  return (
    <div className="min-w-0 text-xs">
      <dt className="flex items-baseline justify-between gap-2">
        {label}
        <span className="tabular-nums">
          <NumberText value={part.score} digits={1} />
        </span>
      </dt>
      <dd className="text-muted">
        {part.n === 0 ? (
          "no leads for it yet"
        ) : (
          <>
            <NumberText value={part.good} /> of <NumberText value={part.n} /> {good};{" "}
            <NumberText value={part.expected} digits={1} /> expected
          </>
        )}
      </dd>
    </div>
  );
}

/** The place among all, as far as the figures tell people apart. */
function placeWords({ comparable_with: others, best_rank: best, worst_rank: worst }: AgentPerformanceView): string {
  if (others === 0) return `Place ${best}, told apart from everybody.`;
  const who = others === 1 ? "1 other" : `${others} others`;
  return `Cannot be told apart from ${who}: anywhere from place ${best} to ${worst}.`;
}
