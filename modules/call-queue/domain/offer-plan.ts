import {
  explainChoice,
  rankAgents,
  readStrategy,
  type AgentCandidate,
  type ChoiceExplanation,
  type ExcludedAgent,
} from "./agent-choice";

import type { DiscoveryWay } from "./discovery";

/** The settings of a queue that decide who is asked. */
export interface PlanQueue {
  queueId: string;
  strategy: string;
  declineCooldownSeconds: number;
  requiredSkills: readonly string[];
  preferredSkills: readonly string[];
  stickyWaitSeconds: number;
  levelWaitSeconds: number;
  /** Levels that have somebody signed in. */
  signedInLevels: readonly number[];
}

/** How an earlier offer of a call to an agent ended. */
export interface EarlierOffer {
  agentId: string;
  status: string;
  resolvedSeconds: number;
}

export interface PlanCall {
  entryId: string;
  callId: string;
  queueId: string;
  /** In this queue. */
  waitedSeconds: number;
  requiredSkills: readonly string[];
  preferredAgentId: string | null;
  /** That agent is signed in, perhaps talking to somebody else. */
  preferredIsThere: boolean;
  earlier: readonly EarlierOffer[];
  /** The call's arm of FEATURE_LOAD_BALANCING: without it the longest idle is asked, whatever the queue says. */
  balanced: boolean;
}

/** The ready agents of one queue, and those of its members who are not, with the reason. */
export interface PlanPool {
  /** How the agents were found. */
  discovery: DiscoveryWay;
  candidates: readonly AgentCandidate[];
  excluded: readonly ExcludedAgent[];
  furtherExcluded: number;
  /** Free members who were not looked at: behind the candidates, by all that does not hang on the call. */
  unread?: number;
}

export interface PlannedOffer {
  offerId: string;
  entryId: string;
  callId: string;
  queueId: string;
  agentId: string;
  sessionId: string;
  explanation: ChoiceExplanation & { discovery: DiscoveryWay };
}

/** Seconds until a call that could not be rung at all is offered to the same agent again. */
const FAILED_COOLDOWN_SECONDS = 5;

/**
 * Who is offered what: calls in their order, across queues, each to the best agent that is left for it. An agent is
 * asked once a plan. A call that nobody may take now is passed over and keeps its place: it holds up nobody behind it.
 */
export function planOffers(
  calls: readonly PlanCall[],
  queues: ReadonlyMap<string, PlanQueue>,
  poolOf: (call: PlanCall) => PlanPool | undefined,
  newId: () => string,
): PlannedOffer[] {
  const taken = new Set<string>();
  const offers: PlannedOffer[] = [];
  for (const call of calls) {
    const settings = queues.get(call.queueId);
    const queue = settings && (call.balanced ? settings : unbalanced(settings));
    const pool = poolOf(call);
    const free = pool?.candidates.filter(({ agentId }) => !taken.has(agentId)) ?? [];
    if (!queue || !pool || free.length === 0) continue;
    const offer = planOne(call, queue, pool, { free, taken }, newId());
    if (!offer) continue;
    taken.add(offer.agentId);
    offers.push(offer);
  }
  return offers;
}

function planOne(
  call: PlanCall,
  queue: PlanQueue,
  pool: PlanPool,
  { free, taken }: { free: readonly AgentCandidate[]; taken: ReadonlySet<string> },
  offerId: string,
): PlannedOffer | undefined {
  const reasons = free.map((one) => ({ one, reason: whyNot(one, call, queue) }));
  const able = reasons.filter(({ reason }) => reason === undefined).map(({ one }) => one);
  if (able.length === 0 || keepsWaitingForTheirAgent(call, queue, able)) return undefined;
  const wish = {
    seed: offerId,
    missed: new Set(call.earlier.filter(({ status }) => status === "missed").map(({ agentId }) => agentId)),
    preferredAgentId: call.balanced ? call.preferredAgentId : null,
    preferredSkills: queue.preferredSkills,
  };
  const strategy = readStrategy(queue.strategy);
  const ranked = rankAgents(able, strategy, wish);
  const [choice] = ranked;
  if (!choice) return undefined;
  const excluded = [
    ...reasons.flatMap(({ one, reason }) => (reason === undefined ? [] : [{ agentId: one.agentId, reason }])),
    ...pool.candidates
      .filter(({ agentId }) => taken.has(agentId))
      .map(({ agentId }) => ({ agentId, reason: "offered_a_call_before_this_one" })),
    ...pool.excluded,
  ];
  const { furtherExcluded, unread } = pool;
  const why = explainChoice(choice, { ranked, excluded, furtherExcluded, unread, strategy, wish });
  const explanation = { ...why, discovery: pool.discovery };
  const { agentId, sessionId } = choice;
  return {
    offerId,
    entryId: call.entryId,
    callId: call.callId,
    queueId: queue.queueId,
    agentId,
    sessionId,
    explanation,
  };
}

const unbalanced = (queue: PlanQueue): PlanQueue => ({
  ...queue,
  strategy: "longest_idle",
  preferredSkills: [],
  stickyWaitSeconds: 0,
});

/** What stands between a ready agent and this call; undefined when nothing does. */
function whyNot(agent: AgentCandidate, call: PlanCall, queue: PlanQueue): string | undefined {
  const missing = [...queue.requiredSkills, ...call.requiredSkills].find((skill) => !agent.skills.includes(skill));
  if (missing !== undefined) return `lacks_skill:${missing}`;
  if (call.earlier.some((offer) => offer.agentId === agent.agentId && isCooling(offer, queue))) {
    return "declined_this_call";
  }
  // Their own agent is asked whatever the level.
  if (agent.agentId !== call.preferredAgentId && call.waitedSeconds < levelJoinsAfter(agent.level, queue)) {
    return `level_${agent.level}_not_yet`;
  }
  return undefined;
}

/** Seconds of waiting after which agents of a level are asked: one wait for each lower level that anybody is there of. */
export function levelJoinsAfter(level: number, queue: Pick<PlanQueue, "levelWaitSeconds" | "signedInLevels">): number {
  return queue.levelWaitSeconds * queue.signedInLevels.filter((there) => there < level).length;
}

function keepsWaitingForTheirAgent(call: PlanCall, queue: PlanQueue, able: readonly AgentCandidate[]): boolean {
  if (call.preferredAgentId === null || !call.preferredIsThere) return false;
  if (call.waitedSeconds >= queue.stickyWaitSeconds) return false;
  // They have had their chance with this call: declined or missed.
  if (call.earlier.some(({ agentId }) => agentId === call.preferredAgentId)) return false;
  return !able.some(({ agentId }) => agentId === call.preferredAgentId);
}

function isCooling(offer: EarlierOffer, queue: PlanQueue): boolean {
  if (offer.status === "declined") return offer.resolvedSeconds < queue.declineCooldownSeconds;
  return offer.status === "failed" && offer.resolvedSeconds < FAILED_COOLDOWN_SECONDS;
}
