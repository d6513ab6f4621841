"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff, UsersRound } from "lucide-react";
import { useMemo, useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, TableHead, TableHeadCell, TableRow, type SortDirection } from "@/components/ui/table";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import type { AgentSummary } from "../schemas";
import { agentsQuery, presenceQuery } from "./agent-queries";
import { AgentTableRow } from "./agent-table-row";
import { availabilities, availabilityWords } from "./presence-words";
import { sortAgents, type AgentRow, type AgentSortKey } from "./sort-agents";

const POLL_MS = 5_000;

const COLUMNS: readonly { key: AgentSortKey; label: string; hint?: string; className?: string; numeric?: true }[] = [
  { key: "name", label: "Agent" },
  { key: "load", label: "Open leads", className: "w-full min-w-36" },
  { key: "room", label: "Room", className: "max-lg:hidden", numeric: true },
  { key: "status", label: "Leads" },
  { key: "presence", label: "Calls" },
  { key: "seen", label: "Last seen", className: "max-xl:hidden" },
  { key: "score", label: "Score", className: "max-lg:hidden", numeric: true },
];

type Filter = AgentSummary["status"] | "all";

/** Every agent: load, room, availability for leads, presence for calls, performance. */
export function AgentsCard() {
  const poll = usePollInterval(POLL_MS);
  const agents = useQuery({ ...agentsQuery, refetchInterval: poll });
  const presence = useQuery({ ...presenceQuery, refetchInterval: poll });
  const [filter, setFilter] = useState<Filter>("all");
  const [sort, setSort] = useState<{ key: AgentSortKey; direction: SortDirection }>({ key: "load", direction: "desc" });

  const all = useMemo(() => agents.data?.agents ?? [], [agents.data]);
  const rows = useMemo(() => {
    const sessions = new Map(presence.data?.sessions.map((session) => [session.email, session]));
    const joined: AgentRow[] = all
      .filter((agent) => filter === "all" || agent.status === filter)
      .map((agent) => ({ agent, session: sessions.get(agent.agent_id) }));
    return sortAgents(joined, sort.key, sort.direction);
  }, [all, presence.data, filter, sort]);

  const sortBy = (key: AgentSortKey) =>
    setSort((now) => ({ key, direction: now.key === key && now.direction === "desc" ? "asc" : "desc" }));

  return (
    <Card aria-labelledby="agents-title" className="min-w-0">
      <CardHeader
        id="agents-title"
        title="Agents"
        actions={<StatusFilter agents={all} filter={filter} onChange={setFilter} />}
      />
      <Table aria-labelledby="agents-title" aria-busy={agents.isPending}>
        <TableHead>
          <TableRow>
            {COLUMNS.map(({ key, label, className, numeric }) => (
              <TableHeadCell
                key={key}
                sorted={sort.key === key && sort.direction}
                onSort={() => sortBy(key)}
                {...(numeric && { numeric })}
                {...(className && { className })}
              >
                {label}
              </TableHeadCell>
            ))}
          </TableRow>
        </TableHead>
        <tbody>
          {agents.isPending && (
            <SkeletonRows rows={8} widths={["w-32", "w-full", "w-6", "w-16", "w-20", "w-14", "w-8"]} />
          )}
          {rows.map((row) => (
            <AgentTableRow key={row.agent.agent_id} {...row} presencePending={presence.isPending} />
          ))}
        </tbody>
      </Table>
      {agents.isError && all.length === 0 && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The agents could not be read"
          actions={<Button onClick={() => void agents.refetch()}>Try again</Button>}
        >
          {inWords(agents.error)}
        </EmptyState>
      )}
      {agents.isSuccess && rows.length === 0 && (
        <EmptyState icon={<UsersRound />} title={filter === "all" ? "No agents yet" : "Nobody here just now"}>
          {filter === "all"
            ? "An admin adds people; agents appear here at once."
            : "Choose another availability above."}
        </EmptyState>
      )}
    </Card>
  );
}

interface StatusFilterProps {
  agents: readonly { status: AgentSummary["status"] }[];
  filter: Filter;
  onChange: (filter: Filter) => void;
}

function StatusFilter({ agents, filter, onChange }: StatusFilterProps) {
  const choices: { value: Filter; label: string; count: number }[] = [
    { value: "all", label: "All", count: agents.length },
    ...availabilities.map((value) => ({
      value,
      label: availabilityWords[value].label,
      count: agents.filter((agent) => agent.status === value).length,
    })),
  ];
  return (
    <div role="group" aria-label="Availability" className="flex flex-wrap gap-0.5 max-sm:-ml-2">
      {choices.map(({ value, label, count }) => (
        <button
          key={value}
          type="button"
          aria-pressed={filter === value}
          onClick={() => onChange(value)}
          className={cn(
            "flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-muted hover:bg-hover hover:text-text",
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
