import type { Carrier } from "../engine/carrier";
import type { Recording } from "../engine/recording-store";
import { rfc2822 } from "../engine/rfc2822";
import { listAnswer } from "./pages";
import { notFound } from "./rest-error";
import { pathId, type RestHandler, type RestRequest } from "./rest-request";

function recordingResource(carrier: Carrier, recording: Recording): Record<string, unknown> {
  const account = carrier.account.accountSid;
  const base = `/2010-04-01/Accounts/${account}/Recordings/${recording.sid}`;
  return {
    account_sid: account,
    api_version: "2010-04-01",
    call_sid: recording.callSid,
    channels: 1,
    conference_sid: recording.conferenceSid,
    date_created: rfc2822(recording.startedAt),
    date_updated: rfc2822(recording.startedAt),
    duration: String(recording.durationSeconds),
    encryption_details: null,
    error_code: null,
    media_url: `${carrier.baseUrl()}${base}`,
    price: null,
    price_unit: "USD",
    sid: recording.sid,
    source: recording.source,
    start_time: rfc2822(recording.startedAt),
    status: recording.status,
    subresource_uris: { add_on_results: `${base}/AddOnResults.json`, transcriptions: `${base}/Transcriptions.json` },
    uri: `${base}.json`,
  };
}

/** @throws RestError 20404 */
function findRecording(request: RestRequest): Recording {
  const recording = request.carrier.recordings.find(pathId(request, 0));
  if (!recording) throw notFound(request.path);
  return recording;
}

export const listRecordings: RestHandler = (request) => {
  const call = request.query.get("CallSid");
  const recordings = request.carrier.recordings.list().filter((one) => call === null || one.callSid === call);
  return listAnswer(request, "recordings", recordings, (one) => recordingResource(request.carrier, one));
};

export const fetchRecording: RestHandler = (request) => ({
  status: 200,
  body: recordingResource(request.carrier, findRecording(request)),
});

/** The sound itself: the address without ".json", with ".wav" or nothing after it. */
export const fetchRecordingSound: RestHandler = (request) => ({
  status: 200,
  raw: { contentType: "audio/x-wav", data: findRecording(request).wav },
});

export const deleteRecording: RestHandler = (request) => {
  request.carrier.recordings.remove(findRecording(request).sid);
  return { status: 204 };
};
