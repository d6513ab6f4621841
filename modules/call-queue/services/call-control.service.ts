import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import { isSupervisor } from "../domain/participants";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import { type ConversationEnding, isBeingCalled } from "./conversation-ending";
import type { OfferEndingService } from "./offer-ending.service";
import { requireOwner } from "./owned-talk";
import type { TalkParties } from "./talk-parties";

/** What people do with a call from the softphone: decline it, end it. */
export class CallControlService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: CallOfferRepository,
    private readonly offerEnding: OfferEndingService,
    private readonly conversations: ConversationEnding,
    private readonly parties: TalkParties,
    private readonly kick: CommandKick,
  ) {}

  /**
   * The offered agent declines, or the one who is rung to take part. Repeating it is harmless once the offer is over.
   * Throws 404 for a call that was never offered to the asker, 409 once the call was accepted.
   */
  async decline(principal: Principal, callId: string): Promise<QueuedCallState> {
    const call = await this.find(callId);
    const offer = await this.offers.findOpen(call.id);
    if (!offer || offer.agentId !== principal.agentId) {
      if (await this.leave(principal, call.id, "declined")) return (await this.find(callId)).state;
      const holds = call.agentId !== null && call.agentId === principal.agentId;
      if (!holds && !(await this.wasOffered(call.id, principal))) throw notFound("This call");
      if (holds && call.state !== "offered") {
        throw conflict("already_accepted", "You have taken this call; end it instead.");
      }
      return call.state;
    }
    await this.offerEnding.unanswered(
      offer.id,
      { as: "declined", reason: "agent_declined", endLeg: true, blameDevice: false },
      actorOf(principal),
    );
    return (await this.find(callId)).state;
  }

  /**
   * The owning agent (or staff) ends the conversation for all sides; somebody who takes part leaves it, and the others
   * go on. Repeating it is harmless.
   * Throws 403, 404, and 409 while there is no conversation to end.
   */
  async end(principal: Principal, callId: string): Promise<QueuedCallState> {
    const { id, agentId, direction, state: before } = await this.find(callId);
    // Their own call out, before their own phone was through.
    if (direction === "outbound" && before === "offered") return this.decline(principal, callId);
    if (agentId !== principal.agentId && (await this.leave(principal, id, "left"))) {
      return (await this.find(callId)).state;
    }
    const state = await inTransaction(
      this.db,
      async (tx): Promise<QueuedCallState> => {
        const call = await this.queued.lock(tx, { id });
        if (!call) throw notFound("This call");
        requireOwner(principal, call);
        if (call.state === "wrap_up" || call.state === "done") return call.state;
        if (isBeingCalled(call)) {
          await this.conversations.notReached(tx, call, "call_cancelled", "agent", actorOf(principal));
          return (await this.queued.lock(tx, { id }))?.state ?? "wrap_up";
        }
        if (call.state !== "in_conversation") {
          throw conflict("no_conversation", "There is no conversation to end.", { state: call.state });
        }
        await this.conversations.finish(tx, call, "end_requested", "agent", actorOf(principal), principal.userId);
        return "wrap_up";
      },
      { once: "end" },
    );
    this.kick.kick();
    return state;
  }

  /** The asker takes part in this call, or is rung for it, and goes; false for anybody else. */
  private async leave(principal: Principal, entryId: string, reason: "declined" | "left"): Promise<boolean> {
    const left = await inTransaction(
      this.db,
      async (tx) => {
        const call = await this.queued.lock(tx, { id: entryId });
        const who = call && (await this.parties.byUser(tx, call, principal.userId));
        if (!call || !who || isSupervisor(who.role)) return false;
        await this.parties.gone(tx, call, who, who.state === "ringing" ? reason : "left", actorOf(principal));
        return true;
      },
      { once: "leave" },
    );
    if (left) this.kick.kick();
    return left;
  }

  private async find(callId: string): Promise<QueuedCallRow> {
    const call = isId(callId) ? await this.queued.find({ callId }) : undefined;
    if (!call) throw notFound("This call");
    return call;
  }

  private async wasOffered(entryId: string, principal: Principal): Promise<boolean> {
    if (isStaff(principal)) return true;
    return principal.agentId !== undefined && (await this.offers.wasOffered(entryId, principal.agentId));
  }
}
