import { createHash } from "node:crypto";

/**
 * Rotation by turns: how many leads each agent of a pool has had from round_robin, and who took part last.
 *
 * The pool's level is the least of the turns of those who took part last. Who was not there (away, full, new) and
 * comes back below the level is lifted to it. Hence nobody who is there is ever more than one turn from another:
 *
 * - nobody has more than level + 1, since a lead goes to one with the fewest turns;
 * - everybody who is there has at least the level, since they had or were lifted to it, and it never falls.
 *
 * So there is no flood for who returns, and no lost turn: whose turn it was and who was there throughout keeps it.
 */
export type StoredTurns = Readonly<Record<string, { turns: number; present: boolean }>>;

/** Turns taken by pool and agent. */
export type Taken = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const EVERYONE = "everyone";

export const teamPool = (teamId: string): string => `team:${teamId}`;

/** The pool of exactly these agents, in whatever order they are named. */
export function agentsPool(agentIds: readonly string[]): string {
  const sorted = [...new Set(agentIds)].toSorted();
  return `agents:${createHash("sha256").update(sorted.join("\n")).digest("hex").slice(0, 32)}`;
}

/** What somebody who was not there is lifted to. */
export function levelOf(stored: StoredTurns): number {
  const entries = Object.values(stored);
  const present = entries.filter((entry) => entry.present);
  if (present.length > 0) return Math.min(...present.map(({ turns }) => turns));
  // Nobody took part to the end (all were full): nobody has more than one above the level.
  return Math.max(0, ...entries.map(({ turns }) => turns - 1));
}

/** The turns an agent begins a deal with. */
export function startingTurns(stored: StoredTurns, agentId: string, level: number): number {
  return Math.max(level, stored[agentId]?.turns ?? 0);
}

/**
 * The turns of a pool after those of a deal: who was there is lifted, as of now, and has what it was dealt; everybody
 * else was not there. Turns may have changed since the deal was made.
 */
export function afterDeal(
  stored: StoredTurns,
  present: ReadonlySet<string>,
  taken: Readonly<Record<string, number>>,
): StoredTurns {
  const level = levelOf(stored);
  const agentIds = new Set([...Object.keys(stored), ...present, ...Object.keys(taken)]);
  return Object.fromEntries(
    [...agentIds].map((agentId) => {
      const own = stored[agentId]?.turns ?? 0;
      const there = present.has(agentId) || taken[agentId] !== undefined;
      const turns = there ? Math.max(level, own) + (taken[agentId] ?? 0) : own;
      return [agentId, { turns, present: present.has(agentId) }];
    }),
  );
}

/** As afterDeal(), for a deal that ends where it began: who was full and came back during it was lifted then. */
export function afterClose(
  stored: StoredTurns,
  standings: readonly { agentId: string; turns: number; present: boolean }[],
  taken: Readonly<Record<string, number>>,
): StoredTurns {
  const present = new Set(standings.filter((standing) => standing.present).map(({ agentId }) => agentId));
  const after = afterDeal(stored, present, taken);
  const lifted = standings.map(({ agentId, turns, present: there }): [string, StoredTurns[string]] => [
    agentId,
    { turns: Math.max(turns, after[agentId]?.turns ?? 0), present: there },
  ]);
  return { ...after, ...Object.fromEntries(lifted) };
}
