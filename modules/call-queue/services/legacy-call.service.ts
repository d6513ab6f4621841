import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Words } from "../domain/announcements/wording";
import type { CommandKick } from "../domain/carrier-commands";
import type { CallOfferRepository, OfferEnd, OfferRow } from "../repositories/call-offer.repository";
import type { CallRepository } from "../repositories/call.repository";
import type { LeadTimelineRepository } from "../repositories/lead-timeline.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { CallEnding } from "./call-ending";
import type { ConversationEnding } from "./conversation-ending";
import type { AnswerEvidence } from "./conversation.service";
import type { LegacyOffers } from "./legacy-offers";
import type { OfferEndingService, Wake } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { RecordingPlans } from "./recording-plans";

/** What the caller's line is to do next. */
export type LegacyStep =
  | {
      kind: "dial";
      entryId: string;
      offerId: string;
      callId: string;
      agentId: string;
      ringSeconds: number;
      /** The conversation is recorded, and this is what the caller is told before. */
      consent: Words | undefined;
    }
  | { kind: "voicemail"; entryId: string; transcribe: boolean }
  | { kind: "hang_up" };

/** How a dialled agent's leg ended without an answer. */
export interface Unanswered {
  as: Exclude<OfferEnd, "cancelled">;
  reason: string;
  blameDevice: boolean;
}

/**
 * The flow without a queue: one available agent is rung by the caller's own line, and nobody answering means voicemail.
 * It writes the same rows as the other flow, so that no agent is ever booked twice between them.
 */
export class LegacyCallService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: CallOfferRepository,
    private readonly calls: CallRepository,
    private readonly timeline: Pick<LeadTimelineRepository, "conversationBegan">,
    private readonly reservations: LegacyOffers,
    private readonly recordings: RecordingPlans,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly offerEnding: Pick<OfferEndingService, "unanswered">,
    private readonly conversations: Pick<ConversationEnding, "finish">,
    private readonly evidence: AnswerEvidence,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * Where a caller of this flow belongs now. A new one is offered to one agent; one whose agent did not answer, or for
   * whom there is none, goes to voicemail. Asking again changes nothing.
   */
  async next(entryId: string, actor: Actor): Promise<LegacyStep> {
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (!call) return { kind: "hang_up" };
      if (call.state === "offered") return this.dialAgain(tx, call);
      if (call.state === "voicemail") return voicemail(call);
      if (call.state !== "waiting") return { kind: "hang_up" };
      const offer = await this.reservations.reserveOne(tx, call, actor);
      if (!offer) return this.toVoicemail(tx, call, actor);
      // The caller is told, and their line asked to record, before anybody answers.
      await this.recordings.settle(tx, call, offer.offerId);
      return this.dial(tx, call, offer);
    });
  }

  /**
   * The rung agent answered; the carrier has not connected them yet. False: the offer is over, hang up. The same leg
   * may ask again.
   */
  async agentAnswered(offerId: string, agentCallSid: string, actor: Actor): Promise<boolean> {
    const entryId = await this.offers.findEntryId(offerId);
    if (entryId === undefined) return false;
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      const offer = call && (await this.offers.lock(tx, offerId));
      if (!call || !offer) return false;
      if (offer.status === "accepted") return call.state === "in_conversation" && call.agentCallSid === agentCallSid;
      if (offer.status !== "open" || offer.expired || call.state !== "offered") return false;
      await this.accept(tx, call, offer, agentCallSid, actor);
      return true;
    });
  }

  /** The Dial is over. With an end the agent did not answer: voicemail is next; without one the conversation is over. */
  async dialOver(entryId: string, offerId: string, end: Unanswered | undefined, actor: Actor): Promise<LegacyStep> {
    if (end) {
      await this.offerEnding.unanswered(offerId, { ...end, endLeg: false }, actor);
      return this.next(entryId, actor);
    }
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call?.state === "in_conversation") await this.conversations.finish(tx, call, "agent_hung_up", "agent", actor);
    });
    this.kick.kick();
    this.dispatcher.wake();
    return { kind: "hang_up" };
  }

  private async accept(
    tx: Tx,
    call: QueuedCallRow,
    offer: OfferRow,
    agentCallSid: string,
    actor: Actor,
  ): Promise<void> {
    const { agentId, id: offerId } = offer;
    await this.offers.acceptLegacy(tx, offerId);
    await this.offers.replaceLeg(tx, offerId, agentCallSid);
    await this.evidence.answeredRing(tx, agentId);
    const data = { offerId, agentId };
    await this.mover.move(tx, call, "connecting", { actor, reason: "agent_answered", data, patch: { agentCallSid } });
    const connecting = { ...call, state: "connecting" as const, agentCallSid };
    const patch = { connected: true, talkId: offerId } as const;
    await this.mover.move(tx, connecting, "in_conversation", { actor, reason: "caller_joined", patch });
    await this.calls.answered(tx, call.callId, agentId);
    if (call.leadId !== null && (await this.timeline.conversationBegan(tx, call.leadId, agentId))) {
      await publishLive(tx, leadChanged(call.leadId, agentId));
    }
    const told = { offerId, callId: call.callId, status: "accepted" };
    await publishLive(tx, [{ topic: "offer", audience: `agent:${agentId}`, data: told }]);
  }

  private async dialAgain(tx: Tx, call: QueuedCallRow): Promise<LegacyStep> {
    const offerId = await this.offers.findOpenId(tx, call.id);
    const offer = offerId === undefined ? undefined : await this.offers.lock(tx, offerId);
    return offer ? this.dial(tx, call, { offerId: offer.id, agentId: offer.agentId }) : { kind: "hang_up" };
  }

  private async dial(
    tx: Tx,
    call: QueuedCallRow,
    { offerId, agentId }: { offerId: string; agentId: string },
  ): Promise<LegacyStep> {
    const { id: entryId, callId, ringTimeoutSeconds: ringSeconds } = call;
    const consent = await this.recordings.consent(tx, call, offerId);
    return { kind: "dial", entryId, offerId, callId, agentId, ringSeconds, consent };
  }

  private async toVoicemail(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<LegacyStep> {
    await this.recordings.drop(tx, call);
    await this.mover.move(tx, call, "voicemail", { actor, reason: "nobody_answered", patch: { agentId: null } });
    // The carrier keeps the line for the message; for the house the call is over: nothing can be lost any more.
    await this.ending.end(tx, call, "voicemail", "system", actor);
    return voicemail(call);
  }
}

const voicemail = ({ id: entryId, transcribeMessages: transcribe }: QueuedCallRow): LegacyStep => ({
  kind: "voicemail",
  entryId,
  transcribe,
});
