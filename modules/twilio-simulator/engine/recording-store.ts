import { clock } from "../clock";
import type { MixRecorder, PauseBehavior } from "../contract";
import { newSid } from "./sids";

export type RecordingStatus = "in-progress" | "paused" | "completed" | "absent";

/** Sound that is kept, or being kept. */
export interface Recording {
  readonly sid: string;
  /** Null where it is the recording of a conference. */
  callSid: string | null;
  conferenceSid: string | null;
  source: "RecordVerb" | "DialVerb" | "Conference";
  startedAt: Date;
  updatedAt: Date;
  status: RecordingStatus;
  /** Whole seconds; null while it goes on. */
  durationSeconds: number | null;
  /** A WAV file of 16-bit mono sound at 8 kHz; null while it goes on, and when there is nothing in it. */
  wav: Buffer | null;
  /** What was said, written down; null where nobody asked for it. */
  transcription: Transcription | null;
}

/** A transcription as REST shows it. */
export interface Transcription {
  readonly sid: string;
  status: "in-progress" | "completed" | "failed";
  /** Empty unless it was completed. */
  text: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

const MOST_RECORDINGS = 200;
/** Bytes of sound kept in memory: four and a half hours. */
const MOST_BYTES = 256 * 1_024 * 1_024;

/** The last recordings, in memory; the oldest go first when there are too many, or too much sound. */
export class RecordingStore {
  private readonly bySid = new Map<string, Recording>();
  private readonly recorders = new Map<string, MixRecorder>();

  /** Begins to keep what a recorder hears. */
  begin(about: Pick<Recording, "callSid" | "conferenceSid" | "source">, recorder: MixRecorder): Recording {
    const now = clock.date();
    const recording: Recording = {
      sid: newSid("RE"),
      ...about,
      startedAt: now,
      updatedAt: now,
      status: "in-progress",
      durationSeconds: null,
      wav: null,
      transcription: null,
    };
    this.bySid.set(recording.sid, recording);
    this.recorders.set(recording.sid, recorder);
    return recording;
  }

  /** Pauses or goes on; nothing changes for one that is over. */
  setPaused(recording: Recording, paused: PauseBehavior | false): void {
    if (!this.goesOn(recording)) return;
    this.recorders.get(recording.sid)?.setPaused(paused);
    recording.status = paused === false ? "in-progress" : "paused";
    recording.updatedAt = clock.date();
  }

  goesOn(recording: Recording): boolean {
    return recording.status === "in-progress" || recording.status === "paused";
  }

  /** Ends it: "absent" when nothing was kept. Nothing changes for one that is over. */
  finish(recording: Recording): void {
    const recorder = this.recorders.get(recording.sid);
    if (!recorder || !this.goesOn(recording)) return;
    this.recorders.delete(recording.sid);
    const kept = recorder.seconds();
    const seconds = kept === 0 ? 0 : Math.max(1, Math.round(kept));
    const wav = recorder.stop();
    recording.updatedAt = clock.date();
    recording.durationSeconds = seconds;
    recording.status = seconds === 0 ? "absent" : "completed";
    recording.wav = seconds === 0 ? null : wav;
    this.forgetOldest();
  }

  find(sid: string): Recording | undefined {
    return this.bySid.get(sid);
  }

  /** Newest first. */
  list(): Recording[] {
    return [...this.bySid.values()].reverse();
  }

  remove(sid: string): void {
    this.recorders.get(sid)?.stop();
    this.recorders.delete(sid);
    this.bySid.delete(sid);
  }

  clear(): void {
    for (const sid of [...this.bySid.keys()]) this.remove(sid);
  }

  private forgetOldest(): void {
    const over = [...this.bySid.values()].filter((one) => !this.goesOn(one));
    let bytes = over.reduce((sum, { wav }) => sum + (wav?.length ?? 0), 0);
    for (const oldest of over.slice(0, -1)) {
      if (this.bySid.size <= MOST_RECORDINGS && bytes <= MOST_BYTES) return;
      bytes -= oldest.wav?.length ?? 0;
      this.remove(oldest.sid);
    }
  }
}
