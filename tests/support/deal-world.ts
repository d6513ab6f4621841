import type { Candidate, Choice, DealPool, DealSetup, DealtLead } from "@/modules/agents/domain/dealer";
import { EVERYONE, levelOf, startingTurns, type StoredTurns } from "@/modules/agents/domain/rotation";
import type { Strategy } from "@/modules/agents/domain/strategies";

export const UNCAPPED = 1_000_000;

/** An agent who may be given leads, with room for all there will ever be unless said otherwise. */
export const agent = (agentId: string, facts: Partial<Candidate> = {}): Candidate => ({
  agentId,
  openLeads: 0,
  reserved: 0,
  maxCapacity: UNCAPPED,
  lastAssignedAt: null,
  score: 50,
  ...facts,
});

/** Leads that nobody has. */
export const free = (count: number, team: string | null = null): DealtLead[] =>
  Array.from({ length: count }, (_, index) => ({ leadId: `lead-${index}`, ownerId: null, team }));

/** A setup as it is stored: what comes back from jsonb is what was put in. */
export function setupOf(
  strategy: Strategy,
  candidates: readonly Candidate[],
  options: { seed?: number; stored?: StoredTurns; pools?: DealPool[] } = {},
): DealSetup {
  const { seed = 1, stored = {} } = options;
  const pools = options.pools ?? [poolOf(EVERYONE, null, candidates, stored)];
  return { policy: "leads-2", strategy, seed, candidates: [...candidates], excluded: [], pools };
}

export function poolOf(
  pool: string,
  team: string | null,
  members: readonly Candidate[],
  stored: StoredTurns = {},
): DealPool {
  const level = levelOf(stored);
  const turns = members.map(({ agentId }) => [agentId, startingTurns(stored, agentId, level)] as const);
  return { pool, team, level, turns: Object.fromEntries(turns) };
}

export const countOf = (choices: readonly Choice[], agentId: string): number =>
  choices.filter((choice) => choice.agentId === agentId).length;

/** The largest difference between two agents' counts after any prefix. */
export function widestGap(choices: readonly Choice[], agentIds: readonly string[]): number {
  const counts = new Map(agentIds.map((agentId) => [agentId, 0]));
  let widest = 0;
  for (const { agentId } of choices) {
    if (agentId !== null && counts.has(agentId)) counts.set(agentId, (counts.get(agentId) ?? 0) + 1);
    widest = Math.max(widest, Math.max(...counts.values()) - Math.min(...counts.values()));
  }
  return widest;
}
