import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { readArms } from "@/lib/types/flags";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { explainChoice, rankAgents } from "../domain/agent-choice";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import { ANYBODY, type DispatchRepository } from "../repositories/dispatch.repository";
import type { SingleOfferRepository } from "../repositories/single-offer.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";
import type { AgentDiscoveryService } from "./agent-discovery.service";
import { candidateOf } from "./load-balancing.service";
import { callEvents } from "./queued-call-mover";

/** Agents tried for one call when others take them at the same moment. */
const MOST_TRIES = 10;
/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;

/** Finds one agent for a call of the legacy flow, and reserves them as every offer does: by a call slot and a row. */
export class LegacyOffers {
  constructor(
    private readonly dispatch: Pick<DispatchRepository, "findFree" | "findNotFree">,
    private readonly single: SingleOfferRepository,
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
    const queue = { queueId: call.queueId, strategy: "longest_idle" };
    const free = await this.dispatch.findFree([queue], ANYBODY, true, { executor: tx });
    const notFree = await this.dispatch.findNotFree([call.queueId], true, tx);
    const pool = [...free, ...notFree.filter(({ disabled }) => !disabled)];
    const { way, found, excluded } = this.discovery.among(pool, readArms(call.arms));
    const offerId = newId();
    const wish = { seed: offerId, missed: new Set<string>(), preferredAgentId: null, preferredSkills: [] };
    const ranked = rankAgents(
      found.map(({ member, score }) => candidateOf(member, score)),
      "longest_idle",
      wish,
    );
    for (const choice of ranked.slice(0, MOST_TRIES)) {
      const { agentId, sessionId } = choice;
      if (!(await this.single.takeSlot(tx, call.id, agentId))) continue;
      const why = explainChoice(choice, { ranked, excluded, strategy: "longest_idle", wish });
      const offer = { offerId, entryId: call.id, agentId, sessionId };
      const explanation = { ...why, flow: "legacy", discovery: way };
      await this.single.write(tx, { ...offer, explanation }, call.ringTimeoutSeconds + EXPIRY_GRACE_SECONDS);
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
