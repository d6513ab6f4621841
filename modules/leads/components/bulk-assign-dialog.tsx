"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { CapacityBar } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { agentsQuery, type ListedAgent } from "@/modules/agents/components/agent-queries";
import { availabilityWords } from "@/modules/agents/components/presence-words";
import { bulkAssign, type BulkAssigned } from "../plans.schemas";
import type { Lead } from "../schemas";
import type { BulkResult } from "./bulk-result-dialog";
import type { ListSearch } from "./lead-filters";
import type { NewPlan } from "./plan-queries";
import { failureWords, leadCount, strategyWords, type StrategyName } from "./lead-words";

const TIMEOUT_MS = 120_000;
const STRATEGIES = Object.keys(strategyWords) as readonly StrategyName[];

export interface BulkAssignDialogProps {
  leads: readonly Lead[];
  onClose: () => void;
  onDone: (result: BulkResult) => void;
  /** Instead of leads: all that a search finds. They are previewed first, by a plan. */
  matching?: { search: ListSearch; total: number };
  onPlan?: (request: NewPlan) => void;
}

/** Assigns the selected leads by a strategy over some or all agents; shows beforehand whether there is room. */
export function BulkAssignDialog({ leads, onClose, onDone, matching, onPlan }: BulkAssignDialogProps) {
  const queries = useQueryClient();
  const agents = useQuery(agentsQuery);
  const [strategy, setStrategy] = useState<StrategyName>("capacity_based");
  const [ticked, setTicked] = useState<ReadonlySet<string>>();
  const all = (agents.data?.agents ?? []).toSorted((a, b) => roomOf(b) - roomOf(a));
  const chosen = ticked ?? new Set(all.filter((agent) => roomOf(agent) > 0).map((agent) => agent.agent_id));
  const taking = all.filter((agent) => chosen.has(agent.agent_id));
  const room = taking.reduce((sum, agent) => sum + roomOf(agent), 0);
  const assign = useMutation({
    mutationFn: () =>
      api(bulkAssign, {
        body: {
          lead_ids: leads.map((lead) => lead.lead_id),
          assignment_strategy: strategy,
          agents: taking.map((agent) => agent.agent_id),
        },
        timeoutMs: TIMEOUT_MS,
      }),
    onSuccess: (answer) => onDone("assignments" in answer ? resultOf(answer, leads, all) : goingOn(answer.total_leads)),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["lead"] }),
        queries.invalidateQueries({ queryKey: ["agent"] }),
      ]),
  });
  const total = matching?.total ?? leads.length;
  const go = () => {
    if (!matching) return assign.mutate();
    const agentIds = taking.map((agent) => agent.agent_id);
    return onPlan?.({ kind: "assign", search: matching.search, assignment_strategy: strategy, agents: agentIds });
  };
  const tick = (agentId: string) => {
    const next = new Set(chosen);
    if (!next.delete(agentId)) next.add(agentId);
    setTicked(next);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Assign ${leadCount(total)}`}
      size="lg"
      footer={
        <>
          <span className="mr-auto text-xs text-muted">
            {taking.length} {taking.length === 1 ? "agent" : "agents"}, room for {room}
          </span>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabled={taking.length === 0} busy={assign.isPending} onClick={go}>
            {matching ? "Preview" : `Assign ${leadCount(total)}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {assign.error && <Banner tone="danger">{inWords(assign.error)}</Banner>}
        <StrategyChoice value={strategy} onChange={setStrategy} />
        <AgentTicks agents={all} pending={agents.isPending} chosen={chosen} onTick={tick} />
        {agents.isSuccess && room < total && (
          <Banner tone="caution">
            {taking.length === 0
              ? "Choose at least one agent."
              : `There is room for ${room}: at least ${leadCount(total - room)} will stay as they are, and be listed.`}
          </Banner>
        )}
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
              className="mt-0.5 size-4 accent-accent outline-none"
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

/** More than one request does: a worker goes on with it, and the lists follow by themselves. */
const goingOn = (total: number): BulkResult => ({
  title: "Under way",
  done: `${leadCount(total)} are being assigned in the background.`,
  failures: [],
});

function resultOf(
  { assignments, summary, failures }: BulkAssigned,
  leads: readonly Lead[],
  agents: readonly ListedAgent[],
): BulkResult {
  const names = new Map(agents.map((agent) => [agent.agent_id, agent.name]));
  const leadNames = new Map(leads.map((lead) => [lead.lead_id, lead.name]));
  const shares = Object.entries(Object.groupBy(assignments, (row) => row.assigned_to))
    .map(([email, rows]) => ({ name: names.get(email) ?? email, count: rows?.length ?? 0 }))
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return {
    title: failures.length === 0 ? "All assigned" : `${failures.length} of ${summary.total_leads} not assigned`,
    done: `${leadCount(summary.successfully_assigned)} assigned.`,
    shares,
    failures: failures.map(({ lead_id, code }) => ({
      leadId: lead_id,
      name: leadNames.get(lead_id) ?? lead_id,
      why: failureWords(code),
    })),
  };
}
