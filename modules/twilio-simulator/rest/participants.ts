import { clock } from "../clock";
import type { Carrier } from "../engine/carrier";
import type { Conference } from "../engine/conference";
import { reportConferenceEvent } from "../engine/conference-events";
import { announce, refreshSound } from "../engine/conference-sound";
import { httpMethod } from "../engine/documents";
import type { Participant } from "../engine/participant";
import { rfc2822 } from "../engine/rfc2822";
import { findConference } from "./conferences";
import { field, flagField, urlField } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

export function participantResource(
  carrier: Carrier,
  conference: Conference,
  participant: Participant,
): Record<string, unknown> {
  const account = carrier.account.accountSid;
  return {
    account_sid: account,
    call_sid: participant.call.sid,
    call_sid_to_coach: participant.callSidToCoach,
    coaching: participant.coaching,
    conference_sid: conference.sid,
    date_created: rfc2822(participant.joinedAt),
    date_updated: rfc2822(participant.updatedAt),
    end_conference_on_exit: participant.endOnExit,
    hold: participant.hold,
    label: participant.label,
    muted: participant.muted,
    queue_time: null,
    start_conference_on_enter: participant.startOnEnter,
    status: "connected",
    uri: `/2010-04-01/Accounts/${account}/Conferences/${conference.sid}/Participants/${participant.call.sid}.json`,
  };
}

/** @throws RestError 20404 */
function findParticipant(request: RestRequest, conference: Conference): Participant {
  const participant = conference.find(pathId(request, 1));
  if (!participant) throw notFound(request.path);
  return participant;
}

export const listParticipants: RestHandler = (request) => {
  const conference = findConference(request);
  const wanted = (name: string, value: boolean): boolean => {
    const asked = request.query.get(name);
    return asked === null || (asked.toLowerCase() === "true") === value;
  };
  const participants = conference.participants.filter(
    (one) => wanted("Muted", one.muted) && wanted("Hold", one.hold) && wanted("Coaching", one.coaching),
  );
  return listAnswer(request, "participants", participants, (one) =>
    participantResource(request.carrier, conference, one),
  );
};

export const fetchParticipant: RestHandler = (request) => {
  const conference = findConference(request);
  return { status: 200, body: participantResource(request.carrier, conference, findParticipant(request, conference)) };
};

export const updateParticipant: RestHandler = (request) => {
  const conference = findConference(request);
  const participant = findParticipant(request, conference);
  const { form } = request;
  const announceUrl = urlField(form, "AnnounceUrl", 21_205);
  const holdUrl = urlField(form, "HoldUrl", 21_205);
  const waitUrl = urlField(form, "WaitUrl", 21_205);
  const before = { muted: participant.muted, hold: participant.hold };
  const coachingChanged = changeCoaching(form, conference, participant);
  participant.muted = flagField(form, "Muted") ?? participant.muted;
  participant.hold = flagField(form, "Hold") ?? participant.hold;
  if (holdUrl !== undefined) {
    participant.holdDocument = {
      kind: "fetch",
      url: holdUrl,
      method: httpMethod(field(form, "HoldMethod")),
      params: {},
    };
  } else if (!before.hold && participant.hold) participant.holdDocument = null;
  const endOnExit = flagField(form, "EndConferenceOnExit");
  if (endOnExit !== undefined) participant.endOnExit = endOnExit;
  if (waitUrl !== undefined) {
    participant.wait = { kind: "fetch", url: waitUrl, method: httpMethod(field(form, "WaitMethod")), params: {} };
  }
  participant.updatedAt = clock.date();
  const modified =
    coachingChanged || endOnExit !== undefined || waitUrl !== undefined || field(form, "BeepOnExit") !== undefined;
  report(request, conference, participant, before, modified);
  const soundChanged = coachingChanged || waitUrl !== undefined || holdUrl !== undefined;
  if (soundChanged || before.muted !== participant.muted || before.hold !== participant.hold) {
    refreshSound(request, conference, participant);
  }
  if (announceUrl !== undefined) {
    const document = {
      kind: "fetch" as const,
      url: announceUrl,
      method: httpMethod(field(form, "AnnounceMethod")),
      params: {},
    };
    announce(request, conference, [participant], document, false);
  }
  return { status: 200, body: participantResource(request.carrier, conference, participant) };
};

/** @throws RestError 16025-family when the call to coach is not there */
function changeCoaching(form: URLSearchParams, conference: Conference, participant: Participant): boolean {
  const coaching = flagField(form, "Coaching");
  const toCoach = field(form, "CallSidToCoach");
  if (coaching === undefined && toCoach === undefined) return false;
  const next = { coaching: coaching ?? participant.coaching, callSid: toCoach ?? participant.callSidToCoach };
  if (next.coaching && (next.callSid === null || !conference.find(next.callSid))) {
    throw new RestError(400, 13_240, "CallSidToCoach is not a participant of this conference");
  }
  participant.coaching = next.coaching;
  participant.callSidToCoach = next.coaching ? next.callSid : null;
  return true;
}

function report(
  request: RestRequest,
  conference: Conference,
  participant: Participant,
  before: { muted: boolean; hold: boolean },
  modified: boolean,
): void {
  const { carrier } = request;
  if (before.muted !== participant.muted) {
    reportConferenceEvent(carrier, conference, participant.muted ? "participant-mute" : "participant-unmute", {
      participant,
    });
  }
  if (before.hold !== participant.hold) {
    reportConferenceEvent(carrier, conference, participant.hold ? "participant-hold" : "participant-unhold", {
      participant,
    });
  }
  if (modified) reportConferenceEvent(carrier, conference, "participant-modify", { participant });
}

export const deleteParticipant: RestHandler = (request) => {
  const conference = findConference(request);
  findParticipant(request, conference).takeOut("participant_updated_via_api");
  return { status: 204 };
};
