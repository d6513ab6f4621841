import type { Carrier } from "../engine/carrier";
import { endRecording } from "../engine/conference-recording";
import type { Recording } from "../engine/recording-store";
import { rfc2822 } from "../engine/rfc2822";
import { findConference } from "./conferences";
import { field } from "./form";
import { listAnswer } from "./pages";
import { notFound, RestError } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

/** What stands for the sid of the recording that goes on. */
const CURRENT = "Twilio.CURRENT";

/** What a recording of an account and one of a conference show both. */
function common(carrier: Carrier, recording: Recording): Record<string, unknown> {
  return {
    account_sid: carrier.account.accountSid,
    api_version: "2010-04-01",
    call_sid: recording.callSid,
    channels: 1,
    conference_sid: recording.conferenceSid,
    date_created: rfc2822(recording.startedAt),
    date_updated: rfc2822(recording.updatedAt),
    duration: recording.durationSeconds === null ? null : String(recording.durationSeconds),
    encryption_details: null,
    error_code: null,
    price: null,
    price_unit: "USD",
    sid: recording.sid,
    source: recording.source,
    start_time: rfc2822(recording.startedAt),
    status: recording.status,
  };
}

function recordingResource(carrier: Carrier, recording: Recording): Record<string, unknown> {
  const base = `/2010-04-01/Accounts/${carrier.account.accountSid}/Recordings/${recording.sid}`;
  return {
    ...common(carrier, recording),
    media_url: `${carrier.baseUrl()}${base}`,
    subresource_uris: { add_on_results: `${base}/AddOnResults.json`, transcriptions: `${base}/Transcriptions.json` },
    uri: `${base}.json`,
  };
}

function conferenceRecordingResource(carrier: Carrier, recording: Recording): Record<string, unknown> {
  const conference = `/2010-04-01/Accounts/${carrier.account.accountSid}/Conferences/${recording.conferenceSid ?? ""}`;
  return { ...common(carrier, recording), uri: `${conference}/Recordings/${recording.sid}.json` };
}

/** @throws RestError 20404 */
function findRecording(request: RestRequest): Recording {
  const recording = request.carrier.recordings.find(pathId(request, 0));
  if (!recording) throw notFound(request.path);
  return recording;
}

/** @throws RestError 20404; for Twilio.CURRENT too, while nothing is being recorded */
function findOfConference(request: RestRequest): Recording {
  const { recordings } = request.carrier;
  const conference = findConference(request);
  const sid = pathId(request, 1);
  const recording = sid === CURRENT ? (conference.recording ?? undefined) : recordings.find(sid);
  const current = recording && sid === CURRENT ? recordings.goesOn(recording) : true;
  if (!recording || !current || recording.conferenceSid !== conference.sid) throw notFound(request.path);
  return recording;
}

export const listRecordings: RestHandler = (request) => {
  const call = request.query.get("CallSid");
  const conference = request.query.get("ConferenceSid");
  const recordings = request.carrier.recordings
    .list()
    .filter(
      (one) => (call === null || one.callSid === call) && (conference === null || one.conferenceSid === conference),
    );
  return listAnswer(request, "recordings", recordings, (one) => recordingResource(request.carrier, one));
};

export const fetchRecording: RestHandler = (request) => ({
  status: 200,
  body: recordingResource(request.carrier, findRecording(request)),
});

/** The sound itself: the address without ".json", with ".wav" or nothing after it. */
export const fetchRecordingSound: RestHandler = (request) => {
  const { wav } = findRecording(request);
  if (wav === null) throw notFound(request.path);
  return { status: 200, raw: { contentType: "audio/x-wav", data: wav } };
};

export const deleteRecording: RestHandler = (request) => {
  request.carrier.recordings.remove(findRecording(request).sid);
  return { status: 204 };
};

export const listConferenceRecordings: RestHandler = (request) => {
  const { sid } = findConference(request);
  const recordings = request.carrier.recordings.list().filter((one) => one.conferenceSid === sid);
  return listAnswer(request, "recordings", recordings, (one) => conferenceRecordingResource(request.carrier, one));
};

export const fetchConferenceRecording: RestHandler = (request) => ({
  status: 200,
  body: conferenceRecordingResource(request.carrier, findOfConference(request)),
});

/** Pauses, goes on, or stops. */
export const updateConferenceRecording: RestHandler = (request) => {
  const { carrier, form } = request;
  const recording = findOfConference(request);
  if (!carrier.recordings.goesOn(recording)) throw new RestError(400, 21_220, "The recording is over");
  const status = field(form, "Status");
  const behavior = field(form, "PauseBehavior") ?? "silence";
  if (behavior !== "silence" && behavior !== "skip")
    throw new RestError(400, 20_001, `Invalid PauseBehavior: ${behavior}`);
  switch (status) {
    case "paused":
      carrier.recordings.setPaused(recording, behavior);
      break;
    case "in-progress":
      carrier.recordings.setPaused(recording, false);
      break;
    case "stopped":
      endRecording(carrier, findConference(request));
      break;
    default:
      throw new RestError(400, 20_001, `Invalid Status: ${status ?? ""}`);
  }
  return { status: 200, body: conferenceRecordingResource(carrier, recording) };
};

export const deleteConferenceRecording: RestHandler = (request) => {
  request.carrier.recordings.remove(findOfConference(request).sid);
  return { status: 204 };
};
