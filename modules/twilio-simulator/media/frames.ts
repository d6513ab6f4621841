import { FRAME_SAMPLES, type AudioSource, type Frame } from "../contract";

/** A frame of digital silence. Shared: never write into it. */
export const SILENCE: Frame = new Int16Array(FRAME_SAMPLES);

/** Brings any number into the range of a 16-bit sample, rounding to the nearest. */
export function toSample(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}

/** Sum of the squared samples, each on the scale -1..1: the energy that levels are averaged from. */
export function frameEnergy(frame: Frame): number {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  return sum / (32_768 * 32_768);
}

/** Root mean square of the samples on the scale 0..1; 0 for none. */
export function rms(samples: Int16Array): number {
  return samples.length === 0 ? 0 : Math.sqrt(frameEnergy(samples) / samples.length);
}

/** Reads samples once from start to end; the last frame is filled up with silence. */
export function sourceOf(samples: Int16Array): AudioSource {
  let position = 0;
  return {
    read() {
      if (position >= samples.length) return null;
      const frame = new Int16Array(FRAME_SAMPLES);
      frame.set(samples.subarray(position, position + FRAME_SAMPLES));
      position += FRAME_SAMPLES;
      return frame;
    },
  };
}

/**
 * Reads samples over and over without an end or a gap, from `start` (samples) on.
 * @throws RangeError for an empty loop
 */
export function loopOf(samples: Int16Array, start = 0): AudioSource {
  if (samples.length === 0) throw new RangeError("A loop needs at least one sample.");
  let position = start % samples.length;
  return {
    read() {
      const frame = new Int16Array(FRAME_SAMPLES);
      for (let i = 0; i < FRAME_SAMPLES; i += 1) {
        frame[i] = samples[position] ?? 0;
        position = (position + 1) % samples.length;
      }
      return frame;
    },
  };
}
