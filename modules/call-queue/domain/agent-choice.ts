import { createHash } from "node:crypto";

/** An agent who could take the call now. Times in seconds before the decision. */
export interface AgentCandidate {
  agentId: string;
  sessionId: string;
  /** Since the last call was wrapped up, or since signing in. */
  idleSeconds: number;
  /** Since the last offer; null when there was none. */
  lastOfferSeconds: number | null;
  /** Calls answered during the last 24 hours. */
  callsToday: number;
  /** 0-100. */
  readinessScore: number;
}

export interface ExcludedAgent {
  agentId: string;
  reason: string;
}

export const CALL_STRATEGIES = ["longest_idle", "round_robin", "least_calls"] as const;
export type CallStrategy = (typeof CALL_STRATEGIES)[number];

/** Raised with every change of the rules below: stored with each decision, so that it can be replayed. */
const POLICY_VERSION = 1;
/** Candidates and exclusions kept in a stored explanation; their full numbers are kept beside them. */
const MOST_LISTED = 50;

type Compare = (a: AgentCandidate, b: AgentCandidate) => number;
const byIdle: Compare = (a, b) => b.idleSeconds - a.idleSeconds;

const STRATEGY: Readonly<Record<CallStrategy, Compare>> = {
  longest_idle: byIdle,
  // Never offered counts as longest ago.
  round_robin: (a, b) => (b.lastOfferSeconds ?? Infinity) - (a.lastOfferSeconds ?? Infinity) || byIdle(a, b),
  least_calls: (a, b) => a.callsToday - b.callsToday || byIdle(a, b),
};

const WHY: Readonly<Record<CallStrategy, (choice: AgentCandidate) => string>> = {
  longest_idle: (choice) => `longest idle (${Math.round(choice.idleSeconds)} s)`,
  round_robin: (choice) =>
    choice.lastOfferSeconds === null
      ? "not offered a call yet"
      : `last offer ${Math.round(choice.lastOfferSeconds)} s ago`,
  least_calls: (choice) => `fewest calls today (${choice.callsToday})`,
};

/** A stored strategy's name; an unknown one is read as the default. */
export function readStrategy(text: string): CallStrategy {
  return CALL_STRATEGIES.find((known) => known === text) ?? "longest_idle";
}

export interface ChoiceExplanation {
  policy: string;
  seed: string;
  chosen: string;
  /** In words, for the agent and the manager. */
  why: string;
  candidates: AgentCandidate[];
  candidateCount: number;
  excluded: ExcludedAgent[];
  excludedCount: number;
}

/**
 * Ranks the candidates for one call, best first. Those who missed this very call before come last, whatever the
 * strategy. Ties are broken by a hash of seed and agent, never by the order of names or ids, and the same input always
 * gives the same order.
 */
export function rankAgents(
  candidates: readonly AgentCandidate[],
  strategy: CallStrategy,
  seed: string,
  missedThisCall: ReadonlySet<string>,
): AgentCandidate[] {
  const tie = new Map(candidates.map(({ agentId }) => [agentId, tieBreak(seed, agentId)]));
  const last = (one: AgentCandidate) => (missedThisCall.has(one.agentId) ? 1 : 0);
  return candidates.toSorted(
    (a, b) => last(a) - last(b) || STRATEGY[strategy](a, b) || compareText(tie.get(a.agentId), tie.get(b.agentId)),
  );
}

/** Why this agent: what is stored with the offer. */
export function explainChoice(
  choice: AgentCandidate,
  input: {
    ranked: readonly AgentCandidate[];
    excluded: readonly ExcludedAgent[];
    strategy: CallStrategy;
    seed: string;
  },
): ChoiceExplanation {
  return {
    policy: `${input.strategy}/${POLICY_VERSION}`,
    seed: input.seed,
    chosen: choice.agentId,
    why: `${WHY[input.strategy](choice)} of ${input.ranked.length} ready`,
    candidates: input.ranked.slice(0, MOST_LISTED),
    candidateCount: input.ranked.length,
    excluded: input.excluded.slice(0, MOST_LISTED),
    excludedCount: input.excluded.length,
  };
}

const tieBreak = (seed: string, agentId: string): string =>
  createHash("sha256").update(`${seed}:${agentId}`).digest("hex");
const compareText = (a = "", b = ""): number => (a < b ? -1 : a > b ? 1 : 0);
