import type { Carrier } from "../engine/carrier";
import { endRecording } from "../engine/conference-recording";
import type { Recording, Transcription } from "../engine/recording-store";
import { rfc2822 } from "../engine/rfc2822";
import { findCall } from "./calls";
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

/** @throws RestError 20404; for Twilio.CURRENT too, while nothing is being recorded */
function findOfCall(request: RestRequest): Recording {
  const { recordings } = request.carrier;
  const call = findCall(request, pathId(request, 0));
  const sid = pathId(request, 1);
  const recording = sid === CURRENT ? (call.recording ?? undefined) : recordings.find(sid);
  const current = recording && sid === CURRENT ? recordings.goesOn(recording) : true;
  if (!recording || !current || recording.callSid !== call.sid) throw notFound(request.path);
  return recording;
}

function callRecordingResource(carrier: Carrier, recording: Recording): Record<string, unknown> {
  const call = `/2010-04-01/Accounts/${carrier.account.accountSid}/Calls/${recording.callSid ?? ""}`;
  return { ...common(carrier, recording), track: "both", uri: `${call}/Recordings/${recording.sid}.json` };
}

export const listCallRecordings: RestHandler = (request) => {
  const { sid } = findCall(request, pathId(request, 0));
  const recordings = request.carrier.recordings.list().filter((one) => one.callSid === sid);
  return listAnswer(request, "recordings", recordings, (one) => callRecordingResource(request.carrier, one));
};

export const fetchCallRecording: RestHandler = (request) => ({
  status: 200,
  body: callRecordingResource(request.carrier, findOfCall(request)),
});

/** Pauses or goes on. */
export const updateCallRecording: RestHandler = (request) => {
  const recording = findOfCall(request);
  change(request, recording, () => request.carrier.recordings.finish(recording));
  return { status: 200, body: callRecordingResource(request.carrier, recording) };
};

function transcriptionResource(carrier: Carrier, recording: Recording, made: Transcription): Record<string, unknown> {
  const account = carrier.account.accountSid;
  return {
    account_sid: account,
    api_version: "2010-04-01",
    date_created: rfc2822(made.createdAt),
    date_updated: rfc2822(made.updatedAt),
    duration: String(recording.durationSeconds ?? 0),
    price: null,
    price_unit: "USD",
    recording_sid: recording.sid,
    sid: made.sid,
    status: made.status,
    transcription_text: made.text,
    type: "fast",
    uri: `/2010-04-01/Accounts/${account}/Recordings/${recording.sid}/Transcriptions/${made.sid}.json`,
  };
}

export const listTranscriptions: RestHandler = (request) => {
  const recording = findRecording(request);
  const made = recording.transcription === null ? [] : [recording.transcription];
  return listAnswer(request, "transcriptions", made, (one) => transcriptionResource(request.carrier, recording, one));
};

/** Pauses, goes on, or stops. */
export const updateConferenceRecording: RestHandler = (request) => {
  const recording = findOfConference(request);
  change(request, recording, () => endRecording(request.carrier, findConference(request)));
  return { status: 200, body: conferenceRecordingResource(request.carrier, recording) };
};

function change({ carrier, form }: RestRequest, recording: Recording, stop: () => void): void {
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
      stop();
      break;
    default:
      throw new RestError(400, 20_001, `Invalid Status: ${status ?? ""}`);
  }
}

export const deleteConferenceRecording: RestHandler = (request) => {
  request.carrier.recordings.remove(findOfConference(request).sid);
  return { status: 204 };
};
