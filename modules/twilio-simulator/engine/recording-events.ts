import type { Carrier } from "./carrier";
import type { Recording } from "./recording-store";
import { rfc2822 } from "./rfc2822";

/** Whom to tell of a recording, and of what. */
export interface RecordingCallback {
  url: string;
  method: "GET" | "POST";
  /** in-progress, completed, absent. */
  events: ReadonlySet<string>;
}

/** Where REST has a recording, and its sound. */
export function recordingUrl(carrier: Carrier, recording: Recording): string {
  return `${carrier.baseUrl()}/2010-04-01/Accounts/${carrier.account.accountSid}/Recordings/${recording.sid}`;
}

/** Posts a recording's status, if its callback asked for that one. */
export function reportRecording(carrier: Carrier, recording: Recording, callback: RecordingCallback | null): void {
  if (!callback?.events.has(recording.status)) return;
  const { callSid, conferenceSid, durationSeconds } = recording;
  carrier.webhooks.notify({
    purpose: "recording",
    event: `recording-${recording.status}`,
    url: callback.url,
    method: callback.method,
    ...(callSid === null ? {} : { callSid }),
    params: {
      AccountSid: carrier.account.accountSid,
      ...(callSid === null ? {} : { CallSid: callSid }),
      ...(conferenceSid === null ? {} : { ConferenceSid: conferenceSid }),
      RecordingSid: recording.sid,
      RecordingUrl: recordingUrl(carrier, recording),
      RecordingStatus: recording.status,
      ...(durationSeconds === null ? {} : { RecordingDuration: String(durationSeconds) }),
      RecordingChannels: "1",
      RecordingStartTime: rfc2822(recording.startedAt),
      RecordingSource: recording.source,
    },
  });
}
