import { SAMPLE_RATE_HZ, type AudioSource } from "../contract";
import { loopOf, toSample } from "./frames";

/** Seconds between the notes of the arpeggio: unhurried. */
const NOTE_SECONDS = 0.4;
/** Seconds until a note has faded to a third. */
const DECAY_SECONDS = 0.75;
const RING_SECONDS = 3.2;
const RELEASE_SECONDS = 0.4;
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

/** One struck note: a sine with two quickly fading overtones, as of a soft electric piano; peak about 1. */
function strike(note: number): Float64Array {
  const angle = (2 * Math.PI * frequencyHz(note)) / SAMPLE_RATE_HZ;
  return Float64Array.from({ length: RING_SECONDS * SAMPLE_RATE_HZ }, (_, i) => {
    const seconds = i / SAMPLE_RATE_HZ;
    const attack = Math.min(1, seconds / ATTACK_SECONDS);
    const release = Math.min(1, (RING_SECONDS - seconds) / RELEASE_SECONDS);
    const overtones =
      0.3 * Math.exp(-seconds / 0.35) * Math.sin(angle * 2 * i) +
      0.1 * Math.exp(-seconds / 0.15) * Math.sin(angle * 3 * i);
    return attack * release * Math.exp(-seconds / DECAY_SECONDS) * (Math.sin(angle * i) + overtones);
  });
}

/** The first note of a bar stands out a little, the others breathe. */
function loudnessOf(index: number): number {
  return index % 8 === 0 ? 0.9 : 0.55 + 0.15 * Math.sin(index);
}

/** Notes whose tails run past the end of the loop go on at its beginning: that makes it seamless. */
function compose(): Int16Array {
  const spacing = NOTE_SECONDS * SAMPLE_RATE_HZ;
  const notes = CHORDS.flat();
  const struck = new Map([...new Set(notes)].map((note) => [note, strike(note)]));
  const loop = new Float64Array(notes.length * spacing);
  notes.forEach((note, index) => {
    const loudness = loudnessOf(index);
    struck.get(note)?.forEach((value, i) => {
      const at = (index * spacing + i) % loop.length;
      loop[at] = (loop[at] ?? 0) + loudness * value;
    });
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
