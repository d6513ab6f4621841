import { clock } from "../clock";
import { pause } from "../cancellation";
import type { Call } from "./call";
import { callParameters } from "./call-parameters";
import type { Carrier } from "./carrier";
import { recordingUrl } from "./recording-events";
import type { Recording, Transcription } from "./recording-store";
import { newSid } from "./sids";

/** Seconds of sound that Twilio writes down; shorter and longer recordings are not. */
const SHORTEST_SECONDS = 2;
const LONGEST_SECONDS = 120;
/** How long it takes here; Twilio's takes minutes. */
const WORK_MS = 1_000;

/**
 * Writes a recording down, and tells the callback: what a scripted caller has said is known word for word. Nobody here
 * understands speech, so whatever else was recorded ends as failed, as it does at Twilio when nothing can be made out.
 */
export async function transcribe(
  carrier: Carrier,
  call: Call,
  recording: Recording,
  { said, callback }: { said: readonly string[]; callback: { url: string; method: "GET" | "POST" } | null },
): Promise<void> {
  const seconds = recording.durationSeconds ?? 0;
  if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
    carrier.journal.warn(13_617, `A recording of ${seconds} s is not transcribed`, call.sid);
    return;
  }
  const now = clock.date();
  const made: Transcription = { sid: newSid("TR"), status: "in-progress", text: "", createdAt: now, updatedAt: now };
  recording.transcription = made;
  // Goes on after the call: the caller has hung up long before.
  await pause(WORK_MS, new AbortController().signal);
  const understood = call.scripted && said.length > 0;
  made.status = understood ? "completed" : "failed";
  made.text = understood ? said.join(" ") : "";
  made.updatedAt = clock.date();
  if (callback === null) return;
  carrier.webhooks.notify({
    purpose: "transcription",
    event: `transcription-${made.status}`,
    url: callback.url,
    method: callback.method,
    callSid: call.sid,
    params: {
      ...callParameters(carrier.account.accountSid, call),
      TranscriptionSid: made.sid,
      TranscriptionText: made.text,
      TranscriptionStatus: made.status,
      TranscriptionType: "fast",
      TranscriptionUrl: `${recordingUrl(carrier, recording)}/Transcriptions/${made.sid}`,
      RecordingSid: recording.sid,
      RecordingUrl: recordingUrl(carrier, recording),
    },
  });
}
