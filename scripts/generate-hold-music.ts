import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes the hold music: two pieces of 9.6 s (8 kHz, 16 bits, mono) that join in any order. Waiting callers are heard
 * of between two pieces, so a piece must stay below 10 s. Run it with `tsx scripts/generate-hold-music.ts`; its output
 * is committed.
 */
const RATE_HZ = 8_000;
const BEAT_SECONDS = 0.6;
const BEATS = 16;
const BAR_BEATS = 4;
const PEAK = 0.32;

/** Semitones above A3 (220 Hz): a chord a bar, low note first. */
const PIECES: readonly (readonly (readonly number[])[])[] = [
  [
    [3, 7, 10, 14],
    [0, 3, 7, 10],
    [-4, 3, 8, 12],
    [-2, 5, 10, 14],
  ],
  [
    [3, 10, 14, 19],
    [0, 7, 10, 15],
    [-4, 8, 12, 15],
    [-2, 5, 10, 14],
  ],
];
/** Which note of the chord each half beat plucks. */
const PATTERN = [0, 2, 1, 3, 2, 1, 3, 2];

const frequency = (semitones: number): number => 220 * 2 ** (semitones / 12);

function compose(bars: readonly (readonly number[])[]): Int16Array {
  const samples = new Float64Array(Math.round(BEATS * BEAT_SECONDS * RATE_HZ));
  const stepSeconds = BEAT_SECONDS / 2;
  bars.forEach((chord, bar) => {
    const start = bar * BAR_BEATS * BEAT_SECONDS;
    addTone(samples, frequency((chord[0] ?? 0) - 12), start, BAR_BEATS * BEAT_SECONDS, 0.3, 0.4);
    PATTERN.forEach((note, step) => {
      addTone(samples, frequency(chord[note] ?? 0), start + step * stepSeconds, 1.6, 0.22, 0.01);
    });
  });
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(samples, (value) => Math.round((value / loudest) * PEAK * 32_767));
}

/** A soft plucked tone; what rings past the end comes in again at the beginning, so that the pieces join. */
function addTone(
  samples: Float64Array,
  hertz: number,
  startSeconds: number,
  seconds: number,
  volume: number,
  attackSeconds: number,
): void {
  const first = Math.round(startSeconds * RATE_HZ);
  const count = Math.round(seconds * RATE_HZ);
  for (let i = 0; i < count; i += 1) {
    const t = i / RATE_HZ;
    const envelope = Math.min(1, t / attackSeconds) * Math.exp((-3 * t) / seconds) * Math.min(1, (count - i) / 400);
    const phase = 2 * Math.PI * hertz * t;
    const wave = Math.sin(phase) + 0.3 * Math.sin(2 * phase) + 0.08 * Math.sin(3 * phase);
    const at = (first + i) % samples.length;
    samples[at] = (samples[at] ?? 0) + volume * envelope * wave;
  }
}

function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  const bytes = samples.length * 2;
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE_HZ, 24);
  header.writeUInt32LE(RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

const directory = join(import.meta.dirname, "..", "public", "audio");
await mkdir(directory, { recursive: true });
for (const [index, bars] of PIECES.entries()) {
  const file = join(directory, `hold-music-${index + 1}.wav`);
  await writeFile(file, wav(compose(bars)));
  console.log(`Wrote ${file}`);
}
