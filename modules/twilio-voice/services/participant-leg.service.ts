import type { ParticipantEnd, ParticipantLegsService } from "@/modules/call-queue/services/participant-legs.service";
import { isFinalStatus, readCarrierStatus, type CarrierStatus } from "../domain/call-status";
import { isIdentityOf } from "../domain/client-identity";
import type { VoiceUrls } from "../domain/voice-urls";
import type { WebhookRequest } from "../domain/webhook-request";
import { hangUp, participantJoins } from "../twiml/documents";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import { carrierActor } from "../domain/carrier-actor";

/** The leg of somebody who was rung into a conversation: its document once answered, and what is reported of it. */
export class ParticipantLegService {
  constructor(
    private readonly legs: ParticipantLegsService,
    private readonly urls: VoiceUrls,
  ) {}

  /** The webhook of a participant's leg: its document, or with `callback=status` a report of its state. */
  async answer(request: WebhookRequest): Promise<TwimlDocument> {
    const { params, query, requestId } = request;
    const [participantId, callSid] = [query.get("participant"), params.CallSid];
    if (participantId === null || callSid === undefined) return hangUp;
    if (query.get("callback") === "status") return this.status(participantId, callSid, request);
    return this.join(participantId, callSid, requestId);
  }

  /** The leg enters the conference, or is over when nobody waits for it any more. */
  async join(participantId: string, callSid: string, requestId: string): Promise<TwimlDocument> {
    const actor = { ...carrierActor("participant"), requestId };
    const next = await this.legs.answered(participantId, callSid, actor);
    return next.kind === "join" ? participantJoins(this.urls, next) : hangUp;
  }

  /** A browser dials in as a participant: it must be that person's. */
  async dialsIn({ params, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, From: from = "", participantId = "" } = params;
    const who = await this.legs.person(participantId);
    if (callSid === undefined || who === undefined || !isIdentityOf(from, who)) return hangUp;
    return this.join(participantId, callSid, requestId);
  }

  private async status(participantId: string, callSid: string, request: WebhookRequest): Promise<TwimlDocument> {
    const status = readCarrierStatus(request.params.CallStatus);
    if (status === undefined) return EMPTY;
    if (!isFinalStatus(status)) {
      await this.legs.placed(participantId, callSid);
      return EMPTY;
    }
    const actor = { ...carrierActor("participant"), requestId: request.requestId };
    await this.legs.over(participantId, callSid, ENDS[status] ?? "left", actor);
    return EMPTY;
  }
}

/** How the end of a leg reads for who was rung; a "completed" one had been answered. */
const ENDS: Partial<Record<CarrierStatus, ParticipantEnd>> = {
  busy: "declined",
  "no-answer": "no_answer",
  failed: "failed",
  canceled: "failed",
};
