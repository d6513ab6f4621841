import { FRAME_SAMPLES, type AudioSource, type Frame } from "../../../modules/twilio-simulator/contract";

/** A sine at 8 kHz unless another rate is given. @param peak 0..32767 */
export function sine(hz: number, seconds: number, peak = 10_000, sampleRateHz = 8_000): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * i) / sampleRateHz)),
  );
}

/** A frame with the same value throughout. */
export function level(value: number): Frame {
  return new Int16Array(FRAME_SAMPLES).fill(value);
}

/** Reads up to `seconds` of a source. */
export function readAll(source: AudioSource, seconds = 60): Int16Array {
  const frames: Frame[] = [];
  while (frames.length < seconds * 50) {
    const frame = source.read();
    if (!frame) break;
    frames.push(frame);
  }
  const samples = new Int16Array(frames.length * FRAME_SAMPLES);
  frames.forEach((frame, index) => samples.set(frame, index * FRAME_SAMPLES));
  return samples;
}

/** Power of one frequency (Goertzel), relative to a sine of full scale: 1 for a full-scale sine of that frequency. */
export function tonePower(samples: Int16Array, hz: number, sampleRateHz = 8_000): number {
  let re = 0;
  let im = 0;
  samples.forEach((sample, i) => {
    const angle = (2 * Math.PI * hz * i) / sampleRateHz;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(re, im)) / samples.length / 32_768;
}

/** The largest difference between neighbouring samples: clicks stand out in it. */
export function largestJump(samples: Int16Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i += 1)
    largest = Math.max(largest, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)));
  return largest;
}
