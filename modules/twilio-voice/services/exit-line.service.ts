import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { CallRoutingService } from "@/modules/call-queue/services/call-routing.service";
import type { QueueExitService } from "@/modules/call-queue/services/queue-exit.service";
import type { VoicemailService } from "@/modules/call-queue/services/voicemail.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { carrierActor } from "../domain/carrier-actor";
import { readCarrierStatus } from "../domain/call-status";
import type { VoiceUrls } from "../domain/voice-urls";
import type { WebhookRequest } from "../domain/webhook-request";
import { arrivalDocument } from "../twiml/arrival";
import { exitDocument, leaveMessageInstead, messageTaken } from "../twiml/exits";
import { hangUp } from "../twiml/documents";
import { menuDocument } from "../twiml/menu";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";

/** A caller's line before and beside the queue: menus, messages, outside numbers. */
export class ExitLineService {
  constructor(
    private readonly queue: InboundCallQueueService,
    private readonly routing: CallRoutingService,
    private readonly exits: QueueExitService,
    private readonly voicemails: VoicemailService,
    private readonly flags: Pick<FeatureFlags, "armsOfCall">,
    private readonly urls: VoiceUrls,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** A key was pressed in a menu, or none in time. The same answer may come twice. */
  async pressed({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, From: from = "", To: to = "" } = params;
    if (callSid === undefined) return hangUp;
    const attempt = Math.max(0, Math.trunc(Number(query.get("attempt")) || 0));
    const answer = await this.routing.pressed(query.get("menu") ?? "", params.Digits ?? "", attempt);
    if (answer.kind === "again") return menuDocument(this.urls, answer.menu, answer.attempt, answer.wrongKey);
    const actor = { ...carrierActor("menu"), requestId };
    // Kept from the call's first webhook, which wrote them; asked for here in case that one was lost.
    const arms = await this.flags.armsOfCall(from, callSid);
    const carrierStatus = readCarrierStatus(params.CallStatus) ?? "in-progress";
    const arrival = { callSid, from, to, carrierStatus, arms };
    const place = await this.queue.arrive(arrival, actor, answer.kind === "queue" ? answer.choice : undefined);
    return arrivalDocument(this.urls, place, await this.wordings.of(callSid));
  }

  /** A message was recorded; a callback says so once more, and alone when the caller hung up while speaking. */
  async voicemail({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, RecordingSid: recordingSid, RecordingUrl: url, RecordingStatus: status } = params;
    const seconds = Math.round(Number(params.RecordingDuration) || 0);
    const complete = status === undefined || status === "completed";
    if (callSid !== undefined && recordingSid !== undefined && url !== undefined && seconds > 0 && complete) {
      const actor = { ...carrierActor("voicemail"), requestId };
      const transcribed = query.get("transcribe") === "1";
      await this.voicemails.left(callSid, { recordingSid, url, durationSeconds: seconds, transcribed }, actor);
    }
    if (query.get("callback") === "recording" || params.Digits === "hangup") return EMPTY;
    return callSid === undefined ? hangUp : messageTaken(await this.wordings.of(callSid));
  }

  /** The outside number's leg is over: talked, or nobody there. */
  async outsideNumber({ params }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, DialCallStatus: outcome } = params;
    if (callSid === undefined || outcome === "completed" || outcome === "answered") return hangUp;
    const line = await this.exits.taken(callSid);
    return line ? leaveMessageInstead(this.urls, line, await this.wordings.of(callSid)) : hangUp;
  }

  /** The document of the exit a caller took; undefined for callers who took none. */
  async document(callSid: string): Promise<TwimlDocument | undefined> {
    const line = await this.exits.taken(callSid);
    return line && exitDocument(this.urls, line, await this.wordings.of(callSid));
  }
}
