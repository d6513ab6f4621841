import { clock } from "../clock";
import type { Carrier } from "./carrier";
import { orAborted } from "../cancellation";
import type { Conference, ConferenceEndReason } from "./conference";
import { reportConferenceEvent } from "./conference-events";
import { beginRecording, endRecording } from "./conference-recording";
import { refreshSound, stopSolo } from "./conference-sound";
import type { DocumentRunner } from "./document-runner";
import type { LeaveReason, Participant } from "./participant";

type Parts = { carrier: Carrier; runner: DocumentRunner };

const CONFERENCE_END: Record<
  Exclude<LeaveReason, "participant_hung_up" | "participant_updated_via_api">,
  ConferenceEndReason
> = {
  conference_ended_via_api: "conference-ended-via-api",
  moderator_ended_conference: "participant-with-end-conference-on-exit-left",
};

/**
 * Has a call take part until it hangs up, is moved, is taken out, or the conference ends; says why it left.
 * Everything the participant held is given back before this resolves.
 */
export async function takePart(
  parts: Parts,
  conference: Conference,
  participant: Participant,
  signal: AbortSignal,
): Promise<LeaveReason> {
  enter(parts, conference, participant);
  try {
    const out = await orAborted(participant.putOut, signal);
    if (out !== "stopped") return out;
    return participant.call.ended ? "participant_hung_up" : "participant_updated_via_api";
  } finally {
    stopSolo(participant);
    participant.call.audio.leave();
    participant.call.audio.setMuted(false);
  }
}

function enter(parts: Parts, conference: Conference, participant: Participant): void {
  conference.participants.push(participant);
  participant.call.conference = conference;
  conference.updatedAt = clock.date();
  reportConferenceEvent(parts.carrier, conference, "participant-join", { participant });
  if (conference.readyToStart()) {
    conference.status = "in-progress";
    reportConferenceEvent(parts.carrier, conference, "conference-start");
    beginRecording(parts.carrier, conference);
    for (const one of conference.participants) refreshSound(parts, conference, one);
  } else {
    refreshSound(parts, conference, participant);
  }
}

/** Takes a participant off the list, and ends the conference when that was its last or its ending one. */
export function leave(carrier: Carrier, conference: Conference, participant: Participant, reason: LeaveReason): void {
  const at = conference.participants.indexOf(participant);
  if (at < 0) return;
  conference.participants.splice(at, 1);
  conference.updatedAt = clock.date();
  if (participant.call.conference === conference) participant.call.conference = null;
  reportConferenceEvent(carrier, conference, "participant-leave", {
    participant,
    extra: {
      ReasonParticipantLeft: reason,
      ParticipantCallStatus: participant.call.status,
    },
  });
  const ownWill = reason === "participant_hung_up" || reason === "participant_updated_via_api";
  if (ownWill && participant.endOnExit && conference.status !== "completed") {
    conference.callSidEnding = participant.call.sid;
    conference.endReason ??= CONFERENCE_END.moderator_ended_conference;
    conference.takeOutAll("moderator_ended_conference");
  }
  if (conference.participants.length > 0) return;
  conference.endReason ??= ownWill ? "last-participant-left" : CONFERENCE_END[reason];
  conference.callSidEnding ??= ownWill ? participant.call.sid : null;
  finish(carrier, conference);
}

/** Ends a conference by REST: everybody leaves. */
export function endByApi(carrier: Carrier, conference: Conference): void {
  if (conference.status === "completed") return;
  conference.endReason = "conference-ended-via-api";
  conference.takeOutAll("conference_ended_via_api");
  if (conference.participants.length === 0) finish(carrier, conference);
}

function finish(carrier: Carrier, conference: Conference): void {
  if (conference.status === "completed") return;
  conference.status = "completed";
  conference.updatedAt = clock.date();
  endRecording(carrier, conference);
  conference.mix.close();
  reportConferenceEvent(carrier, conference, "conference-end", {
    extra: {
      ReasonConferenceEnded: conference.endReason ?? "last-participant-left",
      Reason: (conference.endReason ?? "last-participant-left").replaceAll("-", " "),
      ...(conference.callSidEnding === null ? {} : { CallSidEndingConference: conference.callSidEnding }),
    },
  });
}
