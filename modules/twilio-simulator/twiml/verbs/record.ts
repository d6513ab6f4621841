import { clock } from "../../clock";
import { linkedController, pause } from "../../cancellation";
import { inBackground } from "../../engine/background";
import { callParameters } from "../../engine/call-parameters";
import { recordingUrl, reportRecording } from "../../engine/recording-events";
import { transcribe } from "../../engine/transcribe";
import { absoluteUrl, actionRequest, attributesOf, NEXT, type Execution, type Verb } from "../execution";
import { readRecordingCallback } from "../recording-callback";

/** Louder than this (root mean square of a second, 0..1) counts as speaking. */
const SPEAKING = 0.005;
const LOOK_MS = 250;

/** Records what the caller says until a key, silence, the maximum length, or the end of the call. */
export const record: Verb = async (run, element) => {
  const attributes = attributesOf(run, element);
  if (attributes.flag("playBeep", true)) run.call.hears("beep");
  const { carrier, call } = run;
  // A room with nobody else in it: the caller hears nothing, and what they say is kept whole.
  const room = carrier.media.createMix(`the recording of ${call.sid}`);
  const about = { callSid: call.sid, conferenceSid: null, source: "RecordVerb" } as const;
  const recording = carrier.recordings.begin(about, room.record());
  const before = call.spoken.length;
  let digits: string;
  try {
    call.audio.join(room);
    digits = await listen(run, {
      finishOnKey: attributes.text("finishOnKey") ?? "1234567890*#",
      silenceMs: attributes.count("timeout", 5, 1, 600) * 1_000,
      mostMs: attributes.count("maxLength", 3_600, 1, 14_400) * 1_000,
    });
  } finally {
    carrier.recordings.finish(recording);
    call.audio.leave();
    room.close();
  }
  const moved = run.signal.aborted && !call.ended;
  reportRecording(carrier, recording, readRecordingCallback(run, element));
  const transcribeUrl = attributes.text("transcribeCallback");
  if (attributes.flag("transcribe", false) || transcribeUrl !== undefined) {
    const callback =
      transcribeUrl === undefined ? null : { url: absoluteUrl(run, transcribeUrl), method: "POST" as const };
    const work = transcribe(carrier, call, recording, { said: call.spoken.slice(before), callback });
    inBackground(carrier.log, "a transcription", work);
  }
  if (moved) return NEXT;
  const params: Record<string, string> = {
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(carrier, recording),
    RecordingDuration: String(recording.durationSeconds ?? 0),
    Digits: call.ended ? "hangup" : digits,
  };
  const request = actionRequest(run, element, params, true);
  if (!call.ended) return request ? { kind: "document", request } : NEXT;
  if (request?.kind === "fetch") {
    carrier.webhooks.notify({
      purpose: "recording",
      event: "record-action",
      url: request.url,
      method: request.method,
      callSid: call.sid,
      params: { ...callParameters(carrier.account.accountSid, call), ...request.params },
    });
  }
  return NEXT;
};

async function listen(
  run: Execution,
  rule: { finishOnKey: string; silenceMs: number; mostMs: number },
): Promise<string> {
  let pressed = "";
  const listening = linkedController(run.signal);
  const stop = run.call.audio.onDigit((digit) => {
    if (!rule.finishOnKey.includes(digit)) return;
    pressed = digit;
    listening.abort();
  });
  try {
    const started = clock.now();
    let lastVoice = started;
    const rounds = Math.ceil(rule.mostMs / LOOK_MS);
    for (let round = 0; round < rounds && !listening.signal.aborted; round += 1) {
      await pause(LOOK_MS, listening.signal);
      if (run.call.speaking > 0 || run.call.audio.levels().said > SPEAKING) lastVoice = clock.now();
      if (clock.now() - lastVoice >= rule.silenceMs) break;
    }
    return pressed;
  } finally {
    stop();
    listening.release();
  }
}
