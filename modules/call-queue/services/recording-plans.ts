import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { CallRecordingRepository } from "../repositories/call-recording.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";

/** What a caller is told before a conversation that is recorded. */
export interface Consent {
  text: string;
  language: string;
}

/**
 * Whether a conversation is recorded is settled when its agent answers, and holds for both sides: nobody is recorded who
 * was not told so, whatever happens to the settings meanwhile.
 */
export class RecordingPlans {
  constructor(private readonly recordings: Pick<CallRecordingRepository, "plan" | "ofTalk">) {}

  /** Settles it for a locked call. */
  async settle(tx: Tx, call: QueuedCallRow, talkId: string): Promise<void> {
    if (call.recording === "off") return;
    await this.recordings.plan(tx, { id: newId(), callId: call.callId, talkId });
  }

  /** What to say to the caller first; undefined where nothing is recorded. */
  async consent(tx: Tx, call: QueuedCallRow, talkId: string): Promise<Consent | undefined> {
    const planned = await this.recordings.ofTalk(talkId, tx);
    return planned && { text: call.recordingText, language: call.language };
  }
}
