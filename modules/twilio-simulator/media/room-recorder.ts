import { FRAME_SAMPLES, SAMPLE_RATE_HZ, type Frame, type MixRecorder, type PauseBehavior } from "../contract";
import { SILENCE } from "./frames";
import { decodeMuLaw, encodeMuLaw } from "./mu-law";
import { encodeWav } from "./wav";

/** Two hours; what is said later is not kept. 57 MB of mu-law. */
const MOST_FRAMES = (2 * 3_600 * SAMPLE_RATE_HZ) / FRAME_SAMPLES;

const SILENT = encodeMuLaw(SILENCE);

/** Keeps what is said in a room, except while paused. Whispers are not said in the room. */
export class RoomRecorder implements MixRecorder {
  private readonly frames: Uint8Array[] = [];
  private paused: PauseBehavior | false = false;

  constructor(private readonly onStop: () => void) {}

  add(frame: Frame): void {
    if (this.paused === "skip" || this.frames.length >= MOST_FRAMES) return;
    this.frames.push(this.paused === "silence" ? SILENT : encodeMuLaw(frame));
  }

  setPaused(paused: PauseBehavior | false): void {
    this.paused = paused;
  }

  seconds(): number {
    return (this.frames.length * FRAME_SAMPLES) / SAMPLE_RATE_HZ;
  }

  stop(): Buffer {
    this.onStop();
    const samples = new Int16Array(this.frames.length * FRAME_SAMPLES);
    this.frames.forEach((frame, at) => samples.set(decodeMuLaw(frame), at * FRAME_SAMPLES));
    return encodeWav(samples, SAMPLE_RATE_HZ);
  }
}
