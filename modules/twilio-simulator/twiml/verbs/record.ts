import { linkedController, pause } from "../../cancellation";
import { callParameters } from "../../engine/call-parameters";
import type { Recording } from "../../engine/recording-store";
import { rfc2822 } from "../../engine/rfc2822";
import { httpMethod } from "../../engine/documents";
import { absoluteUrl, actionRequest, attributesOf, NEXT, type Execution, type Verb } from "../execution";
import type { TwimlElement } from "../parse";

/** Louder than this (root mean square of a second, 0..1) counts as speaking. */
const SPEAKING = 0.005;
const LOOK_MS = 250;

/** Records what the caller says until a key, silence, the maximum length, or the end of the call. */
export const record: Verb = async (run, element) => {
  const attributes = attributesOf(run, element);
  if (attributes.flag("playBeep", true)) run.call.hears("beep");
  const startedAt = new Date();
  const digits = await listen(run, {
    finishOnKey: attributes.text("finishOnKey") ?? "1234567890*#",
    silenceMs: attributes.count("timeout", 5, 1, 600) * 1_000,
    mostMs: attributes.count("maxLength", 3_600, 1, 14_400) * 1_000,
  });
  const moved = run.signal.aborted && !run.call.ended;
  const recording = keep(run, startedAt);
  report(run, element, recording);
  if (moved) return NEXT;
  const params: Record<string, string> = {
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(run, recording),
    RecordingDuration: String(recording.durationSeconds),
    Digits: run.call.ended ? "hangup" : digits,
  };
  const request = actionRequest(run, element, params, true);
  if (!run.call.ended) return request ? { kind: "document", request } : NEXT;
  if (request?.kind === "fetch") {
    run.carrier.webhooks.notify({
      purpose: "recording",
      event: "record-action",
      url: request.url,
      method: request.method,
      callSid: run.call.sid,
      params: { ...callParameters(run.carrier.account.accountSid, run.call), ...request.params },
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
    const started = Date.now();
    let lastVoice = started;
    const rounds = Math.ceil(rule.mostMs / LOOK_MS);
    for (let round = 0; round < rounds && !listening.signal.aborted; round += 1) {
      await pause(LOOK_MS, listening.signal);
      if (run.call.audio.levels().said > SPEAKING) lastVoice = Date.now();
      if (Date.now() - lastVoice >= rule.silenceMs) break;
    }
    return pressed;
  } finally {
    stop();
    listening.release();
  }
}

function keep(run: Execution, startedAt: Date): Recording {
  return run.carrier.recordings.add({
    callSid: run.call.sid,
    conferenceSid: null,
    source: "RecordVerb",
    startedAt,
    durationSeconds: Math.max(1, Math.round((Date.now() - startedAt.getTime()) / 1_000)),
    status: "completed",
    wav: run.call.audio.exportWav("said"),
  });
}

function recordingUrl(run: Execution, recording: Recording): string {
  return `${run.carrier.baseUrl()}/2010-04-01/Accounts/${run.carrier.account.accountSid}/Recordings/${recording.sid}`;
}

function report(run: Execution, element: TwimlElement, recording: Recording): void {
  const { recordingStatusCallback } = element.attributes;
  if (recordingStatusCallback === undefined) return;
  run.carrier.webhooks.notify({
    purpose: "recording",
    event: "recording-completed",
    url: absoluteUrl(run, recordingStatusCallback),
    method: httpMethod(element.attributes.recordingStatusCallbackMethod),
    callSid: run.call.sid,
    params: {
      AccountSid: run.carrier.account.accountSid,
      CallSid: run.call.sid,
      RecordingSid: recording.sid,
      RecordingUrl: recordingUrl(run, recording),
      RecordingStatus: recording.status,
      RecordingDuration: String(recording.durationSeconds),
      RecordingChannels: "1",
      RecordingStartTime: rfc2822(recording.startedAt),
      RecordingSource: recording.source,
    },
  });
}
