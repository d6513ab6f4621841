import { clock } from "../clock";
import type { Call } from "./call";
import type { DocumentRequest } from "./documents";

/** Why somebody left a conference, in Twilio's words. */
export type LeaveReason =
  "participant_hung_up" | "participant_updated_via_api" | "conference_ended_via_api" | "moderator_ended_conference";

export interface ParticipantSettings {
  label: string | null;
  muted: boolean;
  startOnEnter: boolean;
  endOnExit: boolean;
  coaching: boolean;
  callSidToCoach: string | null;
  /** What to hear until the conference starts: a document, music (null), or silence. */
  wait: DocumentRequest | "silence" | null;
}

/** One call in one conference. */
export class Participant {
  readonly call: Call;
  readonly joinedAt = clock.date();
  readonly startOnEnter: boolean;
  readonly label: string | null;
  updatedAt = this.joinedAt;
  muted: boolean;
  hold = false;
  holdDocument: DocumentRequest | null = null;
  endOnExit: boolean;
  coaching: boolean;
  callSidToCoach: string | null;
  wait: DocumentRequest | "silence" | null;
  /** Settled when somebody else takes the participant out. */
  readonly putOut: Promise<LeaveReason>;
  /** Ends what the participant hears alone (wait, hold, announcement). */
  solo: AbortController | null = null;
  private settle: (reason: LeaveReason) => void = () => undefined;

  constructor(call: Call, settings: ParticipantSettings) {
    this.call = call;
    this.label = settings.label;
    this.muted = settings.muted;
    this.startOnEnter = settings.startOnEnter;
    this.endOnExit = settings.endOnExit;
    this.coaching = settings.coaching;
    this.callSidToCoach = settings.callSidToCoach;
    this.wait = settings.wait;
    this.putOut = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  takeOut(reason: LeaveReason): void {
    this.settle(reason);
  }
}
