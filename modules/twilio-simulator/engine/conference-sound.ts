import type { Carrier } from "./carrier";
import type { Conference } from "./conference";
import { reportConferenceEvent } from "./conference-events";
import type { DocumentRunner } from "./document-runner";
import type { DocumentRequest } from "./documents";
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
  void (async () => {
    const end = await loopDocument(parts, call, { request: () => sound, mode: "conference-wait" }, solo.signal);
    // A wait document that cannot be had, or that wants to end itself, leaves the participant with music.
    if (end.kind !== "stopped") await playMusic(parts.carrier, call, solo.signal);
  })();
}

/** Plays a document to one participant (taken out of the room for it), then brings the sound back in line. */
export function announce(
  parts: Parts,
  conference: Conference,
  participants: readonly Participant[],
  document: DocumentRequest & { kind: "fetch" },
): void {
  for (const participant of participants) {
    stopSolo(participant);
    participant.call.audio.leave();
    const solo = new AbortController();
    participant.solo = solo;
    void (async () => {
      const end = await parts.runner.run(participant.call, document, "announcement", solo.signal);
      if (end.kind === "stopped") return;
      reportConferenceEvent(parts.carrier, conference, end.kind === "failed" ? "announcement-fail" : "announcement-end", {
        participant,
        extra: {
          AnnounceUrl: document.url,
          ...(end.kind === "failed" ? { ReasonAnnouncementFailed: end.message } : {}),
        },
      });
      refreshSound(parts, conference, participant);
    })();
  }
}
