import { SAMPLE_RATE_HZ, type AudioSource } from "../contract";
import { loopOf, sourceOf, toSample } from "./frames";

/** 5 ms of fading at both ends, so that a tone neither starts nor ends with a click. */
const FADE_SAMPLES = 40;
/** Peak of each of the two frequencies of a tone: together about -17 dBFS. */
const PARTIAL_PEAK = 2_300;

function twoTones(frequenciesHz: readonly [number, number], seconds: number): Int16Array {
  const samples = new Int16Array(Math.round(seconds * SAMPLE_RATE_HZ));
  for (let i = 0; i < samples.length; i += 1) {
    const fade = Math.min(1, i / FADE_SAMPLES, (samples.length - 1 - i) / FADE_SAMPLES);
    const angle = (2 * Math.PI * i) / SAMPLE_RATE_HZ;
    samples[i] = toSample(
      PARTIAL_PEAK * fade * (Math.sin(angle * frequenciesHz[0]) + Math.sin(angle * frequenciesHz[1])),
    );
  }
  return samples;
}

/** Endless ringback tone of North America (ITU-T E.180 supplement 2: 440 + 480 Hz, 2 s on, 4 s off). */
export function ringbackTone(): AudioSource {
  const cadence = new Int16Array(6 * SAMPLE_RATE_HZ);
  cadence.set(twoTones([440, 480], 2));
  return loopOf(cadence);
}

const ROWS_HZ = [697, 770, 852, 941] as const;
const COLUMNS_HZ = [1_209, 1_336, 1_477] as const;
const KEYPAD = ["123", "456", "789", "*0#"] as const;

/**
 * The tones of keys one after another, 100 ms each with pauses of 60 ms (frequencies: ITU-T Q.23).
 * @param keys any of 0-9 * #; a "w" is half a second of silence
 * @throws RangeError for any other character
 */
export function keyTones(keys: string): AudioSource {
  const parts: Int16Array[] = [];
  for (const key of keys) {
    if (key === "w") {
      parts.push(new Int16Array(SAMPLE_RATE_HZ / 2));
      continue;
    }
    const row = KEYPAD.findIndex((line) => line.includes(key));
    const rowHz = ROWS_HZ[row];
    const columnHz = COLUMNS_HZ[KEYPAD[row]?.indexOf(key) ?? -1];
    if (rowHz === undefined || columnHz === undefined) throw new RangeError(`There is no key "${key}" on a telephone.`);
    parts.push(twoTones([rowHz, columnHz], 0.1), new Int16Array(Math.round(SAMPLE_RATE_HZ * 0.06)));
  }
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return sourceOf(samples);
}
