"use client";

import { CloudOff, UsersRound } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, TableHead, TableHeadCell, TableRow, type SortDirection } from "@/components/ui/table";
import { inWords } from "@/lib/client/problem";
import type { ListedAgent } from "./agent-queries";
import { AgentTableRow } from "./agent-table-row";
import { type AgentFilter, AgentsFilter, passes } from "./agents-filter";
import { sortAgents, type AgentSortKey } from "./sort-agents";
import { useAgentDrag } from "./use-agent-drag";
import { useAgentRows } from "./use-agent-rows";

const COLUMNS: readonly { key: AgentSortKey; label: string; className?: string; numeric?: true }[] = [
  { key: "name", label: "Agent" },
  { key: "load", label: "Open leads", className: "w-full min-w-36" },
  { key: "room", label: "Room", className: "max-lg:hidden", numeric: true },
  { key: "status", label: "Leads" },
  { key: "presence", label: "Calls" },
  { key: "calls", label: "Today" },
  { key: "seen", label: "Last seen", className: "max-xl:hidden" },
  { key: "score", label: "Score", className: "max-lg:hidden" },
];

export interface AgentsCardProps {
  /** Asks how many leads go from one agent to another; `to` when they were dropped on somebody. */
  onMove: (from: ListedAgent, to?: ListedAgent) => void;
  /** At the right of the card's title. */
  actions?: ReactNode;
}

/** Every agent: load, room, availability for leads, presence for calls, calls of today, performance. */
export function AgentsCard({ onMove, actions }: AgentsCardProps) {
  const { agents, rows: all, presencePending } = useAgentRows();
  const [filter, setFilter] = useState<AgentFilter>("all");
  const [sort, setSort] = useState<{ key: AgentSortKey; direction: SortDirection }>({ key: "load", direction: "desc" });
  const drag = useAgentDrag(onMove);
  const rows = useMemo(
    () =>
      sortAgents(
        all.filter(({ agent }) => passes(agent, filter)),
        sort.key,
        sort.direction,
      ),
    [all, filter, sort],
  );

  const sortBy = (key: AgentSortKey) =>
    setSort((now) => ({ key, direction: now.key === key && now.direction === "desc" ? "asc" : "desc" }));

  return (
    <Card aria-labelledby="agents-title" className="min-w-0">
      <CardHeader
        id="agents-title"
        title="Agents"
        actions={
          <>
            <AgentsFilter agents={all.map(({ agent }) => agent)} filter={filter} onChange={setFilter} />
            {actions}
          </>
        }
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
            <SkeletonRows rows={8} widths={["w-32", "w-full", "w-6", "w-16", "w-20", "w-16", "w-14", "w-20"]} />
          )}
          {rows.map((row) => (
            <AgentTableRow
              key={row.agent.agent_id}
              {...row}
              presencePending={presencePending}
              drag={drag}
              onMove={() => onMove(row.agent)}
            />
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
          {filter === "all" ? "An admin adds people; agents appear here at once." : "Choose another group above."}
        </EmptyState>
      )}
    </Card>
  );
}
