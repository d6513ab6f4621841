import { FRAME_SAMPLES, type Frame } from "../contract";

/** 320 ms of sound: more than this ahead of the reader is a jump of the sender's clock, not jitter. */
const CAPACITY = 2_560;
/** 40 ms are gathered before playing starts and again after each gap. */
const TARGET_DEPTH = 320;
/** Above 120 ms the surplus is skipped, or the sender's faster clock would delay the call ever more. */
const MOST_DEPTH = 960;
const TIMESTAMP_WRAP = 2 ** 32;

/**
 * Puts incoming sound in order by RTP timestamp (RFC 3550) and hands it out in steps of 20 ms. Memory is one ring of
 * 320 ms. Lost packets are heard as silence, late ones are dropped, packets of any length are welcome.
 */
export class JitterBuffer {
  private readonly ring = new Int16Array(CAPACITY);
  private started = false;
  private filling = true;
  /** Timestamps counted on past 32 bits, so that the wrap needs no special case anywhere else. */
  private readAt = 0;
  private endAt = 0;

  /** Adds the samples of one packet; `timestamp` is the 32-bit RTP timestamp in samples. */
  push(timestamp: number, samples: Int16Array): void {
    let at = this.unwrap(timestamp);
    const tooFarAhead = at + samples.length > this.readAt + CAPACITY;
    const longGone = at < this.readAt - CAPACITY;
    if (!this.started || tooFarAhead || longGone) {
      this.restart(timestamp);
      at = timestamp;
    }
    for (let i = 0; i < samples.length && i < CAPACITY; i += 1) {
      if (at + i >= this.readAt) this.ring[(at + i) % CAPACITY] = samples[i] ?? 0;
    }
    this.endAt = Math.max(this.endAt, at + Math.min(samples.length, CAPACITY));
  }

  /** The next 20 ms, or null while there is nothing to play. */
  pull(): Frame | null {
    const depth = this.endAt - this.readAt;
    if (depth < (this.filling ? TARGET_DEPTH : FRAME_SAMPLES)) {
      this.filling = true;
      return null;
    }
    this.filling = false;
    if (depth > MOST_DEPTH) this.skip(depth - TARGET_DEPTH);
    const frame = new Int16Array(FRAME_SAMPLES);
    for (let i = 0; i < FRAME_SAMPLES; i += 1) frame[i] = this.take();
    return frame;
  }

  private skip(samples: number): void {
    for (let i = 0; i < samples; i += 1) this.take();
  }

  private take(): number {
    const index = this.readAt % CAPACITY;
    const sample = this.ring[index] ?? 0;
    this.ring[index] = 0;
    this.readAt += 1;
    return sample;
  }

  private restart(timestamp: number): void {
    this.ring.fill(0);
    this.readAt = timestamp;
    this.endAt = timestamp;
    this.started = true;
    this.filling = true;
  }

  private unwrap(timestamp: number): number {
    const lap = Math.round((this.endAt - timestamp) / TIMESTAMP_WRAP);
    return timestamp + lap * TIMESTAMP_WRAP;
  }
}
