import type { CallRatings } from "@/modules/call-queue/services/call-ratings.service";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { carrierActor } from "../domain/carrier-actor";
import type { VoiceUrls } from "../domain/voice-urls";
import type { WebhookRequest } from "../domain/webhook-request";
import { hangUp, ratingQuestion, ratingTaken } from "../twiml/documents";
import type { TwimlDocument } from "../twiml/verbs";

/** The question after a call: asked on the caller's own line, once the agent has ended the conversation. */
export class RatingLine {
  constructor(
    private readonly ratings: Pick<CallRatings, "answered">,
    private readonly urls: VoiceUrls,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** The webhook: the question, or with `attempt` the answer to it. */
  async answer({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { CallSid: callSid, Digits: digits = "" } = params;
    if (callSid === undefined) return hangUp;
    const wording = await this.wordings.of(callSid);
    const attempt = query.get("attempt");
    if (attempt === null) return ratingQuestion(this.urls, 0, wording);
    const asked = Math.max(0, Math.trunc(Number(attempt) || 0));
    const actor = { ...carrierActor("rating"), requestId };
    switch (await this.ratings.answered(callSid, digits, asked, actor)) {
      case "thanks":
        return ratingTaken(wording);
      case "again":
        return ratingQuestion(this.urls, asked + 1, wording);
      case "over":
        return hangUp;
    }
  }
}
