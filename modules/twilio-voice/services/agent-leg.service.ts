import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { isFinalStatus, readCarrierStatus, type CarrierStatus } from "../domain/call-status";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { agentIdOfIdentity } from "../domain/client-identity";
import type { VoiceUrls } from "../domain/voice-urls";
import { agentJoins, deviceTest, hangUp } from "../twiml/documents";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { WebhookRequest } from "../domain/webhook-request";
import { carrierActor } from "../domain/carrier-actor";

/** The agent's leg: its document once answered, and what the carrier reports of it. */
export class AgentLegService {
  constructor(
    private readonly rings: AgentRingService,
    private readonly offers: OfferEndingService,
    private readonly conversations: Pick<ConversationService, "agentAnswered" | "isLegDone">,
    private readonly lost: Pick<LostAgents, "agentLegOver">,
    private readonly urls: VoiceUrls,
  ) {}

  /** The webhook of an agent's leg: its document, or with `callback=status` a report of its state. */
  async answer(request: WebhookRequest): Promise<TwimlDocument> {
    return request.query.get("callback") === "status" ? this.status(request) : this.answered(request);
  }

  /** The agent answered: into the conference of the offer, or out, when the offer is over. */
  async answered({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    return this.join(query.get("offer"), params.CallSid, undefined, requestId);
  }

  /** A softphone dials in by itself: to take the call it was offered in the app, or to be tested. */
  async dialsIn({ params, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const agentId = agentIdOfIdentity(params.From ?? "");
    if (agentId !== undefined && params.deviceTest !== undefined) return deviceTest;
    if (agentId === undefined || params.offerId === undefined) return hangUp;
    return this.join(params.offerId, params.CallSid, agentId, requestId);
  }

  /** A state of the agent's leg; late, repeated and reordered ones change nothing. */
  async status({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const offerId = query.get("offer");
    const { CallSid: callSid } = params;
    const status = readCarrierStatus(params.CallStatus);
    if (offerId === null || !isId(offerId) || callSid === undefined || status === undefined) return EMPTY;
    if (!isFinalStatus(status)) {
      await (status === "ringing" ? this.rings.legRings(offerId, callSid) : this.rings.legSeen(offerId, callSid));
    } else if (!(await this.conversations.isLegDone(offerId, callSid))) {
      await this.legOver(offerId, callSid, status, { ...carrierActor("agent-leg"), requestId });
    }
    return EMPTY;
  }

  private async join(
    offerId: string | null,
    callSid: string | undefined,
    agentId: string | undefined,
    requestId: string,
  ): Promise<TwimlDocument> {
    if (offerId === null || callSid === undefined) return hangUp;
    const actor = { ...carrierActor("agent-leg"), requestId };
    const next = await this.conversations.agentAnswered(offerId, callSid, agentId, actor);
    return next.kind === "join" ? agentJoins(this.urls, next) : hangUp;
  }

  private async legOver(offerId: string, callSid: string, status: CarrierStatus, actor: Actor): Promise<void> {
    // A leg rung a second time by a repeated order is not the offer's: its end says nothing about the agent.
    if (!(await this.rings.isLegOf(offerId, callSid))) return;
    const end = END_OF_RING[status];
    if (end && (await this.offers.unanswered(offerId, { ...end, endLeg: false }, actor))) return;
    await this.lost.agentLegOver(offerId, callSid);
  }
}

type RingEnd = { as: "missed" | "declined" | "failed"; reason: string; blameDevice: boolean };

/**
 * How the end of a leg reads while its offer is still open. A "completed" one was answered, but its document never got
 * as far as accepting the offer.
 */
const END_OF_RING: Partial<Record<CarrierStatus, RingEnd>> = {
  "no-answer": { as: "missed", reason: "no_answer", blameDevice: true },
  busy: { as: "declined", reason: "agent_declined", blameDevice: false },
  failed: { as: "failed", reason: "ring_failed", blameDevice: true },
  completed: { as: "failed", reason: "leg_ended", blameDevice: false },
  canceled: { as: "failed", reason: "ring_cancelled", blameDevice: false },
};
