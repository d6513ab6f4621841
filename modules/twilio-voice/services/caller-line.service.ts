import { isFinalStatus, readCarrierStatus } from "../domain/call-status";
import type { Actor } from "@/lib/principal";
import type { CallbackOfferService } from "@/modules/call-queue/services/callback-offer.service";
import type { CallerStep, ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { Wake } from "@/modules/call-queue/services/offer-ending.service";
import type { QueueExitService } from "@/modules/call-queue/services/queue-exit.service";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { HOLD_MUSIC_SECONDS, type VoiceUrls } from "../domain/voice-urls";
import {
  announcement,
  apologise,
  callbackPromised,
  callerJoins,
  enqueueCaller,
  hangUp,
  holdMusic,
  listeningFor,
  offerCallback,
  onHold,
  wordsForReturn,
} from "../twiml/documents";
import { leaveQueue } from "../twiml/exits";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { Announcements } from "./trouble-words.service";
import type { WebhookRequest } from "../domain/webhook-request";
import { carrierActor } from "../domain/carrier-actor";
import type { LegacyLineService } from "./legacy-line.service";
import type { ExitLineService } from "./exit-line.service";
import type { DialledLegs } from "./call-events.service";

/** The carrier's queue may fail a caller this often before the call is given up. */
const MOST_QUEUE_FAILURES = 3;
/** The key that callers are told to press for a callback. */
const CALLBACK_KEY = "1";
const STEPS: readonly CallerStep[] = ["connect", "after", "requeue"];

export interface CallersInQueue {
  /**
   * A sign of life from the carrier's queue; undefined for a call that is not waiting. `due`: why the caller should
   * leave the line now. `unmoved`: an agent is there, and the order to move the caller has not reached the carrier.
   */
  seenInQueue(callSid: string, queueSid: string): Promise<{ due: string | null; unmoved: boolean } | undefined>;
}

/** The caller's own line: what it hears while it waits, and where it goes next. */
export class CallerLineService {
  constructor(
    private readonly signs: CallersInQueue,
    private readonly queue: InboundCallQueueService,
    private readonly conversations: ConversationService,
    private readonly announcements: Announcements,
    private readonly callbacks: Pick<CallbackOfferService, "due" | "accept">,
    private readonly exits: QueueExitService,
    private readonly exitLine: ExitLineService,
    private readonly dispatcher: Wake,
    private readonly legacy: Pick<LegacyLineService, "next">,
    private readonly urls: VoiceUrls,
    private readonly outbound: DialledLegs,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /**
   * The wait URL's tick: proves that the caller is in the carrier's queue, wakes the dispatcher, and gives the caller
   * something to hear for at most 10 s.
   */
  async tick({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, QueueSid: queueSid } = params;
    if (callSid !== undefined && query.get("answer") === "callback" && params.Digits === CALLBACK_KEY) {
      return this.calledBack(callSid, { ...carrierActor("queue-hold-music"), requestId });
    }
    const music = this.music(params.QueueTime);
    if (callSid === undefined || queueSid === undefined) return music;
    const seen = await this.signs.seenInQueue(callSid, queueSid);
    // Left the line by an exit: out of the carrier's queue too, to hear its document.
    if (!seen) return (await this.exits.taken(callSid)) ? leaveQueue : music;
    // Out of the carrier's queue by its own word: the leg then asks where to go, and is sent to the agent.
    if (seen.unmoved) return leaveQueue;
    const actor = { ...carrierActor("queue-tick"), requestId };
    if (seen.due !== null && (await this.exits.leaveIfDue({ callSid }, actor))) {
      return (await this.exits.taken(callSid)) ? leaveQueue : music;
    }
    this.dispatcher.wake();
    try {
      const said = await this.announcements.next(callSid);
      if (said) return announcement(said);
      const offer = await this.callbacks.due(callSid);
      if (!offer) return music;
      const keyUrl = this.urls.callbackAnswer(offer.entryId);
      if (!offer.tell) return listeningFor(keyUrl, this.musicUrl(params.QueueTime));
      const words = (await this.wordings.of(callSid)).say("callback_offer", { key: CALLBACK_KEY });
      return offerCallback(keyUrl, words);
    } finally {
      // While the announcement held this caller's row, a round may have passed it over.
      this.dispatcher.wake();
    }
  }

  /** The caller pressed the key for a callback. */
  private async calledBack(callSid: string, actor: Actor): Promise<TwimlDocument> {
    if (!(await this.callbacks.accept(callSid, actor))) return this.music(undefined);
    return callbackPromised(await this.wordings.of(callSid));
  }

  /** Music alone, for when nothing can be looked up. */
  music(queueTime: string | undefined): TwimlDocument {
    return holdMusic(this.musicUrl(queueTime));
  }

  private musicUrl(queueTime: string | undefined): string {
    return this.urls.holdMusic(Math.floor((Number(queueTime) || 0) / HOLD_MUSIC_SECONDS));
  }

  /** What somebody on hold hears. */
  async onHold(): Promise<TwimlDocument> {
    return Promise.resolve(onHold(this.urls));
  }

  /** The Enqueue's action: why the caller is no longer in the carrier's queue. */
  async leftQueue({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, QueueResult: result } = params;
    if (callSid === undefined) return EMPTY;
    const actor = { ...carrierActor("queue-handler"), requestId };
    switch (result) {
      case "hangup":
        await this.queue.hungUpInQueue({ callSid }, actor);
        return hangUp;
      case "queue-full":
        await this.exits.carrierFull({ callSid }, actor);
        return (await this.exitLine.document(callSid)) ?? [{ verb: "redirect", url: this.urls.callerRequeue() }];
      case "error":
      case "system-error":
      case "leave": {
        const exit = await this.exitLine.document(callSid);
        if (exit) return exit;
        const attempt = Number(query.get("attempt") ?? "0") + 1;
        if (attempt < MOST_QUEUE_FAILURES) return [{ verb: "redirect", url: this.urls.callerRequeue(attempt) }];
        await this.queue.fail({ callSid }, "carrier_queue_failed", actor);
        return apologise(await this.wordings.of(callSid));
      }
      default:
        // Redirected: the carrier has another document for this leg already. Should it run this one, the leg asks where
        // it belongs; answering alone changes nothing, since this notice may be late.
        return [{ verb: "redirect", url: this.urls.callerRequeue() }];
    }
  }

  /** The caller's leg asks for its next document outside the queue. */
  async nextStep({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid } = params;
    const callId = query.get("call");
    if (callSid !== undefined && callId !== null) await this.outbound.dialled(callId, callSid);
    const step = STEPS.find((known) => known === query.get("step"));
    if (callSid === undefined || step === undefined) return hangUp;
    const status = readCarrierStatus(params.CallStatus);
    if (status !== undefined && isFinalStatus(status)) {
      await this.queue.callStatus(callSid, status, undefined, { ...carrierActor("caller-leg"), requestId });
      return EMPTY;
    }
    return this.follow(callSid, step, query.get("offer") ?? undefined, Number(query.get("attempt") ?? "0"), requestId);
  }

  private async follow(
    callSid: string,
    step: CallerStep,
    offerId: string | undefined,
    attempt: number,
    requestId: string,
  ): Promise<TwimlDocument> {
    const exit = await this.exitLine.document(callSid);
    if (exit) return exit;
    const actor = { ...carrierActor("caller-leg"), requestId };
    const next = await this.conversations.callerAsks(callSid, step, offerId, actor);
    if (next.kind === "join") return callerJoins(this.urls, next);
    if (next.kind === "hang_up") return hangUp;
    if (next.kind === "legacy") return this.legacy.next(callSid, next.entryId, requestId);
    const words = wordsForReturn(next.back, await this.wordings.of(callSid));
    return enqueueCaller(this.urls, next, words, attempt);
  }
}
