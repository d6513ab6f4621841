import type { CallRecordingService } from "@/modules/call-queue/services/call-recording.service";
import type { HealKind } from "@/modules/alerts/services/healing.service";
import type { VoicemailService } from "@/modules/call-queue/services/voicemail.service";
import type { VoicemailDesk } from "@/modules/call-queue/services/voicemail-desk.service";
import { systemActor } from "@/lib/principal";
import { CarrierError } from "../domain/carrier";
import { carrierActor } from "../domain/carrier-actor";
import { placeOf, type CarrierRecording, type CarrierRecordings } from "../domain/carrier-recordings";
import type { WebhookRequest } from "../domain/webhook-request";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";
import type { RunnerLog } from "./carrier-command-runner.service";

export interface UntoldRecordings {
  untold(limit: number): Promise<{ talkId: string; entryId: string; lineSid: string | null }[]>;
}

/** Messages, and what they say, of which the carrier has not told. */
export interface UntoldMessages {
  untold(limit: number): Promise<{ entryId: string; callSid: string; transcribes: boolean }[]>;
  settleUntold(entryId: string): Promise<void>;
  untranscribed(limit: number): Promise<{ recordingSid: string; giveUp: boolean }[]>;
}

/** Recordings that one round asks the carrier about. */
const MOST_A_ROUND = 20;
const STATUSES = ["in-progress", "paused", "completed", "absent"] as const;
const actor = systemActor("recordings");

/** What the carrier reports of recordings, and what it was asked because it did not report. */
export class RecordingLineService {
  constructor(
    private readonly recordings: Pick<CallRecordingService, "told" | "none">,
    private readonly messages: Pick<VoicemailDesk, "transcribed">,
    private readonly rows: UntoldRecordings,
    private readonly left: Pick<VoicemailService, "left">,
    private readonly untold: UntoldMessages,
    private readonly carrier: Pick<CarrierRecordings, "newest" | "messagesOf" | "transcriptionOf">,
    private readonly healing: { note(kind: HealKind, about: object): Promise<void> },
    private readonly log: Pick<RunnerLog, "warn">,
  ) {}

  /** The webhook: late, twice, in any order. */
  async reported({ params, query, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { RecordingSid: recordingSid, RecordingStatus: said, RecordingDuration: duration } = params;
    const status = STATUSES.find((one) => one === said);
    if (recordingSid === undefined || status === undefined) return EMPTY;
    const about: CarrierRecording = {
      recordingSid,
      conferenceSid: params.ConferenceSid ?? null,
      status,
      durationSeconds: Number(duration) || null,
    };
    const who = { ...carrierActor("recording"), requestId };
    await this.recordings.told(query.get("talk") ?? "", query.get("entry") ?? "", about, who);
    return EMPTY;
  }

  /** The webhook of a message that was written down; it may come long after the message, and twice. */
  async transcribed({ params, requestId }: WebhookRequest): Promise<TwimlDocument> {
    const { RecordingSid: recordingSid, TranscriptionStatus: status, TranscriptionText: words = "" } = params;
    if (recordingSid === undefined || (status !== "completed" && status !== "failed")) return EMPTY;
    const text = status === "completed" && words.trim() !== "" ? words.trim() : null;
    const actor = { ...carrierActor("transcription"), requestId };
    await this.messages.transcribed({ recordingSid, callSid: params.CallSid }, text, actor);
    return EMPTY;
  }

  /**
   * Asks the carrier about recordings whose end was not told, about messages that may have been left, and about those
   * that it was to write down; answers how many had to be set right.
   */
  async settle(): Promise<number> {
    return (await this.settleRecordings()) + (await this.settleMessages()) + (await this.settleTranscriptions());
  }

  private async settleMessages(): Promise<number> {
    let healed = 0;
    for (const { entryId, callSid, transcribes } of await this.untold.untold(MOST_A_ROUND)) {
      try {
        const messages = await this.carrier.messagesOf(callSid);
        for (const { isOver, durationSeconds, ...message } of messages) {
          if (!isOver || durationSeconds === 0) continue;
          await this.left.left(callSid, { ...message, durationSeconds, transcribed: transcribes }, actor);
          healed += 1;
          await this.healing.note("message_untold", { callSid, recordingSid: message.recordingSid });
        }
        if (messages.every(({ isOver }) => isOver)) await this.untold.settleUntold(entryId);
      } catch (error) {
        if (!(error instanceof CarrierError)) throw error;
        this.log.warn({ err: error, callSid }, "the carrier could not be asked about a message");
        return healed;
      }
    }
    return healed;
  }

  private async settleTranscriptions(): Promise<number> {
    let healed = 0;
    for (const { recordingSid, giveUp } of await this.untold.untranscribed(MOST_A_ROUND)) {
      try {
        const found = await this.carrier.transcriptionOf(recordingSid);
        // Still at work, or never begun: waited for, though not for ever.
        if (found === undefined && !giveUp) continue;
        if (await this.messages.transcribed({ recordingSid }, found?.text ?? null, actor)) {
          healed += 1;
          await this.healing.note("transcription_untold", { recordingSid });
        }
      } catch (error) {
        if (!(error instanceof CarrierError)) throw error;
        this.log.warn({ err: error, recordingSid }, "the carrier could not be asked about a transcription");
        return healed;
      }
    }
    return healed;
  }

  private async settleRecordings(): Promise<number> {
    let healed = 0;
    for (const { talkId, entryId, lineSid } of await this.rows.untold(MOST_A_ROUND)) {
      try {
        const found = await this.carrier.newest(placeOf(talkId, lineSid));
        // Goes on at the carrier: the caller talks on with somebody outside.
        if (found && found.status !== "completed" && found.status !== "absent") continue;
        const changed = found
          ? await this.recordings.told(talkId, entryId, found, actor)
          : await this.recordings.none(talkId, entryId);
        if (!changed) continue;
        healed += 1;
        if (found?.status === "completed") await this.healing.note("recording_untold", { talkId });
      } catch (error) {
        if (!(error instanceof CarrierError)) throw error;
        this.log.warn({ err: error, talkId }, "the carrier could not be asked about a recording");
        return healed;
      }
    }
    return healed;
  }
}
