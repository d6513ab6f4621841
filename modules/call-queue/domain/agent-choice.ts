import { hash } from "node:crypto";
import { CALL_STRATEGIES, type CallStrategy } from "./agent-choice-names";
import { EXPLORED_SHARE, SCORE_FLOOR } from "@/modules/agents/domain/strategies";

/** An agent who could take the call now. Times in seconds before the decision. */
export interface AgentCandidate {
  agentId: string;
  sessionId: string;
  /** Since the last call was wrapped up, or since signing in. */
  idleSeconds: number;
  /** Since the last offer; null when there was none. */
  lastOfferSeconds: number | null;
  /** Calls answered during the last 24 hours; null where the strategy does not ask. */
  callsToday: number | null;
  /** 0-100. */
  readinessScore: number;
  /** 0-100, as the leads are dealt by; null before the first one is computed. */
  performanceScore: number | null;
  /** In the queue of the call: 1 is asked first. */
  level: number;
  /** Calls held now, by those who may hold several. */
  heldCalls: number;
  skills: readonly string[];
}

export interface ExcludedAgent {
  agentId: string;
  reason: string;
}

/** Raised with every change of the rules below: stored with each decision, so that it can be replayed. */
const POLICY_VERSION = 3;
/** Candidates and exclusions kept in a stored explanation; their full numbers are kept beside them. */
const MOST_LISTED = 20;
/** The score of who has none yet: that of the team's mean. */
const MEAN_SCORE = 50;

/** What of one call decides who is asked, beside the strategy. */
export interface CallWish {
  /** Tried in this order; the offer's id. */
  seed: string;
  /** Who missed a ring of this very call before: asked last. */
  missed: ReadonlySet<string>;
  /** Whom the caller spoke with last, where the queue keeps callers with their agent. */
  preferredAgentId: string | null;
  preferredSkills: readonly string[];
}

/** The numbers by which two candidates are compared, most important first; smaller is better. */
type Keys = (one: AgentCandidate, wish: CallWish) => readonly number[];

const STRATEGY: Readonly<Record<Exclude<CallStrategy, "performance_weighted">, Keys>> = {
  longest_idle: (one) => [-one.idleSeconds],
  // Never offered counts as longest ago.
  round_robin: (one) => [-(one.lastOfferSeconds ?? Number.MAX_VALUE), -one.idleSeconds],
  least_calls: (one) => [one.callsToday ?? 0, -one.idleSeconds],
};

const WHY: Readonly<Record<CallStrategy, (choice: AgentCandidate) => string>> = {
  longest_idle: (choice) => `longest idle (${Math.round(choice.idleSeconds)} s)`,
  round_robin: (choice) =>
    choice.lastOfferSeconds === null
      ? "not offered a call yet"
      : `last offer ${Math.round(choice.lastOfferSeconds)} s ago`,
  least_calls: (choice) => `fewest calls today (${choice.callsToday ?? 0})`,
  performance_weighted: (choice) => `drawn by performance (${Math.round(choice.performanceScore ?? MEAN_SCORE)})`,
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
  /** Free ones who were not looked at, being behind these whatever the call; left out where there are none. */
  unread?: number;
  excluded: ExcludedAgent[];
  excludedCount: number;
}

/**
 * Ranks the candidates for one call, best first: those who missed this very call before come last whatever else holds;
 * the agent whom the caller spoke with last comes first, then whoever holds fewer calls (nobody is rung a second time
 * beside somebody idle), then lower levels, then those with more of the preferred skills, then the strategy. Ties are broken by a hash of seed and agent, never by the order of names or ids, and the
 * same input always gives the same order.
 */
export function rankAgents(
  candidates: readonly AgentCandidate[],
  strategy: CallStrategy,
  wish: CallWish,
): AgentCandidate[] {
  const keys = strategy === "performance_weighted" ? lottery(candidates) : STRATEGY[strategy];
  const ranked = candidates.map((one): Ranked => ({ one, keys: [...rulesBefore(one, wish), ...keys(one, wish)] }));
  return ranked
    .toSorted((a, b) => compareNumbers(a.keys, b.keys) || compareTies(wish.seed, a, b))
    .map(({ one }) => one);
}

interface Ranked {
  one: AgentCandidate;
  keys: readonly number[];
  /** The hash that decides between equals; worked out once, and only for those who have an equal. */
  tie?: string;
}

function rulesBefore(one: AgentCandidate, wish: CallWish): number[] {
  return [
    wish.missed.has(one.agentId) ? 1 : 0,
    one.agentId === wish.preferredAgentId ? 0 : 1,
    one.heldCalls,
    one.level,
    -wish.preferredSkills.filter((skill) => one.skills.includes(skill)).length,
  ];
}

/**
 * Drawn by score without putting back: an exponential variable divided by the weight, the smallest first (Efraimidis
 * and Spirakis, Information Processing Letters 97, 2006), so that the first is drawn in proportion to the weight. The
 * weights are those of leads: the share of the scores, with a floor and an explored share.
 */
function lottery(candidates: readonly AgentCandidate[]): Keys {
  const points = (one: AgentCandidate): number => Math.max(SCORE_FLOOR, one.performanceScore ?? MEAN_SCORE);
  const sum = candidates.reduce((total, one) => total + points(one), 0);
  return (one, { seed }) => {
    const weight = (1 - EXPLORED_SHARE) * (points(one) / sum) + EXPLORED_SHARE / candidates.length;
    return [-Math.log(uniform(`${seed}:draw:${one.agentId}`)) / weight];
  };
}

function amongWords(ready: number, unread: number): string {
  if (ready === 1 && unread === 0) return ", the only one ready";
  return ` of ${ready} ready${unread > 0 ? ` and ${unread} behind them` : ""}`;
}

/** Why this agent: what is stored with the offer. */
export function explainChoice(
  choice: AgentCandidate,
  input: {
    ranked: readonly AgentCandidate[];
    excluded: readonly ExcludedAgent[];
    /** Exclusions that are counted, not listed. */
    furtherExcluded?: number;
    /** Free ones who were not looked at, being behind these. */
    unread?: number | undefined;
    strategy: CallStrategy;
    wish: CallWish;
  },
): ChoiceExplanation {
  const { wish, ranked, excluded, strategy, unread = 0 } = input;
  const skills = wish.preferredSkills.filter((skill) => choice.skills.includes(skill));
  const why = [
    choice.agentId === wish.preferredAgentId ? "spoke with this caller last" : WHY[strategy](choice),
    ...(choice.level > 1 ? [`level ${choice.level}`] : []),
    ...(skills.length > 0 ? [`knows ${skills.join(", ")}`] : []),
  ].join(", ");
  return {
    policy: `${strategy}/${POLICY_VERSION}`,
    seed: wish.seed,
    chosen: choice.agentId,
    why: `${why}${amongWords(ranked.length, unread)}`,
    candidates: ranked.slice(0, MOST_LISTED),
    candidateCount: ranked.length,
    ...(unread > 0 ? { unread } : {}),
    excluded: excluded.slice(0, MOST_LISTED),
    excludedCount: excluded.length + (input.furtherExcluded ?? 0),
  };
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [at, one] of a.entries()) {
    const other = b[at] ?? 0;
    if (one !== other) return one - other;
  }
  return 0;
}

function compareTies(seed: string, a: Ranked, b: Ranked): number {
  const one = (a.tie ??= digest(`${seed}:${a.one.agentId}`));
  const other = (b.tie ??= digest(`${seed}:${b.one.agentId}`));
  return one < other ? -1 : one > other ? 1 : 0;
}

const digest = (text: string): string => hash("sha256", text, "hex");

/** Between 0 and 1, both left out. */
const uniform = (text: string): number => (Number.parseInt(digest(text).slice(0, 12), 16) + 0.5) / 2 ** 48;
