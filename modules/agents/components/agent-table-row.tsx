"use client";

import Link from "next/link";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { TableCell, TableRow } from "@/components/ui/table";
import { TimeAgo } from "@/components/ui/time";
import type { ListedAgent } from "./agent-queries";
import { AvailabilitySelect } from "./availability-select";
import { CapacityEditor } from "./capacity-editor";
import { PresenceCell } from "./presence-cell";
import type { AgentRow } from "./sort-agents";

/** One agent; whoever is over capacity or idle stands out in words as well as in colour. */
export function AgentTableRow({ agent, session, presencePending }: AgentRow & { presencePending: boolean }) {
  return (
    <TableRow>
      <TableCell>
        <span className="flex min-w-0 items-center gap-2">
          <Avatar name={agent.name} size="sm" className="max-sm:hidden" />
          <Link
            href={`/leads?agent=${encodeURIComponent(agent.agent_id)}`}
            className="truncate font-medium hover:underline"
            title={`Leads of ${agent.name}`}
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
      <TableCell className="whitespace-nowrap text-muted max-xl:hidden">
        {agent.last_seen ? <TimeAgo at={agent.last_seen} /> : "Never"}
      </TableCell>
      <TableCell className="text-right tabular-nums max-lg:hidden">
        <Link href="/performance" className="hover:underline" title="How the score is made">
          {agent.performance_score.toFixed(0)}
        </Link>
      </TableCell>
    </TableRow>
  );
}

function LoadBadge({ agent }: { agent: ListedAgent }) {
  if (!agent.capacity) return null;
  const over = agent.capacity.current - agent.capacity.max;
  if (over > 0) return <Badge tone="danger">{over} over</Badge>;
  if (agent.capacity.current === 0 && agent.status === "active") return <Badge tone="info">Idle</Badge>;
  return null;
}
