import { newSid } from "./sids";

export interface Recording {
  sid: string;
  callSid: string;
  conferenceSid: string | null;
  source: "RecordVerb" | "DialVerb" | "Conference";
  startedAt: Date;
  /** Whole seconds. */
  durationSeconds: number;
  status: "completed" | "absent";
  /** A WAV file of 16-bit mono sound at 8 kHz. */
  wav: Buffer;
}

const MOST_RECORDINGS = 200;

/** The last recordings, in memory. */
export class RecordingStore {
  private readonly bySid = new Map<string, Recording>();

  add(details: Omit<Recording, "sid">): Recording {
    const recording = { sid: newSid("RE"), ...details };
    this.bySid.set(recording.sid, recording);
    const oldest = this.bySid.keys().next();
    if (this.bySid.size > MOST_RECORDINGS && !oldest.done) this.bySid.delete(oldest.value);
    return recording;
  }

  find(sid: string): Recording | undefined {
    return this.bySid.get(sid);
  }

  /** Newest first. */
  list(): Recording[] {
    return [...this.bySid.values()].reverse();
  }

  remove(sid: string): void {
    this.bySid.delete(sid);
  }

  clear(): void {
    this.bySid.clear();
  }
}
