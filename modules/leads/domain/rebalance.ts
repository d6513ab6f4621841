import { Heap } from "@/modules/agents/domain/heap";

/** So many leads from one agent to another. */
export interface Move {
  from: string;
  to: string;
  leads: number;
}

/** An agent as levelling looks at them. */
export interface Load {
  agentId: string;
  openLeads: number;
  /** Places promised to bulk work under way: load to everybody else. */
  reserved: number;
  maxCapacity: number;
  /** Whether they are given leads at all now. */
  takes: boolean;
}

/** relieve: nobody is over capacity. even: beyond that, those who take leads are equally full. */
export type RebalanceGoal = "relieve" | "even";

/** Leads that one suggestion moves at most: what a plan carries out in one request. */
export const MOST_MOVED = 10_000;

interface Level {
  load: Load;
  open: number;
}

/**
 * The fewest moves of single leads that reach the goal, gathered by pair. Each step takes a lead from whoever is fullest
 * for their capacity and gives it to whoever would be emptiest with it; it ends when nobody gives or nobody is helped.
 * Who is away or offline gives only what passes their capacity, and is given nothing. A pure function: equal loads are
 * ordered by id, so that the same figures suggest the same.
 */
export function suggestMoves(loads: readonly Load[], goal: RebalanceGoal): Move[] {
  const levels = loads.map((load) => ({ load, open: load.openLeads }));
  const givers = new Heap<Level>((one, other) => fuller(one, other) || byId(one, other));
  const takers = new Heap<Level>((one, other) => emptier(one, other) || byId(one, other));
  for (const level of levels) {
    if (gives(level, goal)) givers.push(level);
    if (hasRoom(level)) takers.push(level);
  }
  const moves = new Map<string, Move>();
  for (let moved = 0; moved < MOST_MOVED; moved += 1) {
    const from = givers.peek();
    const to = takers.peek();
    if (!from || !to || from === to || !helps(from, to)) break;
    from.open -= 1;
    to.open += 1;
    const pair = `${from.load.agentId} ${to.load.agentId}`;
    const move = moves.get(pair) ?? { from: from.load.agentId, to: to.load.agentId, leads: 0 };
    moves.set(pair, { ...move, leads: move.leads + 1 });
    if (gives(from, goal)) givers.settleTop();
    else givers.pop();
    if (hasRoom(to)) takers.settleTop();
    else takers.pop();
  }
  return [...moves.values()];
}

const gives = ({ load, open }: Level, goal: RebalanceGoal): boolean =>
  open > load.maxCapacity || (goal === "even" && load.takes && open > 0);
const hasRoom = ({ load, open }: Level): boolean => load.takes && open + load.reserved < load.maxCapacity;

/** Whether the giver is fuller than the taker would be with one more. Who has given therefore never takes, nor the reverse. */
function helps(from: Level, to: Level): boolean {
  return from.open * to.load.maxCapacity > (to.open + to.load.reserved + 1) * from.load.maxCapacity;
}

/** Products instead of quotients: equal shares are exactly equal, and no capacity at all is fullest. */
function fuller(one: Level, other: Level): number {
  return other.open * one.load.maxCapacity - one.open * other.load.maxCapacity;
}

function emptier(one: Level, other: Level): number {
  const open = ({ load, open }: Level): number => open + load.reserved + 1;
  return open(one) * other.load.maxCapacity - open(other) * one.load.maxCapacity;
}

const byId = (one: Level, other: Level): number => (one.load.agentId < other.load.agentId ? -1 : 1);
