"use client";

import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Avatar } from "@/components/ui/avatar";
import { StatusDot } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { CapacityBar } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import type { ListedAgent } from "@/modules/agents/components/agent-queries";
import { availabilityWords } from "@/modules/agents/components/presence-words";

/** A search box helps only in longer lists. */
const SEARCH_FROM = 10;

export interface AgentPickerProps {
  agents: readonly ListedAgent[];
  pending: boolean;
  value: string | undefined;
  /** The agent who has it already. */
  without: string | null;
  onChange: (email: string) => void;
}

/** One agent of all: those who take leads and have room come first. Arrows move, as in any group of radio buttons. */
export function AgentPicker({ agents, pending, value, without, onChange }: AgentPickerProps) {
  const name = useId();
  const [words, setWords] = useState("");
  const shown = agents
    .filter((agent) => agent.agent_id !== without)
    .filter((agent) => `${agent.name} ${agent.agent_id}`.toLowerCase().includes(words.trim().toLowerCase()))
    .toSorted((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name));
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">Agent</legend>
      {agents.length >= SEARCH_FROM && (
        <Input
          type="search"
          aria-label="Find an agent"
          placeholder="Find an agent"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="mb-2"
        />
      )}
      <div className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line">
        {pending && [0, 1, 2, 3].map((row) => <Skeleton key={row} className="m-3.5 w-44" />)}
        {shown.map((agent) => (
          <label
            key={agent.agent_id}
            className={cn(
              "flex h-11 items-center gap-3 px-3 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent dark:hover:bg-line dark:has-focus-visible:outline-accent-text",
              value === agent.agent_id && "bg-selected hover:bg-selected dark:hover:bg-selected",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === agent.agent_id}
              onChange={() => onChange(agent.agent_id)}
              className="size-4 shrink-0 accent-accent outline-none"
            />
            <Avatar name={agent.name} size="md" className="max-sm:hidden" />
            <span className="min-w-0 flex-1">
              <span className="block truncate leading-4 font-medium">{agent.name}</span>
              <StatusDot tone={availabilityWords[agent.status].tone} className="text-xs text-muted">
                {availabilityWords[agent.status].label}
              </StatusDot>
            </span>
            {agent.capacity && (
              <CapacityBar
                current={agent.capacity.current}
                max={agent.capacity.max}
                label={`Open leads of ${agent.name}`}
                className="w-32 shrink-0"
              />
            )}
            <span className="w-14 shrink-0 text-right text-xs text-muted tabular-nums max-sm:hidden">
              {roomText(agent.capacity?.available_slots ?? 0)}
            </span>
          </label>
        ))}
        {!pending && shown.length === 0 && <p className="px-3 py-4 text-center text-muted">No other agent.</p>}
      </div>
    </fieldset>
  );
}

/** Active agents by room; the others after them. */
function rank({ status, capacity }: ListedAgent): number {
  const room = capacity?.available_slots ?? 0;
  return status === "active" && room > 0 ? 1_000_000 + room : room;
}

function roomText(room: number): string {
  return room === 0 ? "no room" : `${room} free`;
}
