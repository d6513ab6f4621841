import { newId } from "@/lib/ids";
import { readArms, type FlagArms } from "@/lib/types/flags";
import type { AgentCandidate } from "../domain/agent-choice";
import { planOffers, type PlanCall, type PlannedOffer, type PlanPool, type PlanQueue } from "../domain/offer-plan";
import type { DispatchQueue, PoolMember, QueueStaff, WaitingCall } from "../repositories/dispatch.repository";
import type { AgentDiscoveryService } from "./agent-discovery.service";

/** Everything that was read for one plan. */
export interface PlanFacts {
  queues: readonly DispatchQueue[];
  staff: readonly QueueStaff[];
  free: readonly PoolMember[];
  notFree: readonly (PoolMember & { disabled: boolean })[];
}

/** The flags that decide whom discovery finds. */
const DISCOVERY_FLAGS = [
  "FEATURE_ENHANCED_DISCOVERY",
  "FEATURE_DISCOVERY_FALLBACK",
  "FEATURE_AGENT_HEARTBEAT",
  "FEATURE_DEVICE_CONNECTIVITY",
] as const;

/** Whom to ask for which call: each queue's strategy, skills, levels and callers' own agents, over what is read. */
export class LoadBalancingService {
  constructor(private readonly discovery: Pick<AgentDiscoveryService, "among" | "anyDevice">) {}

  /** Whether calls may wait for which the state of an agent's device does not count. */
  anyDevice(): Promise<boolean> {
    return this.discovery.anyDevice();
  }

  /** One round of planning over what was read; nothing is read again. */
  round(facts: PlanFacts): PlanRound {
    return new PlanRound(facts, this.discovery);
  }
}

/** Plans over the same agents, whose readiness is worked out once for all calls whose arms agree about discovery. */
export class PlanRound {
  private readonly pools = new Map<string, PlanPool>();
  private readonly queues: ReadonlyMap<string, PlanQueue>;

  constructor(
    private readonly facts: PlanFacts,
    private readonly discovery: Pick<AgentDiscoveryService, "among">,
  ) {
    const levels = new Map(facts.staff.map((staff) => [staff.queueId, staff.levels]));
    this.queues = new Map(
      facts.queues.map((queue) => [queue.queueId, { ...queue, signedInLevels: levels.get(queue.queueId) ?? [] }]),
    );
  }

  /** Which of these calls are offered to whom. */
  plan(calls: readonly WaitingCall[]): PlannedOffer[] {
    const arms = new Map(calls.map((call) => [call.entryId, readArms(call.arms)]));
    const armsOf = ({ entryId }: { entryId: string }): FlagArms => arms.get(entryId) ?? readArms({});
    const wishes = calls.map((call): PlanCall => ({ ...call, balanced: armsOf(call).FEATURE_LOAD_BALANCING }));
    return planOffers(wishes, this.queues, (call) => this.poolOf(call.queueId, armsOf(call)), newId);
  }

  /** Whether a queue has free members who were not read: behind those who were, by all that does not hang on the call. */
  get isCut(): boolean {
    return this.facts.queues.some(({ queueId }) => {
      const free = this.facts.free.filter((member) => member.queueId === queueId);
      return (free[0]?.freeMembers ?? 0) > free.length;
    });
  }

  /** Whether each free agent has room for one call more and no further. */
  get holdOneAtMost(): boolean {
    return this.facts.free.every((one) => one.maxConcurrentCalls <= one.heldCalls.length + 1);
  }

  /** How many agents are ready for one or another of these calls. */
  ready(calls: readonly WaitingCall[]): number {
    const pools = new Set(calls.map((call) => this.poolOf(call.queueId, readArms(call.arms))));
    return new Set([...pools].flatMap(({ candidates }) => candidates.map(({ agentId }) => agentId))).size;
  }

  private poolOf(queueId: string, arms: FlagArms): PlanPool {
    const key = `${queueId}:${DISCOVERY_FLAGS.map((name) => Number(arms[name])).join("")}`;
    const known = this.pools.get(key) ?? this.find(queueId, arms);
    this.pools.set(key, known);
    return known;
  }

  private find(queueId: string, arms: FlagArms): PlanPool {
    const free = this.facts.free.filter((member) => member.queueId === queueId);
    const others = this.facts.notFree.filter((member) => member.queueId === queueId);
    const open = others.filter(({ disabled }) => !disabled);
    const { way, found, excluded } = this.discovery.among([...free, ...open], arms);
    const closed = others.filter(({ disabled }) => disabled);
    const signedIn = this.facts.staff.find((one) => one.queueId === queueId)?.signedIn ?? 0;
    return {
      discovery: way,
      candidates: found.map(({ member, score }) => candidateOf(member, score)),
      excluded: [...excluded, ...closed.map(({ agentId }) => ({ agentId, reason: "account_closed" }))],
      unread: Math.max(0, (free[0]?.freeMembers ?? 0) - free.length),
      furtherExcluded: Math.max(0, signedIn - (free[0]?.freeMembers ?? 0) - others.length),
    };
  }
}

/** An agent who was found, as the choice compares them. */
export function candidateOf(member: PoolMember, readinessScore: number): AgentCandidate {
  const { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday, performanceScore, level, skills } = member;
  const facts = { idleSeconds, lastOfferSeconds, callsToday, performanceScore, level, skills };
  return { agentId, sessionId, readinessScore, heldCalls: member.heldCalls.length, ...facts };
}
