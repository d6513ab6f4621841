import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Words } from "../domain/announcements/wording";
import type { CallRecordingRepository } from "../repositories/call-recording.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";
import type { CallerWordings } from "./caller-wordings.service";

/**
 * Whether a conversation is recorded is settled when its agent answers (without a queue: before the agent is rung, since
 * the caller is told then), and holds for both sides: nobody is recorded who
 * was not told so, whatever happens to the settings meanwhile.
 */
export class RecordingPlans {
  constructor(
    private readonly recordings: Pick<CallRecordingRepository, "plan" | "ofTalk" | "drop">,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** Settles it for a locked call. */
  async settle(tx: Tx, call: QueuedCallRow, talkId: string): Promise<void> {
    if (call.recording === "off") return;
    await this.recordings.plan(tx, { id: newId(), callId: call.callId, talkId });
  }

  /** Nobody answered: there is no conversation to record. */
  async drop(tx: Tx, call: QueuedCallRow): Promise<void> {
    await this.recordings.drop(tx, call.callId);
  }

  /** What to say to the caller first; undefined where nothing is recorded. */
  async consent(tx: Tx, call: QueuedCallRow, talkId: string): Promise<Words | undefined> {
    const planned = await this.recordings.ofTalk(talkId, tx);
    return planned && (await this.wordings.of(call.callSid, tx)).say("recording_consent");
  }
}
