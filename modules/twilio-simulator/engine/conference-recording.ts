import type { Carrier } from "./carrier";
import type { Conference } from "./conference";
import { reportRecording } from "./recording-events";

/** Begins the recording of a conference that has just started, where its first participant asked for one. */
export function beginRecording(carrier: Carrier, conference: Conference): void {
  if (conference.recordingPlan === null || conference.recording !== null) return;
  const about = { callSid: null, conferenceSid: conference.sid, source: "Conference" } as const;
  conference.recording = carrier.recordings.begin(about, conference.mix.record());
  reportRecording(carrier, conference.recording, conference.recordingPlan.callback);
}

/** Ends the recording of a conference, once. */
export function endRecording(carrier: Carrier, conference: Conference): void {
  const { recording, recordingPlan } = conference;
  if (!recording || !carrier.recordings.goesOn(recording)) return;
  carrier.recordings.finish(recording);
  reportRecording(carrier, recording, recordingPlan?.callback ?? null);
}
