import { decodeMuLaw } from "./mu-law";

const PCM = 1;
const MU_LAW = 7;
const EXTENSIBLE = 0xfffe;
const LOWEST_RATE_HZ = 4_000;
const HIGHEST_RATE_HZ = 96_000;

/** Sound of one channel at any sample rate. */
export interface Recording {
  samples: Int16Array;
  sampleRateHz: number;
}

interface Format {
  tag: number;
  channels: number;
  sampleRateHz: number;
  bits: number;
}

/**
 * Reads a WAV file (RIFF WAVE: PCM of 8 or 16 bits, or mu-law); several channels are averaged into one.
 * @throws Error saying what is wrong with the file
 */
export function decodeWav(file: Buffer): Recording {
  if (file.length < 12 || file.toString("latin1", 0, 4) !== "RIFF" || file.toString("latin1", 8, 12) !== "WAVE") {
    throw new Error("Not a WAV file.");
  }
  let format: Format | null = null;
  let at = 12;
  while (at + 8 <= file.length) {
    const name = file.toString("latin1", at, at + 4);
    const size = file.readUInt32LE(at + 4);
    // Streamed files leave the size of their data at 0 or at its maximum: the rest of the file is meant.
    const body = file.subarray(
      at + 8,
      Math.min(file.length, at + 8 + (size === 0 && name === "data" ? file.length : size)),
    );
    if (name === "fmt ") format = readFormat(body);
    if (name === "data") {
      if (!format) throw new Error("The WAV file has sound before its format.");
      return { samples: mixDown(readSamples(body, format), format.channels), sampleRateHz: format.sampleRateHz };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error("The WAV file has no sound in it.");
}

function readFormat(body: Buffer): Format {
  if (body.length < 16) throw new Error("The format of the WAV file is cut off.");
  const tag = body.readUInt16LE(0);
  const format: Format = {
    // The extensible form carries the real tag as the first two bytes of its sub-format.
    tag: tag === EXTENSIBLE && body.length >= 26 ? body.readUInt16LE(24) : tag,
    channels: body.readUInt16LE(2),
    sampleRateHz: body.readUInt32LE(4),
    bits: body.readUInt16LE(14),
  };
  const known =
    (format.tag === PCM && (format.bits === 8 || format.bits === 16)) || (format.tag === MU_LAW && format.bits === 8);
  if (!known)
    throw new Error(
      `WAV encoding ${format.tag} with ${format.bits} bits is not supported; use PCM of 8 or 16 bits, or mu-law.`,
    );
  if (format.channels < 1 || format.channels > 8)
    throw new Error(`A WAV file with ${format.channels} channels is not supported.`);
  if (format.sampleRateHz < LOWEST_RATE_HZ || format.sampleRateHz > HIGHEST_RATE_HZ) {
    throw new Error(
      `A WAV file at ${format.sampleRateHz} Hz is not supported; use ${LOWEST_RATE_HZ} to ${HIGHEST_RATE_HZ}.`,
    );
  }
  return format;
}

function readSamples(body: Buffer, format: Format): Int16Array {
  if (format.tag === MU_LAW) return decodeMuLaw(body);
  if (format.bits === 8) return Int16Array.from(body, (byte) => (byte - 128) * 256);
  const samples = new Int16Array(Math.floor(body.length / 2));
  for (let i = 0; i < samples.length; i += 1) samples[i] = body.readInt16LE(i * 2);
  return samples;
}

function mixDown(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples;
  const mono = new Int16Array(Math.floor(samples.length / channels));
  for (let i = 0; i < mono.length; i += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[i * channels + channel] ?? 0;
    mono[i] = Math.round(sum / channels);
  }
  return mono;
}

/** Writes a WAV file: PCM, 16 bits, one channel. */
export function encodeWav(samples: Int16Array, sampleRateHz: number): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(samples.length * 2, 40);
  for (let i = 0; i < samples.length; i += 1) file.writeInt16LE(samples[i] ?? 0, 44 + i * 2);
  return file;
}
