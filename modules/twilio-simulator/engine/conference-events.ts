import { clock } from "../clock";
import type { Carrier } from "./carrier";
import type { Conference } from "./conference";
import type { Participant } from "./participant";
import { rfc2822 } from "./rfc2822";

export type ConferenceEvent =
  | "conference-start"
  | "conference-end"
  | "participant-join"
  | "participant-leave"
  | "participant-mute"
  | "participant-unmute"
  | "participant-hold"
  | "participant-unhold"
  | "participant-modify"
  | "announcement-end"
  | "announcement-fail";

/** Which word of statusCallbackEvent asks for which event. */
const ASKED_BY: Record<ConferenceEvent, string> = {
  "conference-start": "start",
  "conference-end": "end",
  "participant-join": "join",
  "participant-leave": "leave",
  "participant-mute": "mute",
  "participant-unmute": "mute",
  "participant-hold": "hold",
  "participant-unhold": "hold",
  "participant-modify": "modify",
  "announcement-end": "announcement",
  "announcement-fail": "announcement",
};

/** Posts an event of a conference, if its first participant asked for that kind. */
export function reportConferenceEvent(
  carrier: Carrier,
  conference: Conference,
  event: ConferenceEvent,
  details: { participant?: Participant; extra?: Record<string, string> } = {},
): void {
  const callback = conference.callback;
  if (!callback?.events.has(ASKED_BY[event])) return;
  const { participant, extra } = details;
  carrier.webhooks.notify({
    purpose: "conference",
    event,
    url: callback.url,
    method: callback.method,
    ...(participant ? { callSid: participant.call.sid } : {}),
    params: {
      AccountSid: carrier.account.accountSid,
      ConferenceSid: conference.sid,
      FriendlyName: conference.friendlyName,
      SequenceNumber: String(conference.nextSequence()),
      StatusCallbackEvent: event,
      Timestamp: rfc2822(clock.date()),
      ...(participant ? participantParameters(participant) : {}),
      ...extra,
    },
  });
}

function participantParameters(participant: Participant): Record<string, string> {
  return {
    CallSid: participant.call.sid,
    Coaching: String(participant.coaching),
    EndConferenceOnExit: String(participant.endOnExit),
    Hold: String(participant.hold),
    Muted: String(participant.muted),
    StartConferenceOnEnter: String(participant.startOnEnter),
    ...(participant.label === null ? {} : { ParticipantLabel: participant.label }),
    ...(participant.coaching && participant.callSidToCoach ? { CallSidToCoach: participant.callSidToCoach } : {}),
  };
}
