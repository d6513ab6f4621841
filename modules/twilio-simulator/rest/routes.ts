import { createCall, deleteCall, fetchCall, listCalls, updateCall } from "./calls";
import { fetchConference, listConferences, updateConference } from "./conferences";
import { createParticipant } from "./create-participant";
import { deleteParticipant, fetchParticipant, listParticipants, updateParticipant } from "./participants";
import { createMessage, fetchMessage, listMessages } from "./messages";
import {
  createQueue,
  deleteQueue,
  fetchMember,
  fetchQueue,
  listMembers,
  listQueues,
  updateMember,
  updateQueue,
} from "./queues";
import {
  deleteConferenceRecording,
  deleteRecording,
  fetchCallRecording,
  fetchConferenceRecording,
  fetchRecording,
  fetchRecordingSound,
  listCallRecordings,
  listConferenceRecordings,
  listRecordings,
  listTranscriptions,
  updateCallRecording,
  updateConferenceRecording,
} from "./recordings";
import type { RestHandler } from "./rest-request";

export interface RestRoute {
  method: "GET" | "POST" | "DELETE";
  /** Below /2010-04-01/Accounts/{AccountSid}, as Twilio's OpenAPI document writes it. */
  path: string;
  /** The parameters it reads, of the query (GET) or the form (POST). Handlers see no others: Twilio ignores them too. */
  accepts: readonly string[];
  handler: RestHandler;
}

const PAGING = ["PageSize", "Page", "PageToken"];
const DOCUMENT = ["Url", "Method", "FallbackUrl", "FallbackMethod", "Twiml"];
const CALLBACK = ["StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"];
const DETECTION = ["MachineDetection", "AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"];
const NEW_PARTICIPANT = [
  ...CALLBACK,
  ...[
    "To",
    "From",
    "CallerId",
    "Label",
    "Timeout",
    "TimeLimit",
    "Muted",
    "StartConferenceOnEnter",
    "EndConferenceOnExit",
  ],
  ...["MaxParticipants", "WaitUrl", "WaitMethod", "Coaching", "CallSidToCoach"],
  ...["ConferenceStatusCallback", "ConferenceStatusCallbackMethod", "ConferenceStatusCallbackEvent"],
];

/** Every operation of Twilio's API that this carrier has. */
export const REST_ROUTES: readonly RestRoute[] = [
  {
    method: "GET",
    path: "/Calls.json",
    accepts: [
      ...PAGING,
      "To",
      "From",
      "ParentCallSid",
      "Status",
      "StartTime",
      "StartTime<",
      "StartTime>",
      "EndTime",
      "EndTime<",
      "EndTime>",
    ],
    handler: listCalls,
  },
  {
    method: "POST",
    path: "/Calls.json",
    accepts: [...DOCUMENT, ...CALLBACK, ...DETECTION, "To", "From", "ApplicationSid", "Timeout", "TimeLimit"],
    handler: createCall,
  },
  { method: "GET", path: "/Calls/{Sid}.json", accepts: [], handler: fetchCall },
  { method: "POST", path: "/Calls/{Sid}.json", accepts: [...DOCUMENT, "Status"], handler: updateCall },
  { method: "DELETE", path: "/Calls/{Sid}.json", accepts: [], handler: deleteCall },
  { method: "GET", path: "/Messages.json", accepts: [...PAGING, "To", "From"], handler: listMessages },
  {
    method: "POST",
    path: "/Messages.json",
    accepts: ["To", "From", "Body", "StatusCallback"],
    handler: createMessage,
  },
  { method: "GET", path: "/Messages/{Sid}.json", accepts: [], handler: fetchMessage },
  { method: "GET", path: "/Queues.json", accepts: PAGING, handler: listQueues },
  { method: "POST", path: "/Queues.json", accepts: ["FriendlyName", "MaxSize"], handler: createQueue },
  { method: "GET", path: "/Queues/{Sid}.json", accepts: [], handler: fetchQueue },
  { method: "POST", path: "/Queues/{Sid}.json", accepts: ["FriendlyName", "MaxSize"], handler: updateQueue },
  { method: "DELETE", path: "/Queues/{Sid}.json", accepts: [], handler: deleteQueue },
  { method: "GET", path: "/Queues/{QueueSid}/Members.json", accepts: PAGING, handler: listMembers },
  { method: "GET", path: "/Queues/{QueueSid}/Members/{CallSid}.json", accepts: [], handler: fetchMember },
  {
    method: "POST",
    path: "/Queues/{QueueSid}/Members/{CallSid}.json",
    accepts: ["Url", "Method"],
    handler: updateMember,
  },
  {
    method: "GET",
    path: "/Conferences.json",
    accepts: [
      ...PAGING,
      "FriendlyName",
      "Status",
      "DateCreated",
      "DateCreated<",
      "DateCreated>",
      "DateUpdated",
      "DateUpdated<",
      "DateUpdated>",
    ],
    handler: listConferences,
  },
  { method: "GET", path: "/Conferences/{Sid}.json", accepts: [], handler: fetchConference },
  {
    method: "POST",
    path: "/Conferences/{Sid}.json",
    accepts: ["Status", "AnnounceUrl", "AnnounceMethod"],
    handler: updateConference,
  },
  {
    method: "GET",
    path: "/Conferences/{ConferenceSid}/Participants.json",
    accepts: [...PAGING, "Muted", "Hold", "Coaching"],
    handler: listParticipants,
  },
  {
    method: "POST",
    path: "/Conferences/{ConferenceSid}/Participants.json",
    accepts: NEW_PARTICIPANT,
    handler: createParticipant,
  },
  {
    method: "GET",
    path: "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
    accepts: [],
    handler: fetchParticipant,
  },
  {
    method: "POST",
    path: "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
    accepts: [
      "Muted",
      "Hold",
      "HoldUrl",
      "HoldMethod",
      "AnnounceUrl",
      "AnnounceMethod",
      "WaitUrl",
      "WaitMethod",
      "BeepOnExit",
      "EndConferenceOnExit",
      "Coaching",
      "CallSidToCoach",
    ],
    handler: updateParticipant,
  },
  {
    method: "DELETE",
    path: "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
    accepts: [],
    handler: deleteParticipant,
  },
  {
    method: "GET",
    path: "/Recordings.json",
    accepts: [...PAGING, "CallSid", "ConferenceSid"],
    handler: listRecordings,
  },
  { method: "GET", path: "/Recordings/{Sid}.json", accepts: [], handler: fetchRecording },
  { method: "DELETE", path: "/Recordings/{Sid}.json", accepts: [], handler: deleteRecording },
  {
    method: "GET",
    path: "/Recordings/{RecordingSid}/Transcriptions.json",
    accepts: PAGING,
    handler: listTranscriptions,
  },
  { method: "GET", path: "/Calls/{CallSid}/Recordings.json", accepts: PAGING, handler: listCallRecordings },
  { method: "GET", path: "/Calls/{CallSid}/Recordings/{Sid}.json", accepts: [], handler: fetchCallRecording },
  {
    method: "POST",
    path: "/Calls/{CallSid}/Recordings/{Sid}.json",
    accepts: ["Status", "PauseBehavior"],
    handler: updateCallRecording,
  },
  {
    method: "GET",
    path: "/Conferences/{ConferenceSid}/Recordings.json",
    accepts: PAGING,
    handler: listConferenceRecordings,
  },
  {
    method: "GET",
    path: "/Conferences/{ConferenceSid}/Recordings/{Sid}.json",
    accepts: [],
    handler: fetchConferenceRecording,
  },
  {
    method: "POST",
    path: "/Conferences/{ConferenceSid}/Recordings/{Sid}.json",
    accepts: ["Status", "PauseBehavior"],
    handler: updateConferenceRecording,
  },
  {
    method: "DELETE",
    path: "/Conferences/{ConferenceSid}/Recordings/{Sid}.json",
    accepts: [],
    handler: deleteConferenceRecording,
  },
];

/** Outside the OpenAPI document: the sound of a recording. */
export const SOUND_ROUTES: readonly RestRoute[] = [
  { method: "GET", path: "/Recordings/{Sid}.wav", accepts: [], handler: fetchRecordingSound },
  { method: "GET", path: "/Recordings/{Sid}", accepts: [], handler: fetchRecordingSound },
];
