import type { SortDirection } from "@/components/ui/table";
import type { PresenceSession } from "../schemas";
import type { AgentPerformanceView } from "../performance.schemas";
import type { AgentDays } from "./agent-calls-cell";
import type { ListedAgent } from "./agent-queries";

export type AgentSortKey = "name" | "load" | "room" | "status" | "presence" | "calls" | "seen" | "score";

/** An agent with the presence of the same person, as one row. */
export interface AgentRow {
  agent: ListedAgent;
  session: PresenceSession | undefined;
  /** What they did on the phone; undefined while it is not known. */
  days: AgentDays | undefined;
  performance: AgentPerformanceView | undefined;
}

const STATUS_ORDER = ["active", "busy", "away", "offline"];

function measure({ agent, session, days }: AgentRow, key: Exclude<AgentSortKey, "name">): number {
  switch (key) {
    case "load":
      return agent.capacity?.percentage ?? 0;
    case "room":
      return agent.capacity?.available_slots ?? 0;
    case "status":
      return STATUS_ORDER.indexOf(agent.status);
    case "presence":
      return session?.sessionId ? session.readiness.score : -1;
    case "calls":
      return days?.answered ?? -1;
    case "seen":
      return agent.last_seen ? Date.parse(agent.last_seen) : 0;
    case "score":
      return agent.performance_score;
  }
}

/** The rows in order; equal ones by name, so that nothing jumps while figures move. */
export function sortAgents(rows: readonly AgentRow[], key: AgentSortKey, direction: SortDirection): AgentRow[] {
  const sign = direction === "asc" ? 1 : -1;
  return rows.toSorted((a, b) => {
    const byName = a.agent.name.localeCompare(b.agent.name);
    if (key === "name") return sign * byName;
    return sign * (measure(a, key) - measure(b, key)) || byName;
  });
}
