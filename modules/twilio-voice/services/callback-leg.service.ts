import { readAnsweredBy } from "../domain/answering-machines";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { AttemptResult, CallbackAttemptsService } from "@/modules/call-queue/services/callback-attempts.service";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import { isFinalStatus, readCarrierStatus, type CarrierStatus } from "../domain/call-status";
import type { VoiceUrls } from "../domain/voice-urls";
import type { WebhookRequest } from "../domain/webhook-request";
import { callerJoins, hangUp, machineMessage } from "../twiml/documents";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import { carrierActor } from "../domain/carrier-actor";

/** The leg of a customer who is called back: its document once answered, and what the carrier reports of it. */
export class CallbackLegService {
  constructor(
    private readonly attempts: CallbackAttemptsService,
    private readonly conversations: ConversationService,
    private readonly queue: InboundCallQueueService,
    private readonly urls: VoiceUrls,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** The webhook of the leg: its document, or with `callback=status` a report of its state. */
  async answer(request: WebhookRequest): Promise<TwimlDocument> {
    const [entryId, offerId] = [request.query.get("entry"), request.query.get("offer")];
    const { CallSid: callSid } = request.params;
    if (entryId === null || offerId === null || callSid === undefined) return hangUp;
    const leg = { entryId, offerId, callSid };
    return request.query.get("callback") === "status" ? this.status(leg, request) : this.answered(leg, request);
  }

  private async answered({ entryId, offerId, callSid }: Leg, { params, requestId }: WebhookRequest) {
    const actor = { ...carrierActor("callback-leg"), requestId };
    if (readAnsweredBy(params.AnsweredBy) === "machine") {
      if (!(await this.attempts.machineAnswered(entryId, offerId, callSid, actor))) return hangUp;
      return machineMessage(await this.wordings.of(callSid));
    }
    if (!(await this.attempts.customerAnswered(entryId, offerId, callSid))) return hangUp;
    const next = await this.conversations.callerAsks(callSid, "connect", offerId, actor);
    if (next.kind !== "join") return hangUp;
    await this.attempts.met(entryId, actor);
    return callerJoins(this.urls, next);
  }

  private async status({ entryId, offerId, callSid }: Leg, { params, requestId }: WebhookRequest) {
    const status = readCarrierStatus(params.CallStatus);
    if (status === undefined) return EMPTY;
    if (!isFinalStatus(status)) {
      await this.attempts.placed(entryId, offerId, callSid);
      return EMPTY;
    }
    const actor = { ...carrierActor("callback-leg"), requestId };
    await this.attempts.legOver(entryId, offerId, callSid, RESULTS[status] ?? "unreachable", actor);
    // A conversation that the customer has ended; of a leg that never got so far nothing is known, or it is over.
    if (status === "completed") await this.queue.callStatus(callSid, status, undefined, actor);
    return EMPTY;
  }
}

interface Leg {
  entryId: string;
  offerId: string;
  callSid: string;
}

/** How the end of a leg reads before any conversation; a "completed" one hung up before it was connected. */
const RESULTS: Partial<Record<CarrierStatus, AttemptResult>> = {
  busy: "busy",
  "no-answer": "no_answer",
  completed: "no_answer",
};
