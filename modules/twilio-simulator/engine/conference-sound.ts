import { inBackground } from "./background";
import type { Carrier } from "./carrier";
import type { Conference } from "./conference";
import { reportConferenceEvent } from "./conference-events";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest, FlowEnd } from "./documents";
import type { Participant } from "./participant";
import { playMusic } from "./sounds";
import { loopDocument } from "./wait-loop";

type Parts = { carrier: Carrier; runner: DocumentRunner };

/** Stops what a participant hears alone. */
export function stopSolo(participant: Participant): void {
  participant.solo?.abort();
  participant.solo = null;
}

/**
 * Brings what a participant hears and says in line with the state: hold sound, the sound of waiting, or the room with
 * their muting and coaching. To be called after every change of either.
 */
export function refreshSound(parts: Parts, conference: Conference, participant: Participant): void {
  stopSolo(participant);
  const { audio } = participant.call;
  if (participant.call.ended || !conference.participants.includes(participant)) return;
  if (participant.hold) {
    startSolo(parts, participant, participant.holdDocument);
    return;
  }
  if (conference.status === "init") {
    startSolo(parts, participant, participant.wait);
    return;
  }
  const coached = participant.coaching ? conference.find(participant.callSidToCoach ?? "") : undefined;
  audio.setMuted(participant.muted);
  if (coached) audio.join(conference.mix, { coaching: coached.call.audio });
  else audio.join(conference.mix);
}

function startSolo(parts: Parts, participant: Participant, sound: DocumentRequest | "silence" | null): void {
  const { call } = participant;
  call.audio.leave();
  const solo = new AbortController();
  participant.solo = solo;
  if (sound === "silence") return;
  const listen = async (): Promise<void> => {
    const end = await loopDocument(parts, call, { request: () => sound, mode: "conference-wait" }, solo.signal);
    // A wait document that cannot be had, or that wants to end itself, leaves the participant with music.
    if (end.kind !== "stopped") await playMusic(parts.carrier, call, solo.signal);
  };
  inBackground(parts.carrier.log, "the sound of waiting", listen());
}

/**
 * Plays a document to participants, each taken out of the room for it, then brings their sound back in line. For an
 * announcement to the `whole` conference one event says that it is over, otherwise one for each participant.
 */
export function announce(
  parts: Parts,
  conference: Conference,
  participants: readonly Participant[],
  document: DocumentRequest & { kind: "fetch" },
  whole: boolean,
): void {
  const report = (end: FlowEnd, participant?: Participant): void => {
    const event = end.kind === "failed" ? "announcement-fail" : "announcement-end";
    reportConferenceEvent(parts.carrier, conference, event, {
      ...(participant ? { participant } : {}),
      extra: {
        AnnounceUrl: document.url,
        ...(end.kind === "failed" ? { ReasonAnnouncementFailed: end.message } : {}),
      },
    });
  };
  const run = async (): Promise<void> => {
    const ends = await Promise.all(
      [...participants].map(async (participant) => {
        const end = await announceTo(parts, conference, participant, document);
        if (!whole && end.kind !== "stopped") report(end, participant);
        return end;
      }),
    );
    const end = ends.find((one) => one.kind === "failed") ?? ends[0];
    if (whole && end && conference.status !== "completed") report(end);
  };
  inBackground(parts.carrier.log, "an announcement", run());
}

async function announceTo(
  parts: Parts,
  conference: Conference,
  participant: Participant,
  document: DocumentRequest,
): Promise<FlowEnd> {
  stopSolo(participant);
  participant.call.audio.leave();
  const solo = new AbortController();
  participant.solo = solo;
  const end = await parts.runner.run(participant.call, document, "announcement", solo.signal);
  if (end.kind !== "stopped") refreshSound(parts, conference, participant);
  return end;
}
