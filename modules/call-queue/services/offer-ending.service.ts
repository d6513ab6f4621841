import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { type NewEvent, noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import type { CommandKick, NewCommand } from "../domain/carrier-commands";
import type { CallOfferRepository, OfferEnd, OfferRow } from "../repositories/call-offer.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import { undialled } from "../repositories/outbound.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { CallEnding } from "./call-ending";
import type { QueuedCallMover } from "./queued-call-mover";

/** What rings tell about agents; the presence of the house keeps it. */
export interface RingEvidence {
  missedRing(
    tx: Tx,
    agentId: string,
    limit: number,
    actor: Actor,
    ring: { offeredAt: Date; trouble: "unheard" | "unreachable" | "unanswered" },
  ): Promise<unknown>;
}

export interface Wake {
  /** Looks for agents for waiting callers soon, in this process; never throws. */
  wake(): void;
}

/** How offers end without a conversation: withdrawn, declined, missed, failed, expired. */
export class OfferEndingService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: CallOfferRepository,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly evidence: RingEvidence,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * The caller of a locked call is leaving: the open offer is withdrawn, the agent's leg ended (ringing or answered)
   * and the slot freed. The call's own move is the asker's.
   */
  async withdraw(tx: Tx, call: QueuedCallRow): Promise<void> {
    const openId = await this.offers.findOpenId(tx, call.id);
    const offer = openId === undefined ? undefined : await this.offers.lock(tx, openId);
    if (offer) await this.close(tx, call, offer, "cancelled", true);
    if (call.state === "connecting" && call.agentCallSid !== null) {
      const offerId = call.talkId;
      if (offerId !== null) await this.commands.cancelPending(tx, { offerId, kind: "move_caller" });
      await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    }
    await this.slots.release(tx, call.id);
  }

  /**
   * The offer ended without an answer: next agent, with the caller's place and music untouched. Answers false when
   * the offer had ended already, however often it is told. `endLeg`: the leg may still be ringing.
   */
  async unanswered(
    offerId: string,
    end: { as: Exclude<OfferEnd, "cancelled">; reason: string; endLeg: boolean; blameDevice: boolean },
    actor: Actor,
  ): Promise<boolean> {
    const entryId = await this.offers.findEntryId(offerId);
    if (entryId === undefined) return false;
    const ended = await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      const offer = call && (await this.offers.lock(tx, offerId));
      if (!call || !offer || offer.status !== "open") return false;
      const ring = await this.close(tx, call, offer, end.as, end.endLeg);
      // A call out whose own agent did not come to the phone has nobody to wait for.
      const over = call.callSid === undialled(call.callId);
      await this.mover.move(tx, call, over ? "failed" : "waiting", {
        actor,
        reason: end.reason,
        data: { offerId, agentId: offer.agentId, rang: offer.rang },
        patch: { agentId: null },
      });
      if (over) await this.ending.end(tx, call, "not_placed", "agent", actor);
      // A ring that the carrier never took, because it could not be reached, says nothing about the device.
      if (end.blameDevice && (ring === undefined || ring === "done")) {
        const missed = { offeredAt: offer.createdAt, trouble: troubleOf(end, offer.rang) };
        if (end.as === "missed" && !over) await noteEvents(tx, [ringMissed(offerId, offer.agentId, call.callId)]);
        await this.evidence.missedRing(tx, offer.agentId, call.missedRingsToAway, actor, missed);
      }
      return true;
    });
    if (ended) {
      this.kick.kick();
      this.dispatcher.wake();
    }
    return ended;
  }

  /** Ends offers that nobody resolved in time: a sweeper for callbacks that never come. Answers how many. */
  async expireDue(limit: number, actor: Actor): Promise<number> {
    let expired = 0;
    for (const { offerId } of await this.offers.findExpired(limit)) {
      const end = { as: "missed", reason: "offer_expired", endLeg: true, blameDevice: true } as const;
      if (await this.unanswered(offerId, end, actor)) expired += 1;
    }
    return expired;
  }

  /** Answers how far the order to ring had come. */
  private async close(
    tx: Tx,
    call: QueuedCallRow,
    offer: OfferRow,
    as: OfferEnd,
    endsLeg: boolean,
  ): Promise<string | undefined> {
    // A ring that has not begun is called off; one that is being placed finds the offer ended and hangs up.
    const ring = await this.offers.close(tx, offer, { as, callId: call.callId });
    if (endsLeg && offer.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, offer.agentCallSid)]);
    return ring;
  }
}

/**
 * What a ring that nobody answered tells about the device. Only the carrier's own word says that it did not ring: an
 * offer that ran out without any may be our loss.
 */
function troubleOf(end: { as: OfferEnd; reason: string }, rang: boolean): "unheard" | "unreachable" | "unanswered" {
  if (end.as === "failed") return "unreachable";
  return end.reason === "no_answer" && !rang ? "unheard" : "unanswered";
}

/** Has the agent told whose phone rang. */
const ringMissed = (offerId: string, agentId: string, callId: string): NewEvent => ({
  event: "ring_missed",
  source: offerId,
  data: { agentId, callId },
});

/** The command that hangs up one leg around a queued call. */
export function endLeg(call: { id: string }, callSid: string): NewCommand {
  return { kind: "end_leg", payload: { callSid }, entryId: call.id };
}
