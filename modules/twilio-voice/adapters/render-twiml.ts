import twilio from "twilio";
import type VoiceResponse from "twilio/lib/twiml/VoiceResponse";
import type { TwimlDocument, Verb } from "../twiml/verbs";

/** The answer to most callbacks, written once. */
const NOTHING = new twilio.twiml.VoiceResponse().toString();

/** Writes a document as TwiML. */
export function renderTwiml(document: TwimlDocument): string {
  if (document.length === 0) return NOTHING;
  const response = new twilio.twiml.VoiceResponse();
  for (const verb of document) write(response, verb);
  return response.toString();
}

function write(response: VoiceResponse, verb: Verb): void {
  switch (verb.verb) {
    case "say":
      response.say({ language: verb.language as "en-US" }, verb.text);
      return;
    case "play":
      response.play(verb.url);
      return;
    case "pause":
      response.pause({ length: verb.seconds });
      return;
    case "redirect":
      response.redirect({ method: "POST" }, verb.url);
      return;
    case "enqueue":
      response.enqueue(
        { waitUrl: verb.waitUrl, waitUrlMethod: "POST", action: verb.actionUrl, method: "POST" },
        verb.queue,
      );
      return;
    case "conference": {
      const dial = response.dial(verb.actionUrl === undefined ? {} : { action: verb.actionUrl, method: "POST" });
      dial.conference(
        {
          participantLabel: verb.label,
          startConferenceOnEnter: true,
          endConferenceOnExit: verb.endsConference,
          ...(verb.muted ? { muted: true } : {}),
          ...(verb.coaches === undefined ? {} : { coach: verb.coaches }),
          beep: "false",
          waitUrl: "",
          jitterBufferSize: "small",
          statusCallback: verb.callbackUrl,
          statusCallbackMethod: "POST",
          // Who comes has asked for this document, so that only leaving is news.
          statusCallbackEvent: ["leave"],
          ...(verb.recordingUrl === undefined ? {} : { ...toldOf(verb.recordingUrl), record: "record-from-start" }),
        },
        verb.name,
      );
      return;
    }
    case "dialClient": {
      const dial = response.dial({
        action: verb.actionUrl,
        method: "POST",
        timeout: verb.ringSeconds,
        ...(verb.recordingUrl === undefined ? {} : { ...toldOf(verb.recordingUrl), record: "record-from-answer" }),
      });
      const client = dial.client({
        url: verb.answerUrl,
        method: "POST",
        statusCallback: verb.statusUrl,
        statusCallbackMethod: "POST",
        statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
      });
      client.identity(verb.identity);
      for (const [name, value] of Object.entries(verb.parameters)) client.parameter({ name, value });
      return;
    }
    case "leave":
      response.leave();
      return;
    case "gather": {
      const gather = response.gather({
        input: ["dtmf"],
        numDigits: 1,
        finishOnKey: "",
        timeout: verb.seconds,
        actionOnEmptyResult: verb.keysOnly !== true,
        action: verb.actionUrl,
        method: "POST",
      });
      if (verb.prompt.verb === "play") gather.play(verb.prompt.url);
      else gather.say({ language: verb.prompt.language as "en-US" }, verb.prompt.text);
      return;
    }
    case "record":
      response.record({
        maxLength: verb.seconds,
        timeout: verb.silenceSeconds,
        finishOnKey: "#",
        playBeep: true,
        action: verb.actionUrl,
        method: "POST",
        recordingStatusCallback: verb.callbackUrl,
        recordingStatusCallbackMethod: "POST",
        recordingStatusCallbackEvent: ["completed"],
        ...(verb.transcriptionUrl === undefined ? {} : { transcribe: true, transcribeCallback: verb.transcriptionUrl }),
      });
      return;
    case "dial": {
      const dial = response.dial({ timeout: verb.seconds, action: verb.actionUrl, method: "POST" });
      dial.number(verb.number);
      return;
    }
    case "hangup":
      response.hangup();
  }
}

/** Uncut, so that a moment in the recording is that moment of the conversation; who is told of it. */
function toldOf(url: string) {
  return {
    trim: "do-not-trim",
    recordingStatusCallback: url,
    recordingStatusCallbackMethod: "POST",
    recordingStatusCallbackEvent: ["in-progress", "completed", "absent"],
  } as const satisfies Parameters<ReturnType<VoiceResponse["dial"]>["conference"]>[0];
}
