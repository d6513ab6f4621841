import type { TakenExit } from "@/modules/call-queue/domain/queue-exits";
import { languageOf, type Wording } from "@/modules/call-queue/domain/announcements/wording";
import type { VoiceUrls } from "../domain/voice-urls";
import { say, type TwimlDocument, type Verb } from "./verbs";

/** Seconds that a message may last, also where it is written down (Twilio does so up to two minutes), and of silence that end it. */
const MOST_MESSAGE_SECONDS = 180;
const MOST_TRANSCRIBED_SECONDS = 120;
const SILENCE_SECONDS = 5;
/** Seconds that an outside number rings. */
const RING_SECONDS = 30;

/** Out of the carrier's queue; its action then asks for the exit's own document. */
export const leaveQueue: TwimlDocument = [{ verb: "leave" }];

/** A caller who may leave a message. */
export interface MessageLine {
  entryId: string;
  /** The queue wants messages written down. */
  transcribe: boolean;
}

/** What a caller hears who has left the line by a queue's exit. */
export function exitDocument(
  urls: VoiceUrls,
  line: MessageLine & { exit: TakenExit },
  wording: Wording,
): TwimlDocument {
  const { exit, entryId } = line;
  // Calls that left the line before its language was kept with them.
  const words = exit.message === "" ? [] : [say({ text: exit.message, language: exit.language ?? wording.language })];
  switch (exit.kind) {
    case "voicemail":
      return [...words, ...takeMessage(urls, line, wording)];
    case "number":
      if (exit.number === null) return [...words, { verb: "hangup" }];
      return [
        ...words,
        { verb: "dial", number: exit.number, seconds: RING_SECONDS, actionUrl: urls.outsideNumber(entryId) },
      ];
    case "message":
    case "callback":
      return [...words, { verb: "hangup" }];
  }
}

/** Nobody could take the call, here or at an outside number: a message instead. */
export function leaveMessageInstead(urls: VoiceUrls, line: MessageLine, wording: Wording): TwimlDocument {
  return [say(wording.say("voicemail_instead")), ...takeMessage(urls, line, wording)];
}

/** After the recording. */
export function messageTaken(wording: Wording): TwimlDocument {
  return [say(wording.say("voicemail_thanks")), { verb: "hangup" }];
}

function takeMessage(urls: VoiceUrls, { entryId, transcribe }: MessageLine, wording: Wording): Verb[] {
  // Twilio writes down English alone.
  const written = transcribe && languageOf(wording.language) === "en";
  return [
    {
      verb: "record",
      seconds: written ? MOST_TRANSCRIBED_SECONDS : MOST_MESSAGE_SECONDS,
      silenceSeconds: SILENCE_SECONDS,
      actionUrl: urls.voicemail(entryId, written),
      callbackUrl: urls.voicemailRecorded(entryId, written),
      ...(written ? { transcriptionUrl: urls.transcription() } : {}),
    },
    // Reached when nothing was said.
    say(wording.say("voicemail_silent")),
    { verb: "hangup" },
  ];
}
