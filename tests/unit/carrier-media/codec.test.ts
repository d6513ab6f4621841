import { describe, expect, it } from "vitest";
import { rms } from "../../../modules/twilio-simulator/media/frames";
import { decodeMuLaw, encodeMuLaw } from "../../../modules/twilio-simulator/media/mu-law";
import { decodeWav, encodeWav } from "../../../modules/twilio-simulator/media/wav";
import { sine } from "./signals";

describe("mu-law", () => {
  // ITU-T G.711, table 2a: the decision values' outputs 8031, 7775, 4191, 2079, 1023, 495, 231, 99, 33, 2, 0 times 4.
  it.each([
    [0x80, 32_124],
    [0x81, 31_100],
    [0x8f, 16_764],
    [0x9f, 8_316],
    [0xaf, 4_092],
    [0xbf, 1_980],
    [0xcf, 924],
    [0xdf, 396],
    [0xef, 132],
    [0xfe, 8],
    [0xff, 0],
    [0x00, -32_124],
    [0x7e, -8],
  ])("decodes code %i as the recommendation says", (code, sample) => {
    expect([...decodeMuLaw(Uint8Array.of(code))]).toEqual([sample]);
  });

  it("encodes every decoded value back into its code (both zeros into 0xff)", () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const back = encodeMuLaw(decodeMuLaw(codes));
    expect([...back]).toEqual([...codes].map((code) => (code === 0x7f ? 0xff : code)));
  });

  it("stays within half a step of its segment over the whole range and clips beyond", () => {
    for (let sample = -32_768; sample <= 32_767; sample += 7) {
      const [decoded = 0] = decodeMuLaw(encodeMuLaw(Int16Array.of(sample)));
      const clipped = Math.max(-32_124, Math.min(32_124, sample));
      const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
      const halfStep = 2 ** (31 - Math.clz32(magnitude) - 7 + 2);
      expect(Math.abs(decoded - clipped)).toBeLessThanOrEqual(halfStep);
    }
  });

  it("keeps speech levels at better than 30 dB signal to noise", () => {
    const tone = sine(1_020, 1, 8_000);
    const decoded = decodeMuLaw(encodeMuLaw(tone));
    const noise = tone.map((sample, i) => sample - (decoded[i] ?? 0));
    expect(20 * Math.log10(rms(tone) / rms(noise))).toBeGreaterThan(30);
  });
});

/** A WAV file with any format header. */
function wavFile(
  format: { tag: number; channels: number; rate: number; bits: number },
  data: Buffer,
  junk = false,
): Buffer {
  const fmt = Buffer.alloc(24);
  fmt.write("fmt ", 0, "latin1");
  fmt.writeUInt32LE(16, 4);
  fmt.writeUInt16LE(format.tag, 8);
  fmt.writeUInt16LE(format.channels, 10);
  fmt.writeUInt32LE(format.rate, 12);
  fmt.writeUInt32LE((format.rate * format.channels * format.bits) / 8, 16);
  fmt.writeUInt16LE((format.channels * format.bits) / 8, 20);
  fmt.writeUInt16LE(format.bits, 22);
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 0, "latin1");
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const body = Buffer.concat([
    Buffer.from("WAVE"),
    fmt,
    junk ? chunk("LIST", Buffer.from("abc")) : Buffer.alloc(0),
    chunk("data", data),
  ]);
  return Buffer.concat([chunk("RIFF", body).subarray(0, 8), body]);
}

describe("wav", () => {
  it("reads what it writes", () => {
    const tone = sine(440, 0.1);
    expect(decodeWav(encodeWav(tone, 16_000))).toEqual({ samples: tone, sampleRateHz: 16_000 });
  });

  it("reads 8 bits, mu-law and stereo, past chunks of odd length", () => {
    expect([
      ...decodeWav(wavFile({ tag: 1, channels: 1, rate: 8_000, bits: 8 }, Buffer.of(128, 255, 0))).samples,
    ]).toEqual([0, 32_512, -32_768]);
    expect([
      ...decodeWav(wavFile({ tag: 7, channels: 1, rate: 8_000, bits: 8 }, Buffer.of(0x80, 0xff))).samples,
    ]).toEqual([32_124, 0]);
    const stereo = Buffer.from(Int16Array.of(1_000, 3_000, -500, -700).buffer);
    expect(decodeWav(wavFile({ tag: 1, channels: 2, rate: 44_100, bits: 16 }, stereo, true))).toEqual({
      samples: Int16Array.of(2_000, -600),
      sampleRateHz: 44_100,
    });
  });

  it.each([
    ["text", Buffer.from("<html>not found</html>"), "Not a WAV file."],
    ["nothing", Buffer.alloc(0), "Not a WAV file."],
    ["24 bits", wavFile({ tag: 1, channels: 1, rate: 8_000, bits: 24 }, Buffer.alloc(6)), "not supported"],
    ["a rate of 1 Hz", wavFile({ tag: 1, channels: 1, rate: 1, bits: 16 }, Buffer.alloc(4)), "not supported"],
    ["no sound", encodeWav(new Int16Array(0), 8_000).subarray(0, 36), "no sound"],
  ])("says why it can't read %s", (_, file, reason) => {
    expect(() => decodeWav(file)).toThrow(reason);
  });
});
