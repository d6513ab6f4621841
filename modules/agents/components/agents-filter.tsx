"use client";

import { cn } from "@/components/cn";
import type { ListedAgent } from "./agent-queries";
import { availabilities, availabilityWords } from "./presence-words";

/** Who is shown: everybody, those of one availability, or those whose load asks for a look. */
export type AgentFilter = ListedAgent["status"] | "all" | "over" | "idle";

export const isOver = ({ capacity }: ListedAgent): boolean => capacity !== undefined && capacity.current > capacity.max;

/** Takes leads, and has none. */
export const isIdle = ({ capacity, status }: ListedAgent): boolean =>
  capacity?.current === 0 && capacity.max > 0 && status === "active";

export function passes(agent: ListedAgent, filter: AgentFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "over":
      return isOver(agent);
    case "idle":
      return isIdle(agent);
    default:
      return agent.status === filter;
  }
}

export interface AgentsFilterProps {
  agents: readonly ListedAgent[];
  filter: AgentFilter;
  onChange: (filter: AgentFilter) => void;
}

export function AgentsFilter({ agents, filter, onChange }: AgentsFilterProps) {
  const count = (of: AgentFilter): number => agents.filter((agent) => passes(agent, of)).length;
  const choices: { value: AgentFilter; label: string; count: number; tone?: string }[] = [
    { value: "all", label: "All", count: agents.length },
    ...availabilities.map((value) => ({ value, label: availabilityWords[value].label, count: count(value) })),
    { value: "over", label: "Over capacity", count: count("over"), tone: "text-danger-text hover:text-danger-text" },
    { value: "idle", label: "Idle", count: count("idle"), tone: "text-info-text hover:text-info-text" },
  ];
  // What asks for a look is there only while it does, or while it is looked at.
  const shown = choices.filter(({ value, tone, count }) => tone === undefined || count > 0 || value === filter);
  return (
    <div role="group" aria-label="Show" className="flex flex-wrap gap-0.5 max-sm:-ml-2">
      {shown.map(({ value, label, count, tone }) => (
        <button
          key={value}
          type="button"
          aria-pressed={filter === value}
          onClick={() => onChange(value)}
          className={cn(
            "flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-muted hover:bg-hover hover:text-text",
            tone,
            filter === value && "bg-track font-medium text-text hover:bg-track",
          )}
        >
          {label}
          <span className="tabular-nums">{count}</span>
        </button>
      ))}
    </div>
  );
}
