import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Synthesises the softphone's sounds into public/sounds: `tsx scripts/make-sounds.ts`. The files are committed; run it
 * again only to change how they sound. WAV, PCM 16 bits, mono.
 */
const RATE_HZ = 16_000;
const folder = new URL("../public/sounds/", import.meta.url);

interface Tone {
  hertz: readonly number[];
  atMs: number;
  forMs: number;
  /** 0 to 1. */
  loud: number;
  /** Milliseconds until a struck note has faded to a third; undefined holds it. */
  fadeMs?: number;
}

/** Mixes tones into samples of -1 to 1, with 5 ms ramps so that nothing clicks. */
function render(lengthMs: number, tones: readonly Tone[]): Float64Array {
  const samples = new Float64Array(Math.round((lengthMs * RATE_HZ) / 1000));
  const ramp = 0.005 * RATE_HZ;
  for (const tone of tones) {
    const from = Math.round((tone.atMs * RATE_HZ) / 1000);
    const count = Math.min(samples.length - from, Math.round((tone.forMs * RATE_HZ) / 1000));
    for (let i = 0; i < count; i += 1) {
      const edge = Math.min(1, i / ramp, (count - i) / ramp);
      const fade = tone.fadeMs === undefined ? 1 : Math.exp(-(i * 1000) / RATE_HZ / tone.fadeMs);
      const wave =
        tone.hertz.reduce((sum, hz) => sum + Math.sin((2 * Math.PI * hz * i) / RATE_HZ), 0) / tone.hertz.length;
      samples[from + i] = (samples[from + i] ?? 0) + wave * edge * fade * tone.loud;
    }
  }
  return samples;
}

function wav(samples: Float64Array): Buffer {
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((value, i) => data.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), i * 2));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const bell = (hz: number, atMs: number): Tone[] => [
  { hertz: [hz], atMs, forMs: 900, loud: 0.34, fadeMs: 260 },
  { hertz: [hz * 2.01], atMs, forMs: 500, loud: 0.1, fadeMs: 120 },
];

/** Two soft bell chords and a pause: clear across a room, never shrill. */
const ringtone = render(3_000, [...bell(659.3, 0), ...bell(830.6, 160), ...bell(659.3, 620), ...bell(987.8, 780)]);
const outgoing = render(4_000, [{ hertz: [440, 480], atMs: 0, forMs: 1_600, loud: 0.22 }]);
const hangUp = render(420, [
  { hertz: [523.3], atMs: 0, forMs: 200, loud: 0.25, fadeMs: 120 },
  { hertz: [392], atMs: 160, forMs: 240, loud: 0.25, fadeMs: 120 },
]);

const LOW_HZ = [697, 770, 852, 941] as const;
const HIGH_HZ = [1209, 1336, 1477] as const;
const KEYPAD = ["123", "456", "789", "s0h"] as const;

mkdirSync(folder, { recursive: true });
const write = (name: string, samples: Float64Array): void =>
  writeFileSync(fileURLToPath(new URL(`${name}.wav`, folder)), wav(samples));

write("ringtone", ringtone);
write("outgoing", outgoing);
write("hang-up", hangUp);
KEYPAD.forEach((keys, row) =>
  [...keys].forEach((key, column) =>
    write(
      `dtmf-${key}`,
      render(160, [{ hertz: [LOW_HZ[row] ?? 0, HIGH_HZ[column] ?? 0], atMs: 0, forMs: 140, loud: 0.3 }]),
    ),
  ),
);
