"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { CapacityBar } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { NumberText } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { agentsQuery, type ListedAgent } from "@/modules/agents/components/agent-queries";
import { availabilityWords } from "@/modules/agents/components/presence-words";
import type { NewPlan } from "./plan-queries";
import { leadCount, strategyWords, type StrategyName } from "./lead-words";

const STRATEGIES = Object.keys(strategyWords) as readonly StrategyName[];

/** Leads by their ids, or all that a search finds. */
export type Chosen = Pick<NewPlan, "lead_ids"> | Pick<NewPlan, "search">;

export interface BulkAssignDialogProps {
  chosen: Chosen;
  total: number;
  onClose: () => void;
  /** What is to be previewed, and how it is done in a few words. */
  onPlan: (request: NewPlan, how: string) => void;
}

/** How leads are to be assigned, and to whom: a strategy over some or all agents, and whether there is room. */
export function BulkAssignDialog({ chosen, total, onClose, onPlan }: BulkAssignDialogProps) {
  const agents = useQuery(agentsQuery);
  const [strategy, setStrategy] = useState<StrategyName>("capacity_based");
  const [ticked, setTicked] = useState<ReadonlySet<string>>();
  const figure = useNumberWords();
  const all = (agents.data?.agents ?? []).toSorted((a, b) => roomOf(b) - roomOf(a));
  const taken = ticked ?? new Set(all.filter((agent) => roomOf(agent) > 0).map((agent) => agent.agent_id));
  const taking = all.filter((agent) => taken.has(agent.agent_id));
  const room = taking.reduce((sum, agent) => sum + roomOf(agent), 0);
  const agentsWords = `${taking.length} ${taking.length === 1 ? "agent" : "agents"}`;
  const go = () =>
    onPlan(
      { kind: "assign", ...chosen, assignment_strategy: strategy, agents: taking.map((agent) => agent.agent_id) },
      `${strategyWords[strategy].label}, over ${agentsWords}`,
    );
  const tick = (agentId: string) => {
    const next = new Set(taken);
    if (!next.delete(agentId)) next.add(agentId);
    setTicked(next);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Assign ${leadCount(total, figure)}`}
      size="lg"
      footer={
        <>
          <span className="mr-auto text-xs text-muted tabular-nums">
            {agentsWords}, room for <NumberText value={room} />
          </span>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={taking.length === 0} onClick={go}>
            Preview
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {agents.error && <Banner tone="danger">{inWords(agents.error)}</Banner>}
        {agents.isSuccess && room < total && (
          <Banner tone="caution">
            {taking.length === 0
              ? "Choose at least one agent."
              : `There is room for ${figure(room)}: the preview lists the leads that stay as they are.`}
          </Banner>
        )}
        <StrategyChoice value={strategy} onChange={setStrategy} />
        <AgentTicks agents={all} pending={agents.isPending} chosen={taken} onTick={tick} />
      </div>
    </Dialog>
  );
}

function StrategyChoice({ value, onChange }: { value: StrategyName; onChange: (value: StrategyName) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">How</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {STRATEGIES.map((each) => (
          <label
            key={each}
            className={cn(
              "flex items-start gap-2.5 rounded-md border border-line px-3 py-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent dark:has-focus-visible:outline-accent-text",
              value === each && "border-accent bg-selected hover:bg-selected",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === each}
              onChange={() => onChange(each)}
              className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
            />
            <span>
              <span className="block font-medium">{strategyWords[each].label}</span>
              <span className="block text-xs text-muted">{strategyWords[each].hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface AgentTicksProps {
  agents: readonly ListedAgent[];
  pending: boolean;
  chosen: ReadonlySet<string>;
  onTick: (agentId: string) => void;
}

function AgentTicks({ agents, pending, chosen, onTick }: AgentTicksProps) {
  const prefix = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">To whom</legend>
      <ul className="max-h-64 divide-y divide-line overflow-y-auto rounded-md border border-line">
        {pending && [0, 1, 2, 3].map((row) => <Skeleton key={row} className="m-3 w-40" />)}
        {agents.map((agent) => {
          const id = `${prefix}-${agent.agent_id}`;
          const { label } = availabilityWords[agent.status];
          return (
            <li key={agent.agent_id} className="flex h-9 items-center gap-3 px-3">
              <Checkbox id={id} checked={chosen.has(agent.agent_id)} onCheckedChange={() => onTick(agent.agent_id)} />
              <label htmlFor={id} className="min-w-0 flex-1 truncate">
                {agent.name}
                {agent.status !== "active" && <span className="ml-2 text-xs text-muted">{label}</span>}
              </label>
              {agent.capacity && (
                <CapacityBar
                  current={agent.capacity.current}
                  max={agent.capacity.max}
                  label={`Open leads of ${agent.name}`}
                  className="w-36"
                />
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

/** Places that leads could go to now: none with those who take no leads. */
function roomOf(agent: ListedAgent): number {
  return agent.status === "active" ? (agent.capacity?.available_slots ?? 0) : 0;
}
