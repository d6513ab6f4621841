import type { FlowMode } from "../engine/documents";

interface ElementRule {
  attributes: readonly string[];
  children: readonly string[];
}

const CALLBACK = ["statusCallback", "statusCallbackEvent", "statusCallbackMethod"];
const RECORDING = [
  "record",
  "recordingStatusCallback",
  "recordingStatusCallbackEvent",
  "recordingStatusCallbackMethod",
  "recordingTrack",
  "trim",
];

/** The elements this carrier knows, with the attributes and children that Twilio documents for them. */
export const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  Say: {
    attributes: ["voice", "language", "loop"],
    children: ["break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"],
  },
  Play: { attributes: ["loop", "digits"], children: [] },
  Pause: { attributes: ["length"], children: [] },
  Gather: {
    attributes: [
      "action",
      "method",
      "input",
      "timeout",
      "finishOnKey",
      "numDigits",
      "actionOnEmptyResult",
      "language",
      "hints",
      "speechTimeout",
      "speechModel",
      "partialResultCallback",
      "partialResultCallbackMethod",
      "bargeIn",
      "profanityFilter",
      "enhanced",
      "debug",
    ],
    children: ["Say", "Play", "Pause"],
  },
  Record: {
    attributes: [
      "action",
      "method",
      "timeout",
      "finishOnKey",
      "maxLength",
      "playBeep",
      "trim",
      "recordingStatusCallback",
      "recordingStatusCallbackEvent",
      "recordingStatusCallbackMethod",
      "transcribe",
      "transcribeCallback",
    ],
    children: [],
  },
  Redirect: { attributes: ["method"], children: [] },
  Hangup: { attributes: [], children: ["Parameter"] },
  Reject: { attributes: ["reason"], children: ["Parameter"] },
  Enqueue: { attributes: ["action", "method", "waitUrl", "waitUrlMethod", "workflowSid"], children: ["Task"] },
  Leave: { attributes: [], children: [] },
  Dial: {
    attributes: [
      "action",
      "method",
      "timeout",
      "hangupOnStar",
      "timeLimit",
      "callerId",
      "answerOnBridge",
      "ringTone",
      "sequential",
      "referUrl",
      "referMethod",
      ...RECORDING,
    ],
    children: ["Conference", "Client", "Number", "Queue"],
  },
  Conference: {
    attributes: [
      "muted",
      "beep",
      "startConferenceOnEnter",
      "endConferenceOnExit",
      "participantLabel",
      "jitterBufferSize",
      "waitUrl",
      "waitMethod",
      "maxParticipants",
      "region",
      "coach",
      "eventCallbackUrl",
      ...CALLBACK,
      ...RECORDING,
    ],
    children: [],
  },
  Client: { attributes: ["url", "method", "identity", ...CALLBACK], children: ["Identity", "Parameter"] },
  Identity: { attributes: [], children: [] },
  Parameter: { attributes: ["name", "value"], children: [] },
  Number: { attributes: ["url", "method", "sendDigits", "byoc", ...CALLBACK], children: [] },
  Queue: { attributes: ["url", "method", "reservationSid", "postWorkActivitySid"], children: [] },
};

const VERBS = [
  "Say",
  "Play",
  "Pause",
  "Gather",
  "Record",
  "Redirect",
  "Hangup",
  "Reject",
  "Enqueue",
  "Leave",
  "Dial",
] as const;
export type VerbName = (typeof VERBS)[number];

export function isVerb(name: string): name is VerbName {
  return (VERBS as readonly string[]).includes(name);
}

/** What may run where; 13238 is what Twilio says of a Gather in a conference's wait document. */
const ALLOWED: Record<FlowMode, readonly VerbName[]> = {
  call: VERBS.filter((verb) => verb !== "Leave"),
  "queue-wait": ["Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"],
  "conference-wait": ["Play", "Say", "Pause", "Redirect"],
  announcement: ["Play", "Say", "Pause", "Redirect"],
  callee: ["Play", "Say", "Pause", "Gather", "Redirect", "Hangup", "Record"],
};

export function allowedIn(mode: FlowMode, verb: VerbName): boolean {
  return ALLOWED[mode].includes(verb);
}
