"use client";

import { CloudOff, UsersRound } from "lucide-react";
import { Fragment, useMemo, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, TableHead, TableHeadCell, TableRow, type SortDirection } from "@/components/ui/table";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import type { ListedAgent } from "./agent-queries";
import { AgentTableRow } from "./agent-table-row";
import { type AgentFilter, AgentsFilter, passes } from "./agents-filter";
import { sortAgents, type AgentRow, type AgentSortKey } from "./sort-agents";
import { useAgentDrag, type AgentDrag } from "./use-agent-drag";
import { useAgentRows } from "./use-agent-rows";
import { useRowWindow, type RowWindow } from "./use-row-window";

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

const WIDTHS = ["w-32", "w-full", "w-6", "w-16", "w-20", "w-16", "w-14", "w-20"] as const;

export interface AgentsCardProps {
  /** Asks how many leads go from one agent to another; `to` when they were dropped on somebody. */
  onMove: (from: ListedAgent, to?: ListedAgent) => void;
  /** At the right of the card's title. */
  actions?: ReactNode;
}

/** Every agent: load, room, availability for leads, presence for calls, calls of today, performance. */
export function AgentsCard({ onMove, actions }: AgentsCardProps) {
  const { agents, rows: all, presencePending } = useAgentRows();
  const failure = useFailure(agents);
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
  const view = useRowWindow(rows.length);

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
      <Table
        aria-labelledby="agents-title"
        aria-busy={agents.isPending}
        aria-rowcount={rows.length + 1}
        scroller={view.scroller}
        scrollerClass={view.windowed ? "max-h-[max(24rem,calc(100dvh-12rem))] overflow-y-auto" : ""}
      >
        <TableHead className={view.windowed ? "sticky top-0 z-1 bg-surface" : ""}>
          <TableRow aria-rowindex={1}>
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
        <tbody onFocus={view.onFocus}>
          {agents.isPending && failure === undefined && <SkeletonRows rows={8} widths={WIDTHS} />}
          <DrawnRows rows={rows} view={view} presencePending={presencePending} drag={drag} onMove={onMove} />
        </tbody>
      </Table>
      {failure !== undefined && (
        <EmptyState
          failing
          icon={<CloudOff />}
          title="The agents could not be read"
          actions={<Button onClick={() => void agents.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
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

interface DrawnRowsProps extends Pick<AgentsCardProps, "onMove"> {
  rows: readonly AgentRow[];
  view: RowWindow;
  presencePending: boolean;
  drag: AgentDrag;
}

/** The rows in view, with the height of the others between and after them. */
function DrawnRows({ rows, view, presencePending, drag, onMove }: DrawnRowsProps) {
  "use no memo"; // What is in view changes within the virtualizer.
  return (
    <>
      {view.drawn.map(({ index, gapBefore }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <Fragment key={row.agent.agent_id}>
            <Gap height={gapBefore} />
            <AgentTableRow
              {...row}
              rowIndex={index + 2}
              presencePending={presencePending}
              drag={drag}
              onMove={() => onMove(row.agent)}
            />
          </Fragment>
        );
      })}
      <Gap height={view.gapAfter} />
    </>
  );
}

function Gap({ height }: { height: number }) {
  return height > 0 && <tr aria-hidden style={{ height }} />;
}
