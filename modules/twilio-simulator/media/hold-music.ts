import { SAMPLE_RATE_HZ, type AudioSource } from "../contract";
import { loopOf, toSample } from "./frames";

/** Seconds between the notes of the arpeggio: unhurried. */
const NOTE_SECONDS = 0.4;
/** Seconds until a note has faded to a third, as a soft electric piano would. */
const DECAY_SECONDS = 0.75;
const RING_SECONDS = 3.2;
const ATTACK_SECONDS = 0.012;
/** Peak of the finished loop, about -15 dBFS: in the background, and no clipping when voices join. */
const PEAK = 5_800;

/** Notes as MIDI numbers, one chord a line: C major 9, A minor 7, F major 7, G 6, with a return that leads home. */
const CHORDS: readonly (readonly number[])[] = [
  [48, 60, 64, 67, 71, 74, 71, 67],
  [45, 57, 64, 67, 72, 76, 72, 67],
  [41, 57, 60, 65, 69, 76, 69, 65],
  [43, 55, 62, 67, 71, 76, 71, 62],
  [48, 60, 64, 67, 74, 79, 74, 67],
  [40, 55, 59, 64, 71, 74, 71, 64],
  [41, 53, 60, 65, 69, 72, 69, 60],
  [43, 55, 60, 62, 67, 74, 71, 67],
];

/** Frequency of a note in equal temperament: 440 Hz times 2^((note - 69) / 12) (ISO 16 for the 440). */
function frequencyHz(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** Adds a struck note whose tail runs on past the end of the loop into its beginning: that makes the loop seamless. */
function addNote(loop: Float64Array, start: number, note: number, loudness: number): void {
  const angle = (2 * Math.PI * frequencyHz(note)) / SAMPLE_RATE_HZ;
  const length = Math.round(RING_SECONDS * SAMPLE_RATE_HZ);
  for (let i = 0; i < length; i += 1) {
    const seconds = i / SAMPLE_RATE_HZ;
    const attack = Math.min(1, seconds / ATTACK_SECONDS);
    const release = Math.min(1, (RING_SECONDS - seconds) / 0.4);
    const envelope = attack * release * Math.exp(-seconds / DECAY_SECONDS);
    const tone =
      Math.sin(angle * i) +
      0.3 * Math.exp(-seconds / 0.35) * Math.sin(angle * 2 * i) +
      0.1 * Math.exp(-seconds / 0.15) * Math.sin(angle * 3 * i);
    const index = (start + i) % loop.length;
    loop[index] = (loop[index] ?? 0) + loudness * envelope * tone;
  }
}

function compose(): Int16Array {
  const noteSamples = Math.round(NOTE_SECONDS * SAMPLE_RATE_HZ);
  const notes = CHORDS.flat();
  const loop = new Float64Array(notes.length * noteSamples);
  notes.forEach((note, index) => {
    const firstOfBar = index % 8 === 0;
    addNote(loop, index * noteSamples, note, firstOfBar ? 0.9 : 0.55 + 0.15 * Math.sin(index));
  });
  const peak = loop.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(loop, (value) => toSample((value / peak) * PEAK));
}

let composed: Int16Array | null = null;

/** The loop itself (25.6 s at 8 kHz), composed once a process. */
export function holdMusicLoop(): Int16Array {
  composed ??= compose();
  return composed;
}

/** Endless, gentle music from its beginning; each caller gets a source of its own. */
export function holdMusicSource(): AudioSource {
  return loopOf(holdMusicLoop());
}
