import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import {
  explainChoice,
  rankAgents,
  readStrategy,
  type AgentCandidate,
  type ExcludedAgent,
} from "../domain/agent-choice";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type {
  DispatchQueue,
  DispatchRepository,
  EarlierOffer,
  NewOffer,
  PoolMember,
  WaitingCall,
} from "../repositories/dispatch.repository";
import { callEvents } from "./queued-call-mover";

/** Judges whether a member of the pool can take a call now; the readiness rules are the agents module's. */
export type JudgeReadiness = (member: PoolMember) => { score: number; ready: boolean; reasons: string[] };

/** Calls looked at in one transaction: a burst is served in a few of them, and none holds its locks for long. */
const BATCH = 50;
const MOST_ROUNDS = 200;
/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;
/** Seconds until a call that could not be rung at all is offered to the same agent again. */
const FAILED_COOLDOWN_SECONDS = 5;

const NOTHING = { planned: 0, offered: 0 };

/** Offers waiting calls to ready agents. The database refuses every double booking; this chooses whom to ask. */
export class CallAssignmentService {
  constructor(
    private readonly db: Db,
    private readonly dispatch: DispatchRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly judge: JudgeReadiness,
  ) {}

  /**
   * Offers as many waiting calls as there are ready agents; safe to run anywhere, at any time, many times at once.
   * Answers the number of offers made. The carrier commands they need are written, not yet run.
   */
  async offerWaiting(actor: Actor): Promise<number> {
    let made = 0;
    for (const queue of await this.dispatch.findQueues()) {
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const { planned, offered } = await inTransaction(this.db, (tx) => this.round(tx, queue, actor));
        made += offered;
        // Planned but not offered: the dispatcher of another queue was faster with a shared agent. Others may be free.
        if (planned === 0) break;
      }
    }
    return made;
  }

  private async round(tx: Tx, queue: DispatchQueue, actor: Actor): Promise<{ planned: number; offered: number }> {
    await this.dispatch.takeTurn(tx, queue.queueId);
    // Whoever had the turn before has often done it all: what is left is one query, not five.
    if ((await this.dispatch.findQueues(tx, queue.queueId)).length === 0) return NOTHING;
    const calls = await this.dispatch.lockWaiting(tx, queue.queueId, BATCH);
    if (calls.length === 0) return NOTHING;
    const { candidates, excluded } = this.sort(await this.dispatch.findPool(tx, queue.queueId));
    if (candidates.length === 0) return NOTHING;
    const earlier = await this.dispatch.findEarlierOffers(
      tx,
      calls.map((call) => call.entryId),
    );
    const planned = plan(queue, calls, candidates, excluded, earlier);
    const taken = await this.dispatch.takeSlots(tx, planned);
    const offers = planned.filter((offer) => taken.has(offer.entryId));
    if (offers.length > 0) await this.write(tx, queue, offers, actor);
    return { planned: planned.length, offered: offers.length };
  }

  private sort(pool: readonly PoolMember[]): { candidates: AgentCandidate[]; excluded: ExcludedAgent[] } {
    const candidates: AgentCandidate[] = [];
    const excluded: ExcludedAgent[] = [];
    for (const member of pool) {
      const { ready, score, reasons } = this.judge(member);
      const { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday } = member;
      if (ready) {
        candidates.push({ agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday, readinessScore: score });
      } else excluded.push({ agentId, reason: reasons.join(", ") });
    }
    return { candidates, excluded };
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
  candidates: readonly AgentCandidate[],
  excluded: readonly ExcludedAgent[],
  earlier: readonly EarlierOffer[],
): NewOffer[] {
  const strategy = readStrategy(queue.strategy);
  const free = new Map(candidates.map((candidate) => [candidate.agentId, candidate]));
  const offers: NewOffer[] = [];
  for (const { entryId, callId } of calls) {
    if (free.size === 0) break;
    const offerId = newId();
    const mine = earlier.filter((offer) => offer.entryId === entryId);
    const cooling = new Set(mine.filter((offer) => isCooling(offer, queue)).map((offer) => offer.agentId));
    const missed = new Set(mine.filter((offer) => offer.status === "missed").map((offer) => offer.agentId));
    const ranked = rankAgents(
      [...free.values()].filter((candidate) => !cooling.has(candidate.agentId)),
      strategy,
      offerId,
      missed,
    );
    const choice = ranked[0];
    // Everybody who is ready has just declined this call: the next caller is not held up by that.
    if (!choice) continue;
    free.delete(choice.agentId);
    const declined = [...cooling].map((agentId) => ({ agentId, reason: "declined_this_call" }));
    const busyThisRound = candidates
      .filter(({ agentId }) => !free.has(agentId) && agentId !== choice.agentId)
      .map(({ agentId }) => ({ agentId, reason: "offered_a_call_before_this_one" }));
    const explanation = explainChoice(choice, {
      ranked,
      excluded: [...declined, ...busyThisRound, ...excluded],
      strategy,
      seed: offerId,
    });
    offers.push({ offerId, entryId, callId, agentId: choice.agentId, sessionId: choice.sessionId, explanation });
  }
  return offers;
}

function isCooling(offer: EarlierOffer, queue: DispatchQueue): boolean {
  if (offer.status === "declined") return offer.resolvedSeconds < queue.declineCooldownSeconds;
  return offer.status === "failed" && offer.resolvedSeconds < FAILED_COOLDOWN_SECONDS;
}
