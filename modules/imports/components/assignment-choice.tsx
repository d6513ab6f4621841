"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useNumberWords } from "@/lib/client/locale";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { type StrategyName, strategyWords } from "@/modules/leads/components/lead-words";
import type { ImportOptions } from "./import-queries";

type Assignment = ImportOptions["assignment"];
const NOBODY = "nobody";
const STRATEGIES = Object.keys(strategyWords) as StrategyName[];

/** How new leads are dealt, and over whom: everybody, or those that are ticked. */
export function AssignmentChoice({ value, onChange }: { value: Assignment; onChange: (value: Assignment) => void }) {
  const figure = useNumberWords();
  const id = useId();
  const agents = useQuery({ ...agentsQuery, enabled: value !== null });
  const ticked = new Set(value?.agents ?? []);
  const choose = (strategy: StrategyName | typeof NOBODY) =>
    onChange(strategy === NOBODY ? null : { strategy, agents: value?.agents ?? null, team: null });
  const tick = (email: string) => {
    if (value === null) return;
    if (!ticked.delete(email)) ticked.add(email);
    onChange({ ...value, agents: ticked.size === 0 ? null : [...ticked], team: null });
  };
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Assign new leads"
        hint={value === null ? "They stay in the pool." : strategyWords[value.strategy].hint}
      >
        {(control) => (
          <Select
            {...control}
            value={value?.strategy ?? NOBODY}
            onChange={choose}
            options={[
              { value: NOBODY, label: "To nobody yet" },
              ...STRATEGIES.map((strategy) => ({ value: strategy, label: strategyWords[strategy].label })),
            ]}
          />
        )}
      </Field>
      {value !== null && (
        <fieldset>
          <legend className="text-xs text-muted">
            {ticked.size === 0
              ? value.strategy === "manual"
                ? "Tick the agents who get them"
                : "Over everybody who has room; tick some to narrow it"
              : `Over ${figure(ticked.size)} ${ticked.size === 1 ? "agent" : "agents"}, within their capacity`}
          </legend>
          <div className="mt-1 max-h-44 divide-y divide-line overflow-y-auto rounded-md border border-line">
            {agents.isPending && <Skeleton className="m-3 w-40" />}
            {agents.data?.agents.map((agent) => (
              <div key={agent.agent_id} className="flex h-8 items-center gap-2.5 px-3">
                <Checkbox
                  id={`${id}-${agent.agent_id}`}
                  checked={ticked.has(agent.agent_id)}
                  onCheckedChange={() => tick(agent.agent_id)}
                />
                <label htmlFor={`${id}-${agent.agent_id}`} className="min-w-0 flex-1 truncate text-sm">
                  {agent.name}
                </label>
                {agent.capacity && (
                  <span className="text-xs text-muted tabular-nums">
                    {figure(agent.capacity.current)} / {figure(agent.capacity.max)}
                  </span>
                )}
              </div>
            ))}
          </div>
        </fieldset>
      )}
    </div>
  );
}
