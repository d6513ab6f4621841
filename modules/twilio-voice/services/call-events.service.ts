import { isId } from "@/lib/ids";
import { readCarrierStatus } from "../domain/call-status";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { WebhookRequest } from "../domain/webhook-request";
import { carrierActor } from "../domain/carrier-actor";

/** Calls out, whose customer's leg may be heard of before the order to dial is answered. */
export interface DialledLegs {
  dialled(callId: string, callSid: string): Promise<void>;
}

/** What the carrier reports without waiting for an answer: states of the customer's call, events of a conference. */
export class CallEventsService {
  constructor(
    private readonly queue: InboundCallQueueService,
    private readonly conversations: ConversationService,
    private readonly outbound: DialledLegs,
  ) {}

  /** The customer's call has a new state. */
  async status({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, CallDuration: duration } = params;
    const status = readCarrierStatus(params.CallStatus);
    if (callSid === undefined || status === undefined) return EMPTY;
    const callId = query.get("call");
    if (callId !== null) await this.outbound.dialled(callId, callSid);
    const seconds = duration !== undefined && /^\d+$/.test(duration) ? Number(duration) : undefined;
    await this.queue.callStatus(callSid, status, seconds, { ...carrierActor("status"), requestId });
    return EMPTY;
  }

  /**
   * Somebody left the conference of an offer, which may end the conversation. That they joined, their own request has
   * told already.
   */
  async conference({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, StatusCallbackEvent: event } = params;
    const [entryId, offerId] = [query.get("entry"), query.get("offer")];
    if (entryId === null || offerId === null || !isId(entryId) || !isId(offerId)) return EMPTY;
    const actor = { ...carrierActor("conference"), requestId };
    if (event === "participant-leave" && callSid !== undefined) {
      await this.conversations.participantLeft(entryId, offerId, callSid, actor);
    }
    return EMPTY;
  }
}
