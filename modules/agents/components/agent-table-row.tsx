"use client";

import { GripVertical } from "lucide-react";
import Link from "next/link";
import { cn } from "@/components/cn";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { TableCell, TableRow } from "@/components/ui/table";
import { TimeAgo } from "@/components/ui/time";
import { AgentCallsCell } from "./agent-calls-cell";
import type { ListedAgent } from "./agent-queries";
import { isIdle, isOver } from "./agents-filter";
import { AvailabilitySelect } from "./availability-select";
import { CapacityEditor } from "./capacity-editor";
import { PresenceCell } from "./presence-cell";
import { ScoreInterval } from "./score-interval";
import type { AgentRow } from "./sort-agents";
import type { AgentDrag } from "./use-agent-drag";

const DRAG_LOOKS = {
  source: "bg-selected",
  over: "bg-accent-subtle outline-2 -outline-offset-2 outline-accent",
  open: "",
  shut: "opacity-45",
} as const;

export interface AgentTableRowProps extends AgentRow {
  /** Place in the table, its heading being 1. */
  rowIndex: number;
  presencePending: boolean;
  drag: AgentDrag;
  /** Opens the dialog in which some of this agent's leads go to somebody else. */
  onMove: () => void;
}

/** One agent; whoever is over capacity or idle stands out in words as well as in colour. */
export function AgentTableRow(props: AgentTableRowProps) {
  const { agent, session, days, performance, rowIndex, presencePending, drag, onMove } = props;
  const dragged = drag.stateOf(agent);
  return (
    <TableRow
      {...drag.target(agent)}
      aria-rowindex={rowIndex}
      data-testid="agent-row"
      className={cn(isOver(agent) && "shadow-[inset_2px_0_var(--danger)]", dragged && DRAG_LOOKS[dragged])}
    >
      <TableCell>
        <span className="flex min-w-0 items-center gap-2">
          <Grip agent={agent} drag={drag} onMove={onMove} />
          <Avatar name={agent.name} size="sm" className="max-sm:hidden" />
          <Link
            href={`/leads?agent=${encodeURIComponent(agent.agent_id)}`}
            className="truncate font-medium hover:underline"
            title={`Leads of ${agent.name}`}
            draggable={false}
          >
            {agent.name}
          </Link>
          <LoadBadge agent={agent} />
        </span>
      </TableCell>
      <TableCell>
        <CapacityEditor agent={agent} />
      </TableCell>
      <TableCell className="text-right tabular-nums max-lg:hidden">{agent.capacity?.available_slots}</TableCell>
      <TableCell className="pl-1">
        <AvailabilitySelect agent={agent} />
      </TableCell>
      <TableCell>{presencePending ? <Skeleton className="w-20" /> : <PresenceCell session={session} />}</TableCell>
      <TableCell>
        <AgentCallsCell name={agent.name} days={days} />
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted max-xl:hidden">
        {agent.last_seen ? <TimeAgo at={agent.last_seen} /> : "Never"}
      </TableCell>
      <TableCell className="max-lg:hidden">
        <Link href="/performance" className="flex items-center gap-2 hover:underline" title="How the score is made">
          {performance && (
            <ScoreInterval
              score={performance.score}
              low={performance.low}
              high={performance.high}
              label={`Score of ${agent.name}`}
              className="w-16 min-w-16"
            />
          )}
          <span className="ml-auto tabular-nums">{agent.performance_score.toFixed(0)}</span>
        </Link>
      </TableCell>
    </TableRow>
  );
}

/** Drags an agent's leads to another row; pressed, it asks in a dialog. No <button>: some browsers do not drag those. */
function Grip({ agent, drag, onMove }: { agent: ListedAgent; drag: AgentDrag; onMove: () => void }) {
  if ((agent.capacity?.current ?? 0) === 0) return <span aria-hidden className="-ml-2 w-5 shrink-0 max-sm:hidden" />;
  return (
    <span
      {...drag.grip(agent)}
      role="button"
      tabIndex={0}
      aria-label={`Move leads of ${agent.name}`}
      title="Drag to another agent, or press"
      onClick={onMove}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onMove();
      }}
      className="-ml-2 flex h-6 w-5 shrink-0 cursor-grab items-center justify-center rounded-sm text-muted hover:bg-track hover:text-text active:cursor-grabbing pointer-coarse:size-9"
    >
      <GripVertical aria-hidden className="size-3.5" />
    </span>
  );
}

function LoadBadge({ agent }: { agent: ListedAgent }) {
  const { capacity } = agent;
  if (capacity && isOver(agent)) return <Badge tone="danger">{capacity.current - capacity.max} over</Badge>;
  if (isIdle(agent)) return <Badge tone="info">Idle</Badge>;
  return null;
}
