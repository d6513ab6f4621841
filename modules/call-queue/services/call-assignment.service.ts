import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { readArms, type FlagArms } from "@/lib/types/flags";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import {
  explainChoice,
  rankAgents,
  readStrategy,
  type AgentCandidate,
  type ExcludedAgent,
} from "../domain/agent-choice";
import type { DiscoveryWay } from "../domain/discovery";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type {
  DispatchQueue,
  DispatchRepository,
  EarlierOffer,
  NewOffer,
  PoolMember,
  WaitingCall,
} from "../repositories/dispatch.repository";
import type { AgentDiscoveryService } from "./agent-discovery.service";
import { callEvents } from "./queued-call-mover";

/** Calls looked at in one transaction: a burst is served in a few of them, and none holds its locks for long. */
const BATCH = 50;
const MOST_ROUNDS = 200;
/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;
/** Seconds until a call that could not be rung at all is offered to the same agent again. */
const FAILED_COOLDOWN_SECONDS = 5;

/** The flags that decide whom discovery finds. */
const DISCOVERY_FLAGS = [
  "FEATURE_ENHANCED_DISCOVERY",
  "FEATURE_DISCOVERY_FALLBACK",
  "FEATURE_AGENT_HEARTBEAT",
  "FEATURE_DEVICE_CONNECTIVITY",
] as const;

interface Found {
  way: DiscoveryWay;
  candidates: AgentCandidate[];
  excluded: ExcludedAgent[];
}
type FindFor = (arms: FlagArms) => Found;

const NOTHING = { planned: 0, offered: 0 };

/** Offers waiting calls to ready agents. The database refuses every double booking; this chooses whom to ask. */
export class CallAssignmentService {
  constructor(
    private readonly db: Db,
    private readonly dispatch: DispatchRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly discovery: Pick<AgentDiscoveryService, "among" | "anyDevice">,
  ) {}

  /**
   * Offers as many waiting calls as there are ready agents; safe to run anywhere, at any time, many times at once.
   * Answers the number of offers made. The carrier commands they need are written, not yet run.
   */
  async offerWaiting(actor: Actor): Promise<number> {
    let made = 0;
    const anyDevice = await this.discovery.anyDevice();
    for (const queue of await this.dispatch.findQueues(undefined, undefined, anyDevice)) {
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const { planned, offered } = await inTransaction(this.db, (tx) => this.round(tx, queue, actor, anyDevice));
        made += offered;
        // Planned but not offered: the dispatcher of another queue was faster with a shared agent. Others may be free.
        if (planned === 0) break;
      }
    }
    return made;
  }

  private async round(
    tx: Tx,
    queue: DispatchQueue,
    actor: Actor,
    anyDevice: boolean,
  ): Promise<{ planned: number; offered: number }> {
    await this.dispatch.takeTurn(tx, queue.queueId);
    // Whoever had the turn before has often done it all: what is left is one query, not five.
    if ((await this.dispatch.findQueues(tx, queue.queueId, anyDevice)).length === 0) return NOTHING;
    const calls = await this.dispatch.lockWaiting(tx, queue.queueId, BATCH);
    if (calls.length === 0) return NOTHING;
    const pool = await this.dispatch.findPool(tx, queue.queueId);
    const findFor = this.finder(pool);
    if (calls.every(({ arms }) => findFor(readArms(arms)).candidates.length === 0)) return NOTHING;
    const earlier = await this.dispatch.findEarlierOffers(
      tx,
      calls.map((call) => call.entryId),
    );
    const planned = plan(queue, calls, findFor, earlier);
    const taken = await this.dispatch.takeSlots(tx, planned);
    const offers = planned.filter((offer) => taken.has(offer.entryId));
    if (offers.length > 0) await this.write(tx, queue, offers, actor);
    return { planned: planned.length, offered: offers.length };
  }

  /** Whom a call of given arms may be offered to; worked out once for all calls whose arms agree about discovery. */
  private finder(pool: readonly PoolMember[]): FindFor {
    const known = new Map<string, Found>();
    return (arms) => {
      const key = DISCOVERY_FLAGS.map((name) => Number(arms[name])).join("");
      const found = known.get(key) ?? this.find(pool, arms);
      known.set(key, found);
      return found;
    };
  }

  private find(pool: readonly PoolMember[], arms: FlagArms): Found {
    const { way, found, excluded } = this.discovery.among(pool, arms);
    const candidates = found.map(({ member, score }) => {
      const { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday } = member;
      return { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday, readinessScore: score };
    });
    return { way, candidates, excluded };
  }

  private async write(tx: Tx, queue: DispatchQueue, offers: readonly NewOffer[], actor: Actor): Promise<void> {
    await this.dispatch.writeOffers(tx, offers, queue.ringTimeoutSeconds + EXPIRY_GRACE_SECONDS);
    await this.commands.add(
      tx,
      offers.map(({ offerId, entryId, callId, agentId }) => ({
        kind: "ring_agent",
        payload: { agentId, callId, entryId, offerId, ringSeconds: queue.ringTimeoutSeconds },
        entryId,
        offerId,
      })),
    );
    await writeAudit(
      tx,
      actor,
      offers.map(({ callId, agentId, offerId }) => ({
        action: "call.offered",
        entityType: "call",
        entityId: callId,
        before: { state: "waiting" },
        after: { state: "offered", agentId, offerId },
      })),
    );
    await publishLive(
      tx,
      offers.flatMap(({ callId, agentId, offerId }) => [
        ...callEvents({ callId, queueId: queue.queueId, state: "offered", agentIds: [agentId] }),
        { topic: "offer", audience: `agent:${agentId}`, data: { offerId, callId, status: "open" } },
      ]),
    );
  }
}

/** Who is offered what: calls in their order, each to the best agent that is left. An agent is asked once a round. */
function plan(
  queue: DispatchQueue,
  calls: readonly WaitingCall[],
  findFor: FindFor,
  earlier: readonly EarlierOffer[],
): NewOffer[] {
  const taken = new Set<string>();
  const offers: NewOffer[] = [];
  for (const { entryId, callId, arms: stored } of calls) {
    const arms = readArms(stored);
    const { way, candidates, excluded } = findFor(arms);
    const free = candidates.filter(({ agentId }) => !taken.has(agentId));
    if (free.length === 0) continue;
    const strategy = arms.FEATURE_LOAD_BALANCING ? readStrategy(queue.strategy) : "longest_idle";
    const offerId = newId();
    const mine = earlier.filter((offer) => offer.entryId === entryId);
    const cooling = new Set(mine.filter((offer) => isCooling(offer, queue)).map((offer) => offer.agentId));
    const missed = new Set(mine.filter((offer) => offer.status === "missed").map((offer) => offer.agentId));
    const ranked = rankAgents(
      free.filter((candidate) => !cooling.has(candidate.agentId)),
      strategy,
      offerId,
      missed,
    );
    const choice = ranked[0];
    // Everybody who is ready has just declined this call: the next caller is not held up by that.
    if (!choice) continue;
    taken.add(choice.agentId);
    const declined = [...cooling].map((agentId) => ({ agentId, reason: "declined_this_call" }));
    const busyThisRound = candidates
      .filter(({ agentId }) => taken.has(agentId) && agentId !== choice.agentId)
      .map(({ agentId }) => ({ agentId, reason: "offered_a_call_before_this_one" }));
    const why = explainChoice(choice, {
      ranked,
      excluded: [...declined, ...busyThisRound, ...excluded],
      strategy,
      seed: offerId,
    });
    const explanation = { ...why, discovery: way };
    offers.push({ offerId, entryId, callId, agentId: choice.agentId, sessionId: choice.sessionId, explanation });
  }
  return offers;
}

function isCooling(offer: EarlierOffer, queue: DispatchQueue): boolean {
  if (offer.status === "declined") return offer.resolvedSeconds < queue.declineCooldownSeconds;
  return offer.status === "failed" && offer.resolvedSeconds < FAILED_COOLDOWN_SECONDS;
}
