import type { Wording, Words } from "@/modules/call-queue/domain/announcements/wording";
import { HOLD_MUSIC_PIECES, type VoiceUrls } from "../domain/voice-urls";
import { say, type TwimlDocument } from "./verbs";

export interface QueuePlace {
  entryId: string;
  queueKey: string;
}

/** Into the line, at once or after a word. The welcome is spoken in the line itself. */
export function enqueueCaller(
  urls: VoiceUrls,
  place: QueuePlace,
  words: Words | undefined,
  attempt = 0,
): TwimlDocument {
  return [
    ...(words ? [say(words)] : []),
    {
      verb: "enqueue",
      queue: place.queueKey,
      waitUrl: urls.holdMusicTick(place.entryId),
      actionUrl: urls.queueHandler(place.entryId, attempt),
    },
  ];
}

/** Where a leg takes part, and what is said to the caller when the conversation is recorded. */
export interface Seat {
  entryId: string;
  offerId: string;
  consent: Words | undefined;
}

const recorded = (urls: VoiceUrls, { entryId, offerId, consent }: Seat) =>
  consent === undefined ? {} : { recordingUrl: urls.recording(entryId, offerId) };

/**
 * The caller's side of the conference, which ends when the caller leaves. That it is recorded is said before: the
 * recording begins when both are there.
 */
export function callerJoins(urls: VoiceUrls, seat: Seat): TwimlDocument {
  const { entryId, offerId, consent } = seat;
  return [
    ...(consent === undefined ? [] : [say(consent)]),
    {
      verb: "conference",
      name: offerId,
      label: "caller",
      endsConference: true,
      callbackUrl: urls.conference(entryId, offerId),
      ...recorded(urls, seat),
      actionUrl: urls.callerAfter(offerId),
    },
  ];
}

/** The agent's side; its going leaves the caller there, to be taken back to the head of the line. */
export function agentJoins(urls: VoiceUrls, seat: Seat): TwimlDocument {
  const { entryId, offerId } = seat;
  return [
    {
      verb: "conference",
      name: offerId,
      label: "agent",
      endsConference: false,
      callbackUrl: urls.conference(entryId, offerId),
      ...recorded(urls, seat),
    },
  ];
}

/** Somebody who was rung into a conversation, or a supervisor who dialled in. */
export function participantJoins(
  urls: VoiceUrls,
  seat: { entryId: string; talkId: string; participantId: string; muted: boolean; coaches: string | undefined },
): TwimlDocument {
  return [
    {
      verb: "conference",
      name: seat.talkId,
      label: seat.participantId,
      endsConference: false,
      muted: seat.muted,
      ...(seat.coaches === undefined ? {} : { coaches: seat.coaches }),
      callbackUrl: urls.conference(seat.entryId, seat.talkId),
    },
  ];
}

/** What a softphone hears that tests its way to the carrier: long enough to be measured, and then over by itself. */
export const deviceTest: TwimlDocument = [
  say({ text: "This is the test of your phone. When you hear this, sound reaches you.", language: "en-US" }),
  { verb: "pause", seconds: 6 },
  { verb: "hangup" },
];

/** What somebody on hold hears, over and over. */
export function onHold(urls: VoiceUrls): TwimlDocument {
  return Array.from({ length: HOLD_MUSIC_PIECES }, (_, piece) => ({ verb: "play", url: urls.holdMusic(piece) }));
}

export const holdMusic = (url: string): TwimlDocument => [{ verb: "play", url }];

export const announcement = (words: readonly Words[]): TwimlDocument => words.map(say);

/** A callback may be had for a key; who presses none waits on. */
export const offerCallback = (actionUrl: string, words: Words): TwimlDocument => [
  { verb: "gather", actionUrl, seconds: 4, keysOnly: true, prompt: say(words) },
];

/**
 * Music for who has been told of callbacks: the key counts at any time, not only in the seconds after the offer. A
 * carrier hears no key between two documents, so it listens as long as each is heard, and a second more: its least.
 */
export const listeningFor = (actionUrl: string, music: string): TwimlDocument => [
  { verb: "gather", actionUrl, seconds: 1, keysOnly: true, prompt: { verb: "play", url: music } },
];

export const callbackPromised = (wording: Wording): TwimlDocument => [
  say(wording.say("callback_promised")),
  { verb: "hangup" },
];

/** Left on an answering machine, after its tone. */
export const machineMessage = (wording: Wording): TwimlDocument => [
  say(wording.say("machine_message")),
  { verb: "hangup" },
];

/** How the caller found the call, as a key; who presses none is done. */
export const ratingQuestion = (urls: VoiceUrls, attempt: number, wording: Wording): TwimlDocument => [
  {
    verb: "gather",
    seconds: 5,
    actionUrl: urls.rating(attempt),
    keysOnly: true,
    prompt: say(wording.say("rating_question")),
  },
  { verb: "hangup" },
];

export const ratingTaken = (wording: Wording): TwimlDocument => [say(wording.say("rating_thanks")), { verb: "hangup" }];

export const hangUp: TwimlDocument = [{ verb: "hangup" }];

/**
 * Rings one agent's softphone from the caller's own line, without a queue. That it is recorded is said before it rings:
 * afterwards the two are connected at once.
 */
export function dialAgent(
  urls: VoiceUrls,
  offer: Seat & { callId: string; identity: string; ringSeconds: number },
): TwimlDocument {
  const { entryId, offerId, callId, identity, ringSeconds, consent } = offer;
  return [
    ...(consent === undefined ? [] : [say(consent)]),
    {
      verb: "dialClient",
      identity,
      parameters: { callId, offerId },
      ringSeconds,
      answerUrl: urls.legacyLeg(offerId),
      statusUrl: urls.legacyLegStatus(offerId),
      actionUrl: urls.legacyDial(entryId, offerId),
      ...recorded(urls, offer),
    },
  ];
}

export const apologise = (wording: Wording): TwimlDocument => [say(wording.say("apology")), { verb: "hangup" }];

/** What callers hear who come back into the line from an agent, or because the carrier's queue failed them. */
export function wordsForReturn(back: "agent_lost" | "transferred" | null, wording: Wording): Words {
  if (back === null) return wording.say("back_in_line");
  return wording.say(back === "agent_lost" ? "agent_lost" : "passing_on");
}

/** Attempts before a caller whose document cannot be made is told to call again; with the pause, about two minutes. */
const MOST_ATTEMPTS = 30;
const PAUSE_SECONDS = 4;

/**
 * What a leg hears while its document cannot be made (the database is away): it asks for the same address again, so
 * that the call goes on by itself once the house is back. Bounded.
 */
export function holdTheLine(url: string, wording: Wording): TwimlDocument {
  const address = new URL(url);
  const attempt = Number(address.searchParams.get("hold") ?? "0") + 1;
  if (!(attempt <= MOST_ATTEMPTS)) return apologise(wording);
  address.searchParams.set("hold", String(attempt));
  const words = attempt % 5 === 1 ? [say(wording.say("one_moment"))] : [];
  return [...words, { verb: "pause", seconds: PAUSE_SECONDS }, { verb: "redirect", url: address.href }];
}
