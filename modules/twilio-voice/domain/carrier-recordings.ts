import type { CarrierRecording } from "@/modules/call-queue/domain/recordings";

export type { CarrierRecording };

/** What the house asks of the carrier about recorded sound. Throws CarrierError and nothing else. */
export interface CarrierRecordings {
  /** Pauses the recording of the conference of this name (it keeps silence meanwhile), or goes on; "gone" when there is none. */
  setPaused(conferenceName: string, paused: boolean): Promise<void>;
  /** The newest recording of a conference of this name, over or not; undefined when there is none. */
  ofConference(conferenceName: string): Promise<CarrierRecording | undefined>;
  /** Deletes a recording; "gone" when there is no such one any more. */
  remove(recordingSid: string): Promise<void>;
  /** The sound, or the part of it that a Range header asks for, if the carrier gives parts. "gone" when there is none. */
  sound(recordingSid: string, range: string | undefined): Promise<Response>;
}
