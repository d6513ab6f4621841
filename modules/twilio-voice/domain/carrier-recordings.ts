import type { CarrierRecording } from "@/modules/call-queue/domain/recordings";

export type { CarrierRecording };

/** Where a conversation is recorded: in the conference of this name, or on this leg. */
export type RecordedAt = { conference: string } | { callSid: string };

/** The place of a conversation; `lineSid` is the caller's leg where there is no conference. */
export const placeOf = (talkId: string, lineSid: string | null): RecordedAt =>
  lineSid === null ? { conference: talkId } : { callSid: lineSid };

export interface CarrierMessage {
  recordingSid: string;
  url: string;
  durationSeconds: number;
  isOver: boolean;
}

/** What the house asks of the carrier about recorded sound. Throws CarrierError and nothing else. */
export interface CarrierRecordings {
  /** Pauses the recording that goes on there (it keeps silence meanwhile), or goes on; "gone" when there is none. */
  setPaused(at: RecordedAt, paused: boolean): Promise<void>;
  /** The newest recording there, over or not; undefined when there is none. */
  newest(at: RecordedAt): Promise<CarrierRecording | undefined>;
  /** The messages that were left on this leg, over or not. */
  messagesOf(callSid: string): Promise<CarrierMessage[]>;
  /** What became of a message's transcription (text null: it failed); undefined while it is being made, or when there is none. */
  transcriptionOf(recordingSid: string): Promise<{ text: string | null } | undefined>;
  /** Deletes a recording; "gone" when there is no such one any more. */
  remove(recordingSid: string): Promise<void>;
  /** The sound, or the part of it that a Range header asks for, if the carrier gives parts. "gone" when there is none. */
  sound(recordingSid: string, range: string | undefined): Promise<Response>;
}
