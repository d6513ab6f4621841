import { isId } from "@/lib/ids";
import type { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { LegacyCallService, LegacyStep, Unanswered } from "@/modules/call-queue/services/legacy-call.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { carrierActor } from "../domain/carrier-actor";
import { isFinalStatus, readCarrierStatus, type CarrierStatus } from "../domain/call-status";
import { clientIdentity } from "../domain/client-identity";
import type { VoiceUrls } from "../domain/voice-urls";
import type { WebhookRequest } from "../domain/webhook-request";
import { dialAgent, hangUp } from "../twiml/documents";
import { leaveMessageInstead } from "../twiml/exits";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";

/** How a leg that nobody answered reads; of others the end is known elsewhere. */
const END_OF_RING: Partial<Record<CarrierStatus, Unanswered>> = {
  "no-answer": { as: "missed", reason: "no_answer", blameDevice: true },
  busy: { as: "declined", reason: "agent_declined", blameDevice: false },
  failed: { as: "failed", reason: "ring_failed", blameDevice: true },
  canceled: { as: "failed", reason: "ring_cancelled", blameDevice: false },
};

/** The webhooks of calls without a queue: the caller's Dial, the leg it rings, and the message after it. */
export class LegacyLineService {
  constructor(
    private readonly legacy: LegacyCallService,
    private readonly queue: Pick<InboundCallQueueService, "callStatus">,
    private readonly rings: Pick<AgentRingService, "legSeen" | "legRings" | "isLegOf">,
    private readonly offers: Pick<OfferEndingService, "unanswered">,
    private readonly urls: VoiceUrls,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** The document of a caller of this flow, wherever the call stands. */
  async next(callSid: string, entryId: string, requestId: string): Promise<TwimlDocument> {
    return this.document(callSid, await this.legacy.next(entryId, { ...carrierActor("voice"), requestId }));
  }

  /** The Dial's action: the agent answered and it is over, or nobody did. */
  async dialOver({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const [entryId, offerId] = [query.get("entry"), query.get("offer")];
    const { CallSid: callSid, DialCallStatus: dialled, DialBridged: bridged } = params;
    if (callSid === undefined || entryId === null || offerId === null) return hangUp;
    if (!isId(entryId) || !isId(offerId)) return hangUp;
    const actor = { ...carrierActor("legacy-dial"), requestId };
    const caller = readCarrierStatus(params.CallStatus);
    if (caller !== undefined && isFinalStatus(caller)) {
      await this.queue.callStatus(callSid, caller, undefined, actor);
      return EMPTY;
    }
    const status = dialled === "answered" ? "completed" : readCarrierStatus(dialled);
    const answered = status === "completed" && bridged !== "false";
    const end = answered ? undefined : (END_OF_RING[status ?? "failed"] ?? END_OF_RING["no-answer"]);
    return this.document(callSid, await this.legacy.dialOver(entryId, offerId, end, actor));
  }

  /** The agent's leg: with `callback=status` a report of its state, else the question whether to connect it. */
  async agentLeg({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const [offerId, callSid] = [query.get("offer"), params.CallSid];
    if (offerId === null || callSid === undefined || !isId(offerId)) return hangUp;
    const actor = { ...carrierActor("legacy-leg"), requestId };
    if (query.get("callback") !== "status") {
      return (await this.legacy.agentAnswered(offerId, callSid, actor)) ? EMPTY : hangUp;
    }
    const status = readCarrierStatus(params.CallStatus);
    if (status === undefined) return EMPTY;
    await (status === "ringing" ? this.rings.legRings(offerId, callSid) : this.rings.legSeen(offerId, callSid));
    const end = END_OF_RING[status];
    // The Dial's own action says the same to the caller's line; whichever comes first ends the offer.
    if (end && (await this.rings.isLegOf(offerId, callSid))) {
      await this.offers.unanswered(offerId, { ...end, endLeg: false }, actor);
    }
    return EMPTY;
  }

  private async document(callSid: string, step: LegacyStep): Promise<TwimlDocument> {
    switch (step.kind) {
      case "dial":
        return dialAgent(this.urls, { ...step, identity: clientIdentity(step.agentId) });
      case "voicemail":
        return leaveMessageInstead(this.urls, step, await this.wordings.of(callSid));
      case "hang_up":
        return hangUp;
    }
  }
}
