import type { TakenExit } from "@/modules/call-queue/domain/queue-exits";
import type { VoiceUrls } from "../domain/voice-urls";
import type { TwimlDocument, Verb } from "./verbs";

/** Seconds that a message may last, and of silence that end it. */
const MOST_MESSAGE_SECONDS = 180;
const SILENCE_SECONDS = 5;
/** Seconds that an outside number rings. */
const RING_SECONDS = 30;

const say = (text: string, language: string): Verb => ({ verb: "say", text, language });

/** Out of the carrier's queue; its action then asks for the exit's own document. */
export const leaveQueue: TwimlDocument = [{ verb: "leave" }];

/** What a caller hears who has left the line by a queue's exit. */
export function exitDocument(
  urls: VoiceUrls,
  line: { entryId: string; language: string; exit: TakenExit },
): TwimlDocument {
  const { exit, language, entryId } = line;
  const words = exit.message === "" ? [] : [say(exit.message, language)];
  switch (exit.kind) {
    case "voicemail":
      return [...words, ...takeMessage(urls, entryId, language)];
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
export function leaveMessageInstead(urls: VoiceUrls, entryId: string, language: string): TwimlDocument {
  return [
    say("Nobody can take your call at the moment. Please leave a message after the tone.", language),
    ...takeMessage(urls, entryId, language),
  ];
}

/** After the recording. */
export function messageTaken(language: string): TwimlDocument {
  return [say("Thank you for your message. Goodbye.", language), { verb: "hangup" }];
}

function takeMessage(urls: VoiceUrls, entryId: string, language: string): Verb[] {
  return [
    {
      verb: "record",
      seconds: MOST_MESSAGE_SECONDS,
      silenceSeconds: SILENCE_SECONDS,
      actionUrl: urls.voicemail(entryId),
      callbackUrl: urls.voicemailRecorded(entryId),
    },
    // Reached when nothing was said.
    say("We did not hear a message. Goodbye.", language),
    { verb: "hangup" },
  ];
}
