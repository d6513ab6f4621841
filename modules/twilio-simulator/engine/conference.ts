import { clock } from "../clock";
import type { Mix } from "../contract";
import type { LeaveReason, Participant } from "./participant";
import type { RecordingCallback } from "./recording-events";
import type { Recording } from "./recording-store";
import { newSid } from "./sids";

export const MOST_PARTICIPANTS = 250;

export type ConferenceEndReason =
  | "conference-ended-via-api"
  | "participant-with-end-conference-on-exit-left"
  | "participant-with-end-conference-on-exit-kicked"
  | "last-participant-kicked"
  | "last-participant-left";

export interface ConferenceCallback {
  url: string;
  method: "GET" | "POST";
  /** start end join leave mute hold modify announcement. */
  events: ReadonlySet<string>;
}

/** That a conference is recorded from its start. */
export interface RecordingPlan {
  callback: RecordingCallback | null;
}

/** A named room. Its state is here; what happens on the way is in conference-flow. */
export class Conference {
  readonly sid = newSid("CF");
  readonly createdAt = clock.date();
  readonly friendlyName: string;
  readonly mix: Mix;
  /** Fixed by the first participant. */
  readonly callback: ConferenceCallback | null;
  /** Fixed by the first participant too. */
  readonly recordingPlan: RecordingPlan | null;
  readonly participants: Participant[] = [];
  updatedAt = this.createdAt;
  status: "init" | "in-progress" | "completed" = "init";
  endReason: ConferenceEndReason | null = null;
  callSidEnding: string | null = null;
  recording: Recording | null = null;
  private sequence = 0;

  constructor(
    friendlyName: string,
    mix: Mix,
    callback: ConferenceCallback | null,
    recordingPlan: RecordingPlan | null,
  ) {
    this.friendlyName = friendlyName;
    this.mix = mix;
    this.callback = callback;
    this.recordingPlan = recordingPlan;
  }

  /** SequenceNumber of the next event, from 1. */
  nextSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }

  find(callSidOrLabel: string): Participant | undefined {
    return this.participants.find((one) => one.call.sid === callSidOrLabel || one.label === callSidOrLabel);
  }

  /** Two people, one of whom may start it. */
  readyToStart(): boolean {
    return this.status === "init" && this.participants.length >= 2 && this.participants.some((one) => one.startOnEnter);
  }

  /** Asks everybody to leave; they do so one by one. */
  takeOutAll(reason: LeaveReason): void {
    for (const participant of this.participants) participant.takeOut(reason);
  }
}
