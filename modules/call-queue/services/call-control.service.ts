import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, forbidden, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { ConversationService } from "./conversation.service";
import type { OfferEndingService } from "./offer-ending.service";

/** What people do with a call from the softphone: decline it, end it. */
export class CallControlService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: CallOfferRepository,
    private readonly offerEnding: OfferEndingService,
    private readonly conversations: ConversationService,
    private readonly kick: CommandKick,
  ) {}

  /**
   * The offered agent declines. Repeating it is harmless once the offer is over.
   * Throws 404 for a call that was never offered to the asker, 409 once the call was accepted.
   */
  async decline(principal: Principal, callId: string): Promise<QueuedCallState> {
    const call = await this.find(callId);
    const offer = await this.offers.findOpen(call.id);
    if (!offer || offer.agentId !== principal.agentId) {
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
   * The owning agent (or staff) ends the conversation for both sides. Repeating it is harmless.
   * Throws 403, 404, and 409 while there is no conversation to end.
   */
  async end(principal: Principal, callId: string): Promise<QueuedCallState> {
    const { id } = await this.find(callId);
    const state = await inTransaction(
      this.db,
      async (tx): Promise<QueuedCallState> => {
        const call = await this.queued.lock(tx, { id });
        if (!call) throw notFound("This call");
        this.requireOwner(principal, call);
        if (call.state === "wrap_up" || call.state === "done") return call.state;
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

  private async find(callId: string): Promise<QueuedCallRow> {
    const call = isId(callId) ? await this.queued.find({ callId }) : undefined;
    if (!call) throw notFound("This call");
    return call;
  }

  private async wasOffered(entryId: string, principal: Principal): Promise<boolean> {
    if (isStaff(principal)) return true;
    return principal.agentId !== undefined && (await this.offers.wasOffered(entryId, principal.agentId));
  }

  private requireOwner(principal: Principal, call: QueuedCallRow): void {
    if (isStaff(principal)) return;
    if (principal.agentId === undefined || call.agentId !== principal.agentId) {
      throw forbidden("Only the agent of this call may end it.");
    }
  }
}
