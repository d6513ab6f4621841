import { describe, expect, it } from "vitest";
import { rms } from "../../../modules/twilio-simulator/media/frames";
import { holdMusicLoop, holdMusicSource } from "../../../modules/twilio-simulator/media/hold-music";
import { JitterBuffer } from "../../../modules/twilio-simulator/media/jitter-buffer";
import { resample } from "../../../modules/twilio-simulator/media/resample";
import { TelephoneEvents } from "../../../modules/twilio-simulator/media/telephone-events";
import { keyTones, ringbackTone } from "../../../modules/twilio-simulator/media/tones";
import { largestJump, level, readAll, sine, tonePower } from "./signals";

describe("resampler", () => {
  it.each([11_025, 16_000, 22_050, 44_100, 48_000])("keeps a tone of 1 kHz from %i Hz as it is", async (rate) => {
    const result = await resample(sine(1_000, 1, 10_000, rate), rate, 8_000);
    expect(result.length).toBe(8_000);
    expect(tonePower(result, 1_000)).toBeCloseTo(10_000 / 32_768, 2);
  });

  it("lets nothing above the new Nyquist frequency fold back", async () => {
    const result = await resample(sine(5_000, 1, 20_000, 22_050), 22_050, 8_000);
    // Without the filter all of it would be heard at 8000 - 5000 = 3000 Hz.
    expect(20 * Math.log10(rms(result.subarray(200, -200)) / (20_000 / 32_768))).toBeLessThan(-50);
  });

  it("raises rates too", async () => {
    const result = await resample(sine(500, 1, 10_000, 4_000), 4_000, 8_000);
    expect(tonePower(result, 500)).toBeCloseTo(10_000 / 32_768, 2);
    expect(tonePower(result, 3_500)).toBeLessThan(0.001);
  });
});

describe("hold music", () => {
  it("loops without a click and has no jump a tone would not have", () => {
    const loop = holdMusicLoop();
    const seam = Math.abs((loop[0] ?? 0) - (loop.at(-1) ?? 0));
    // Its highest partials, below 2.4 kHz, are weak: neighbouring samples stay well within one peak (5,800) of each other.
    expect(seam).toBeLessThan(900);
    expect(largestJump(readAll(holdMusicSource(), 30))).toBeLessThan(4_500);
  });

  it("is quiet, never silent and never near full scale", () => {
    const music = readAll(holdMusicSource(), 26);
    const peak = music.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeLessThan(8_000);
    for (let second = 0; second < 25; second += 1) {
      const loudness = rms(music.subarray(second * 8_000, (second + 1) * 8_000));
      expect(loudness).toBeGreaterThan(0.01);
      expect(loudness).toBeLessThan(0.1);
    }
  });

  it("is not one tone but many", () => {
    const music = readAll(holdMusicSource(), 3);
    const notes = [261.63, 329.63, 392, 493.88].map((hz) => tonePower(music, hz));
    for (const power of notes) expect(power).toBeGreaterThan(0.001);
  });
});

describe("tones", () => {
  it("ring back for 2 s out of 6", () => {
    const tone = readAll(ringbackTone(), 12);
    expect(tonePower(tone.subarray(0, 16_000), 440)).toBeGreaterThan(0.05);
    expect(rms(tone.subarray(16_100, 47_900))).toBe(0);
    expect(rms(tone.subarray(48_000, 64_000))).toBeGreaterThan(0.03);
  });

  it("are those of the key", () => {
    const five = readAll(keyTones("5")).subarray(0, 800);
    expect(tonePower(five, 770)).toBeGreaterThan(0.05);
    expect(tonePower(five, 1_336)).toBeGreaterThan(0.05);
    expect(tonePower(five, 1_209)).toBeLessThan(0.02);
    expect(() => keyTones("x")).toThrow(RangeError);
  });
});

describe("telephone events", () => {
  const packet = (event: number, end = false): Uint8Array => Uint8Array.of(event, end ? 0x8a : 0x0a, 0, 160);

  it("reports each key once, however many packets carry it and whichever arrive", () => {
    const events = new TelephoneEvents();
    const heard = [
      events.read(1_000, packet(5)),
      events.read(1_000, packet(5)),
      events.read(1_000, packet(5, true)),
      // Only the last packet of this one got through.
      events.read(3_000, packet(11, true)),
      events.read(1_000, packet(5, true)),
      events.read(5_000, packet(5)),
    ];
    expect(heard).toEqual(["5", null, null, "#", null, "5"]);
  });

  it("ignores other events and broken payloads", () => {
    const events = new TelephoneEvents();
    expect(events.read(1, packet(12))).toBeNull();
    expect(events.read(2, packet(64))).toBeNull();
    expect(events.read(3, Uint8Array.of(5))).toBeNull();
    expect(events.read(4, new Uint8Array(0))).toBeNull();
  });
});

describe("jitter buffer", () => {
  const values = (buffer: JitterBuffer, frames: number): (number | null)[] =>
    Array.from({ length: frames }, () => buffer.pull()?.[0] ?? null);

  it("waits for 40 ms and then plays in order, whatever the order of arrival", () => {
    const buffer = new JitterBuffer();
    buffer.push(160, level(1));
    expect(buffer.pull()).toBeNull();
    buffer.push(480, level(3));
    buffer.push(320, level(2));
    expect(values(buffer, 4)).toEqual([1, 2, 3, null]);
  });

  it("fills a lost packet with silence and drops what comes too late", () => {
    const buffer = new JitterBuffer();
    for (const n of [0, 1, 3, 4]) buffer.push(n * 160, level(n + 1));
    expect(values(buffer, 4)).toEqual([1, 2, 0, 4]);
    buffer.push(2 * 160, level(3));
    expect(values(buffer, 2)).toEqual([5, null]);
  });

  it("goes on over the wrap of the timestamp", () => {
    const buffer = new JitterBuffer();
    const start = 2 ** 32 - 160;
    [0, 1, 2, 3].forEach((n) => buffer.push((start + n * 160) % 2 ** 32, level(n + 1)));
    expect(values(buffer, 4)).toEqual([1, 2, 3, 4]);
  });

  it("starts afresh after a jump, and catches up instead of lagging ever more", () => {
    const buffer = new JitterBuffer();
    buffer.push(0, level(1));
    buffer.push(900_000, level(2));
    buffer.push(900_160, level(3));
    expect(values(buffer, 2)).toEqual([2, 3]);
    for (let n = 2; n < 12; n += 1) buffer.push(900_000 + n * 160, level(n + 2));
    // 10 frames wait: all but the last two are skipped.
    expect(values(buffer, 3)).toEqual([12, 13, null]);
  });
});
