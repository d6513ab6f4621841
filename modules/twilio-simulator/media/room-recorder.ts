import { FRAME_SAMPLES, SAMPLE_RATE_HZ, type Frame, type MixRecorder } from "../contract";
import { decodeMuLaw, encodeMuLaw } from "./mu-law";
import { encodeWav } from "./wav";

/** Two hours; what is said later is not kept. 57 MB of mu-law. */
const MOST_FRAMES = (2 * 3_600 * SAMPLE_RATE_HZ) / FRAME_SAMPLES;

/** Keeps what is said in a room, except while paused. Whispers are not said in the room. */
export class RoomRecorder implements MixRecorder {
  private readonly frames: Uint8Array[] = [];
  private paused = false;

  constructor(private readonly onStop: () => void) {}

  add(frame: Frame): void {
    if (!this.paused && this.frames.length < MOST_FRAMES) this.frames.push(encodeMuLaw(frame));
  }

  setPaused(paused: boolean): void {
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
