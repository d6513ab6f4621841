import { orAborted, pause } from "../../cancellation";
import { inBackground } from "../../engine/background";
import type { Call } from "../../engine/call";
import type { DocumentRequest } from "../../engine/documents";
import { runCall } from "../../engine/run-call";
import type { Mix } from "../../contract";
import { reportRecording } from "../../engine/recording-events";
import type { Recording } from "../../engine/recording-store";
import type { Execution } from "../execution";
import type { TwimlElement } from "../parse";
import { readRecordingCallback } from "../recording-callback";
import { hangUpOnStar } from "./star";

/**
 * Connects the caller with an answered callee until either hangs up, either is moved by REST, the caller presses * (where
 * allowed), or the time limit is over. A callee who was moved goes on with the document it was moved to; otherwise it is
 * hung up. False when the callee went before being connected.
 */
export async function bridgeCalls(
  run: Execution,
  dial: TwimlElement,
  callee: Call,
  whisper: DocumentRequest | null,
  timeLimitSeconds: number,
): Promise<boolean> {
  const session = callee.beginSession();
  const star = hangUpOnStar(run, dial);
  const mix = run.carrier.media.createMix(`dial-${callee.sid}`);
  const recording = beginRecording(run, dial, mix);
  const stop = (): void => session.abort();
  star.signal.addEventListener("abort", stop, { once: true });
  try {
    if (star.signal.aborted) return false;
    if (whisper) {
      const end = await run.runner.run(callee, whisper, "callee", session.signal);
      if (end.kind === "hangup") callee.hangUp("hung up by the callee's document");
    }
    if (session.signal.aborted || callee.ended) return false;
    run.call.advance("in-progress");
    run.call.audio.join(mix);
    callee.audio.join(mix);
    recording.begin();
    await orAborted(pause(timeLimitSeconds * 1_000, session.signal), star.signal);
    return true;
  } finally {
    star.signal.removeEventListener("abort", stop);
    star.release();
    run.call.audio.leave();
    callee.audio.leave();
    recording.end();
    mix.close();
    session.abort();
    letGo(run, callee);
  }
}

/** Records the two from the moment they are connected, where the Dial asks for it: on the caller's leg, as Twilio does. */
function beginRecording(run: Execution, dial: TwimlElement, mix: Mix): { begin(): void; end(): void } {
  const { record } = dial.attributes;
  const asked = record !== undefined && record !== "do-not-record" && record !== "false";
  if (!asked) return { begin: () => undefined, end: () => undefined };
  const { carrier, call } = run;
  const callback = readRecordingCallback(run, dial);
  let recording: Recording | null = null;
  return {
    begin: () => {
      const about = { callSid: call.sid, conferenceSid: null, source: "DialVerb" } as const;
      recording = carrier.recordings.begin(about, mix.record());
      call.recording = recording;
      reportRecording(carrier, recording, callback);
    },
    end: () => {
      if (!recording || !carrier.recordings.goesOn(recording)) return;
      carrier.recordings.finish(recording);
      reportRecording(carrier, recording, callback);
    },
  };
}

function letGo(run: Execution, callee: Call): void {
  const move = callee.ended ? null : callee.takeMove();
  if (move)
    inBackground(
      run.carrier.log,
      "a moved callee",
      runCall({ carrier: run.carrier, runner: run.runner }, callee, move),
    );
  else callee.hangUp("the bridge ended");
}
