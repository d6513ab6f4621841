import { readCarrierStatus } from "../domain/call-status";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { carrierActor } from "../domain/carrier-actor";
import type { VoiceUrls } from "../domain/voice-urls";
import { arrivalDocument } from "../twiml/arrival";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { WebhookRequest } from "../domain/webhook-request";
import type { LegacyLineService } from "./legacy-line.service";

/** The first webhook of a call: who is calling, by which flow they are served, and into it with them. */
export class InboundCallHandlerService {
  constructor(
    private readonly queue: InboundCallQueueService,
    private readonly flags: Pick<FeatureFlags, "armsOfCall">,
    private readonly legacy: Pick<LegacyLineService, "next">,
    private readonly urls: VoiceUrls,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** Answers a call that has come in; the same call may be announced any number of times, and keeps its flow. */
  async answer({ params, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, From: from = "", To: to = "" } = params;
    if (callSid === undefined) return EMPTY;
    const actor = { ...carrierActor("voice"), requestId };
    const status = readCarrierStatus(params.CallStatus) ?? "ringing";
    const arms = await this.flags.armsOfCall(from, callSid);
    const place = await this.queue.arrive({ callSid, from, to, carrierStatus: status, arms }, actor);
    if (place?.kind === "placed" && place.flow === "legacy") return this.legacy.next(callSid, place.entryId, requestId);
    return arrivalDocument(this.urls, place, await this.wordings.of(callSid));
  }
}
