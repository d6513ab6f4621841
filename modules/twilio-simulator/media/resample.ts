import { setImmediate as nextTurn } from "node:timers/promises";
import { toSample } from "./frames";

/** Zero crossings of the sinc on each side: about 60 dB of stop band with the window below. */
const ZERO_CROSSINGS = 16;
/** The filter starts to fall a little below the new Nyquist frequency, so that its slope does not alias. */
const PASS_BAND = 0.92;
/** The frame clock must not wait for a long clip: the work is cut into turns of about a millisecond or two. */
const SAMPLES_PER_TURN = 8_000;

interface Filter {
  /** One row of taps for each fraction of an input sample that an output sample can fall on. */
  rows: Float32Array[];
  taps: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Blackman window over -1..1. */
function blackman(x: number): number {
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

/**
 * Taps of a windowed-sinc low-pass filter, one row for each phase (J. O. Smith, "Digital Audio Resampling Home Page",
 * CCRMA; the polyphase form of band-limited interpolation). Every row sums to 1, so steady levels stay as they are.
 */
function designFilter(fromHz: number, toHz: number, phases: number): Filter {
  const cutoff = PASS_BAND * Math.min(1, toHz / fromHz);
  const reach = Math.ceil(ZERO_CROSSINGS / cutoff);
  const taps = reach * 2;
  const rows: Float32Array[] = [];
  for (let phase = 0; phase < phases; phase += 1) {
    const row = new Float32Array(taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = tap - reach + 1 - phase / phases;
      const weight = Math.abs(distance) >= reach ? 0 : sinc(distance * cutoff) * blackman(distance / reach);
      row[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap += 1) row[tap] = (row[tap] ?? 0) / sum;
    rows.push(row);
  }
  return { rows, taps };
}

/**
 * Converts sound to another sample rate with a low-pass filter against aliasing (pass band to 92 % of the lower Nyquist
 * frequency). Yields to other work between stretches of a second.
 * @param fromHz whole number of samples per second of the input
 * @param toHz whole number of samples per second of the result
 */
export async function resample(samples: Int16Array, fromHz: number, toHz: number): Promise<Int16Array> {
  if (fromHz === toHz) return samples;
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const phases = toHz / divisor;
  const step = fromHz / divisor;
  const filter = designFilter(fromHz, toHz, phases);
  const result = new Int16Array(Math.floor((samples.length * toHz) / fromHz));
  for (let i = 0; i < result.length; i += 1) {
    const position = i * step;
    const first = Math.floor(position / phases) - filter.taps / 2 + 1;
    const row = filter.rows[position % phases];
    let sum = 0;
    for (let tap = 0; tap < filter.taps; tap += 1) sum += (samples[first + tap] ?? 0) * (row?.[tap] ?? 0);
    result[i] = toSample(sum);
    if (i % SAMPLES_PER_TURN === SAMPLES_PER_TURN - 1) await nextTurn();
  }
  return result;
}
