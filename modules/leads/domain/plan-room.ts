/** A planned row of one chunk whose lead is as it was previewed, with how it moves open leads between agents. */
export interface MovingRow {
  place: number;
  /** The agent the lead counts for now; null when nobody, or when it is closed. */
  from: string | null;
  /** The agent it will count for. */
  to: string | null;
  /** The agent it is to be given to, who must be there to take it; null when it changes no hands. */
  given: string | null;
}

export interface AgentRoom {
  agentId: string;
  openLeads: number;
  maxCapacity: number;
  /** Places promised to this plan and to others. */
  ownReserved: number;
  otherReserved: number;
  /** Whether leads may be given to the agent at all. */
  takes: boolean;
}

/**
 * Which rows cannot be written after all, with why: their agent takes no leads any more, or would pass its capacity.
 * The chunk is one write, so only what each agent has after it counts. Where an agent would have too many, the last
 * rows in the plan's order go first; what they leave behind stays with its agent and is counted there again.
 */
export function rowsThatDoNotFit(
  rows: readonly MovingRow[],
  agents: readonly AgentRoom[],
): Map<number, "no_capacity" | "agent_unavailable"> {
  const left = new Map<number, "no_capacity" | "agent_unavailable">();
  const rooms = new Map(agents.map((agent) => [agent.agentId, agent]));
  const gains = new Map<string, number>();
  const arriving = new Map<string, MovingRow[]>();
  const count = (row: MovingRow, step: 1 | -1): void => {
    if (row.from === row.to) return;
    if (row.from !== null) gains.set(row.from, (gains.get(row.from) ?? 0) - step);
    if (row.to !== null) gains.set(row.to, (gains.get(row.to) ?? 0) + step);
  };
  for (const row of rows) {
    if (row.given !== null && rooms.get(row.given)?.takes !== true) left.set(row.place, "agent_unavailable");
    else {
      count(row, 1);
      if (row.to !== null && row.to !== row.from) list(arriving, row.to).push(row);
    }
  }
  // Each turn takes one row out, so it ends.
  for (;;) {
    const over = [...rooms.values()].find((room) => passes(room, gains.get(room.agentId) ?? 0));
    const row = over && arriving.get(over.agentId)?.pop();
    if (!row) return left;
    left.set(row.place, "no_capacity");
    count(row, -1);
  }
}

/** As the database judges it: a growth that leaves more open and promised places than the agent may have. */
function passes(room: AgentRoom, gain: number): boolean {
  if (gain <= 0) return false;
  const promised = room.otherReserved + Math.max(0, room.ownReserved - gain);
  return room.openLeads + gain + promised > room.maxCapacity;
}

function list(rows: Map<string, MovingRow[]>, agentId: string): MovingRow[] {
  const known = rows.get(agentId);
  if (known) return known;
  const made: MovingRow[] = [];
  rows.set(agentId, made);
  return made;
}
