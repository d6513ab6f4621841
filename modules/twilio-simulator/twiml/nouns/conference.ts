import { clock } from "../../clock";
import { leave, takePart } from "../../engine/conference-flow";
import {
  MOST_PARTICIPANTS,
  type Conference,
  type ConferenceCallback,
  type RecordingPlan,
} from "../../engine/conference";
import { httpMethod } from "../../engine/documents";
import { Participant, type ParticipantSettings } from "../../engine/participant";
import type { Attributes } from "../attributes";
import { absoluteUrl, attributesOf, type Execution } from "../execution";
import { readRecordingCallback } from "../recording-callback";
import type { TwimlElement } from "../parse";
import type { DialResult } from "./dial-result";
import { hangUpOnStar } from "./star";

const MOST_LABEL = 128;

/** Takes part in a conference until the call leaves it or it ends. */
export async function dialConference(run: Execution, dial: TwimlElement, element: TwimlElement): Promise<DialResult> {
  const attributes = attributesOf(run, element);
  const settings = readSettings(run, element, attributes);
  const { carrier, call } = run;
  const conference = carrier.conferences.findOrCreate(
    element.text,
    readCallback(run, element, attributes),
    readRecordingPlan(run, element),
  );
  const refusal = whyNot(conference, settings, attributes);
  if (refusal) {
    carrier.journal.warn(refusal.code, refusal.message, call.sid);
    return { status: "failed", bridged: false };
  }
  const participant = new Participant(call, settings);
  const star = hangUpOnStar(run, dial);
  const joined = clock.now();
  try {
    const reason = await takePart({ carrier, runner: run.runner }, conference, participant, star.signal);
    leave(carrier, conference, participant, reason);
  } finally {
    star.release();
  }
  return {
    status: "answered",
    bridged: conference.status === "completed" || conference.status === "in-progress",
    durationSeconds: Math.round((clock.now() - joined) / 1_000),
    extra: { ConferenceSid: conference.sid },
  };
}

function readSettings(run: Execution, element: TwimlElement, attributes: Attributes): ParticipantSettings {
  const coach = attributes.text("coach");
  const waitUrl = attributes.text("waitUrl");
  return {
    label: attributes.text("participantLabel")?.slice(0, MOST_LABEL) ?? null,
    muted: attributes.flag("muted", false),
    startOnEnter: attributes.flag("startConferenceOnEnter", true),
    endOnExit: attributes.flag("endConferenceOnExit", false),
    coaching: coach !== undefined && coach !== "",
    callSidToCoach: coach === undefined || coach === "" ? null : coach,
    wait:
      waitUrl === undefined
        ? null
        : waitUrl === ""
          ? "silence"
          : {
              kind: "fetch",
              url: absoluteUrl(run, waitUrl),
              method: httpMethod(element.attributes.waitMethod),
              params: { FriendlyName: element.text },
            },
  };
}

function readCallback(run: Execution, element: TwimlElement, attributes: Attributes): ConferenceCallback | null {
  const url = attributes.text("statusCallback");
  if (url === undefined || url === "") return null;
  return {
    url: absoluteUrl(run, url),
    method: httpMethod(element.attributes.statusCallbackMethod),
    events: new Set((attributes.text("statusCallbackEvent") ?? "").split(/\s+/).filter((word) => word !== "")),
  };
}

/** `record` is true or record-from-start, or do-not-record. */
function readRecordingPlan(run: Execution, element: TwimlElement): RecordingPlan | null {
  const { record } = element.attributes;
  if (record !== "record-from-start" && record !== "true") return null;
  return { callback: readRecordingCallback(run, element) };
}

/** What stops a call from joining, with Twilio's number for it. */
function whyNot(
  conference: Conference,
  settings: ParticipantSettings,
  attributes: Attributes,
): { code: number; message: string } | null {
  const most = attributes.count("maxParticipants", MOST_PARTICIPANTS, 2, MOST_PARTICIPANTS);
  if (conference.participants.length >= most)
    return { code: 13_236, message: `The conference has its ${most} participants` };
  if (settings.label !== null && conference.participants.some((one) => one.label === settings.label)) {
    return { code: 16_025, message: `The label "${settings.label}" is taken in this conference` };
  }
  if (settings.coaching && !conference.find(settings.callSidToCoach ?? "")) {
    return { code: 13_240, message: "The call to coach is not in this conference" };
  }
  return null;
}
