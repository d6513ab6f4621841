import type { AgentLoad } from "../domain/capacity";
import { unavailableBecause } from "../domain/capacity";
import {
  deal,
  POLICY_VERSION,
  type Candidate,
  type Deal,
  type DealInput,
  type DealtLead,
  type Strategy,
} from "../domain/strategies";

export type { Choice, DealtLead, Strategy } from "../domain/strategies";
export { POLICY_VERSION };

export interface DealRequest {
  strategy: Strategy;
  /** The pool as locked, in the manager's order. */
  pool: readonly AgentLoad[];
  leads: readonly DealtLead[];
  /** 32 bits. */
  seed: number;
  score: (agentId: string) => number;
  /** manual with a split: leads each agent is still to get. */
  quotas?: ReadonlyMap<string, number>;
  /** manual without a split: leads each agent has had from the same request. */
  given?: ReadonlyMap<string, number>;
}

export interface Dealt extends Deal {
  /** What deal() was given: stored, it makes the same choices again. */
  input: DealInput;
  /** Who of the pool got nothing for a reason that lies with them. */
  excluded: { agentId: string; reason: string }[];
}

/** Deals leads over a pool of agents, leaving out those who take none, and says whom it left out and why. */
export function dealLeads(request: DealRequest): Dealt {
  const { strategy, leads, seed } = request;
  const excluded: Dealt["excluded"] = [];
  const candidates: Candidate[] = [];
  for (const agent of request.pool) {
    const unavailable = unavailableBecause(agent);
    if (unavailable !== undefined) {
      excluded.push({ agentId: agent.agentId, reason: unavailable });
      continue;
    }
    // A full agent stays a candidate: a lead that is theirs already may stay with them.
    if (agent.openLeads >= agent.maxCapacity) excluded.push({ agentId: agent.agentId, reason: "full" });
    candidates.push(candidateOf(agent, request));
  }
  const input: DealInput = { strategy, candidates, leads, seed };
  return { ...deal(input), input, excluded };
}

function candidateOf(agent: AgentLoad, request: DealRequest): Candidate {
  const { agentId, openLeads, maxCapacity, lastAssignedAt } = agent;
  const candidate: Candidate = { agentId, openLeads, maxCapacity, lastAssignedAt, score: request.score(agentId) };
  if (request.quotas) candidate.quota = request.quotas.get(agentId) ?? 0;
  if (request.given) candidate.given = request.given.get(agentId) ?? 0;
  return candidate;
}
