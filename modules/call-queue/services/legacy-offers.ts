import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { readArms } from "@/lib/types/flags";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { explainChoice, rankAgents, type AgentCandidate } from "../domain/agent-choice";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { DispatchRepository, PoolMember } from "../repositories/dispatch.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";
import type { AgentDiscoveryService } from "./agent-discovery.service";
import { callEvents } from "./queued-call-mover";

/** Agents tried for one call when others take them at the same moment. */
const MOST_TRIES = 10;
/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;

/** Finds one agent for a call of the legacy flow, and reserves them as every offer does: by a call slot and a row. */
export class LegacyOffers {
  constructor(
    private readonly dispatch: DispatchRepository,
    private readonly discovery: AgentDiscoveryService,
    private readonly offers: Pick<CallOfferRepository, "hasAny">,
  ) {}

  /**
   * Offers a locked, waiting call to one agent; undefined when there is none, or when one has been asked already: this
   * flow asks once.
   */
  async reserveOne(
    tx: Tx,
    call: QueuedCallRow,
    actor: Actor,
  ): Promise<{ offerId: string; agentId: string } | undefined> {
    if (await this.offers.hasAny(tx, call.id)) return undefined;
    const pool = await this.dispatch.findPool(tx, call.queueId);
    const { way, found, excluded } = this.discovery.among(pool, readArms(call.arms));
    const offerId = newId();
    const ranked = rankAgents(found.map(asCandidate), "longest_idle", offerId, new Set());
    for (const choice of ranked.slice(0, MOST_TRIES)) {
      const { agentId, sessionId } = choice;
      const taken = await this.dispatch.takeSlots(tx, [{ entryId: call.id, agentId }]);
      if (!taken.has(call.id)) continue;
      const why = explainChoice(choice, { ranked, excluded, strategy: "longest_idle", seed: offerId });
      const offer = { offerId, entryId: call.id, callId: call.callId, agentId, sessionId };
      const explanation = { ...why, flow: "legacy", discovery: way };
      await this.dispatch.writeOffers(tx, [{ ...offer, explanation }], call.ringTimeoutSeconds + EXPIRY_GRACE_SECONDS);
      await this.tell(tx, call, { offerId, agentId }, actor);
      return { offerId, agentId };
    }
    return undefined;
  }

  private async tell(
    tx: Tx,
    call: QueuedCallRow,
    { offerId, agentId }: { offerId: string; agentId: string },
    actor: Actor,
  ): Promise<void> {
    const { callId, queueId } = call;
    await writeAudit(tx, actor, [
      {
        action: "call.offered",
        entityType: "call",
        entityId: callId,
        before: { state: "waiting" },
        after: { state: "offered", agentId, offerId },
      },
    ]);
    await publishLive(tx, [
      ...callEvents({ callId, queueId, state: "offered", agentIds: [agentId] }),
      { topic: "offer", audience: `agent:${agentId}`, data: { offerId, callId, status: "open" } },
    ]);
  }
}

function asCandidate({ member, score }: { member: PoolMember; score: number }): AgentCandidate {
  const { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday } = member;
  return { agentId, sessionId, idleSeconds, lastOfferSeconds, callsToday, readinessScore: score };
}
