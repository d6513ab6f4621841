import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AudioEndpoint, Frame } from "../../../modules/twilio-simulator/contract";
import { createMediaPlane, type CarrierMedia } from "../../../modules/twilio-simulator/media/create-media-plane";
import { startFrameClock } from "../../../modules/twilio-simulator/media/frame-clock";
import { rms, sourceOf } from "../../../modules/twilio-simulator/media/frames";
import { decodeWav, encodeWav } from "../../../modules/twilio-simulator/media/wav";
import { longestBlock } from "../../support/longest-block";
import { level, readAll, sine } from "./signals";

let media: CarrierMedia;
beforeEach(() => {
  media = createMediaPlane();
});
afterEach(() => media.close());

/** A far end that says the same value all the time and remembers what it heard last. */
function endpoint(says: number) {
  const listeners = new Set<(frame: Frame) => void>();
  let heard: Frame = level(0);
  const timer = setInterval(() => listeners.forEach((listener) => listener(level(says))), 10);
  const far: AudioEndpoint = {
    send: (frame) => {
      heard = frame;
    },
    onFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDigit: () => () => undefined,
    close: () => clearInterval(timer),
  };
  return { far, hears: () => heard[80] };
}

const SOON = { timeout: 30_000, interval: 10 };
/** What the frame clock's thread may compute in one stretch; the speech itself takes seconds. */
const BLOCKED_MS = 120;

describe("mixes", () => {
  it("let everybody hear everybody else but not themselves, saturate, and respect mute", async () => {
    const people = [1_000, 2_000, 31_000].map((says) => endpoint(says));
    const legs = people.map(({ far }, index) => {
      const leg = media.createLeg(`CA${index}`);
      leg.attach(far);
      return leg;
    });
    const room = media.createMix("room");
    for (const leg of legs) leg.join(room);
    await expect.poll(() => people.map(({ hears }) => hears()), SOON).toEqual([32_767, 32_000, 3_000]);

    legs[1]?.setMuted(true);
    await expect.poll(() => people.map(({ hears }) => hears()), SOON).toEqual([31_000, 32_000, 1_000]);

    legs[2]?.leave();
    await expect.poll(() => people.map(({ hears }) => hears()), SOON).toEqual([0, 1_000, 0]);
    room.close();
    await expect.poll(() => people.map(({ hears }) => hears()), SOON).toEqual([0, 0, 0]);
  });

  it("carry a whisper to one ear alone, and record what is said aloud, except while paused", async () => {
    const [caller, agent, coach] = [1_000, 2_000, 4_000].map((says, index) => {
      const { far, hears } = endpoint(says);
      const leg = media.createLeg(`CA${index}`);
      leg.attach(far);
      return { leg, hears };
    });
    if (!caller || !agent || !coach) throw new Error("three people");
    const room = media.createMix("room");
    caller.leg.join(room);
    agent.leg.join(room);
    const recorder = room.record();
    coach.leg.join(room, { coaching: agent.leg });
    const heard = () => [caller.hears(), agent.hears(), coach.hears()];
    await expect.poll(heard, SOON).toEqual([2_000, 5_000, 3_000]);
    await expect.poll(() => recorder.seconds(), SOON).toBeGreaterThan(0.1);
    recorder.setPaused("skip");
    const kept = recorder.seconds();
    coach.leg.join(room);
    await expect.poll(heard, SOON).toEqual([6_000, 5_000, 3_000]);
    expect(recorder.seconds()).toBe(kept);
    const { samples } = decodeWav(recorder.stop());
    expect(samples).toHaveLength(kept * 8_000);
    // Mu-law keeps about 13 bits: 3,000 aloud, and nothing of the 4,000 whispered or said while paused.
    expect(Math.max(...samples)).toBeLessThan(3_200);
    expect(samples.at(-1)).toBeGreaterThan(2_800);
  });

  it("are covered by an announcement for one leg and heard again afterwards", async () => {
    const [a, b] = [endpoint(0), endpoint(5_000)];
    const [legA, legB] = [media.createLeg("CAa"), media.createLeg("CAb")];
    legA.attach(a.far);
    legB.attach(b.far);
    const room = media.createMix("room");
    legA.join(room);
    legB.join(room);
    const announcement = legA.play(sourceOf(new Int16Array(1_600).fill(777)));
    await expect.poll(() => a.hears(), SOON).toBe(777);
    expect(await announcement).toBe("ended");
    await expect.poll(() => a.hears(), SOON).toBe(5_000);
  });
});

describe("playing", () => {
  it("takes as long as the sound lasts, without an endpoint too", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const still = createMediaPlane();
    try {
      let outcome: string | undefined;
      void still
        .createLeg("CA1")
        .play(sourceOf(sine(440, 1)))
        .then((ended) => (outcome = ended));
      await vi.advanceTimersByTimeAsync(980);
      expect(outcome).toBeUndefined();
      await vi.advanceTimersByTimeAsync(60);
      expect(outcome).toBe("ended");
    } finally {
      vi.useRealTimers();
      await still.close();
    }
  });

  it("is stopped by another sound, a signal, joining a mix and closing", async () => {
    const leg = media.createLeg("CA1");
    const first = leg.play(media.holdMusic());
    const abort = new AbortController();
    const second = leg.play(media.holdMusic(), abort.signal);
    expect(await first).toBe("stopped");
    abort.abort();
    expect(await second).toBe("stopped");
    const third = leg.play(media.holdMusic());
    leg.join(media.createMix("room"));
    expect(await third).toBe("stopped");
    const fourth = leg.play(media.holdMusic());
    leg.close();
    expect(await fourth).toBe("stopped");
    expect(await leg.play(media.holdMusic())).toBe("stopped");
  });

  it("rejects when the source breaks, and other legs do not notice", async () => {
    const broken = media.createLeg("CA1").play({
      read: () => {
        throw new Error("no tape");
      },
    });
    const healthy = media.createLeg("CA2").play(sourceOf(sine(440, 0.1)));
    await expect(broken).rejects.toThrow("no tape");
    expect(await healthy).toBe("ended");
  });

  it("shows in levels and in the exported sound", async () => {
    const leg = media.createLeg("CA1");
    await leg.play(sourceOf(sine(440, 1.2, 16_384)));
    expect(leg.levels().heard).toBeCloseTo(0.5 / Math.SQRT2, 1);
    expect(leg.levels().said).toBe(0);
    const heard = decodeWav(leg.exportWav("heard"));
    expect(heard.sampleRateHz).toBe(8_000);
    expect(rms(heard.samples.subarray(800, 8_000))).toBeCloseTo(0.5 / Math.SQRT2, 1);
    expect(rms(decodeWav(leg.exportWav("said")).samples)).toBe(0);
  });
});

describe("digits", () => {
  it("of scripted callers reach every listener until it leaves", () => {
    const leg = media.createLeg("CA1");
    const heard: string[] = [];
    const stop = leg.onDigit((digit) => heard.push(digit));
    leg.pressDigit("1");
    stop();
    leg.pressDigit("2");
    expect(heard).toEqual(["1"]);
  });
});

describe("speech", () => {
  it("is audible, differs with the text, and is the same again for the same text", async () => {
    const say = async (text: string, language = "en-US"): Promise<Int16Array> =>
      readAll(await media.speak(text, { language }));
    const hello = await say("Hello and welcome.");
    expect(rms(hello)).toBeGreaterThan(0.03);
    expect(rms(hello)).toBeLessThan(0.2);
    expect(hello.length).toBeGreaterThan(6_000);
    expect(await say("Hello and welcome.")).toEqual(hello);
    expect(await say("You are next in line.")).not.toEqual(hello);
    for (const language of ["de-DE", "fr-FR", "es-ES", "en-GB"]) {
      const spoken = await say("Radio 1 2 3", language);
      expect(rms(spoken)).toBeGreaterThan(0.02);
      expect(spoken).not.toEqual(await say("Radio 1 2 3"));
    }
  });

  it("does not hold up the clock", async () => {
    // A minute of speech is much to compute: for another thread's.
    const { result, blockedMs } = await longestBlock(() => media.speak("word ".repeat(150), { language: "en" }));
    expect(readAll(result).length).toBeGreaterThan(40 * 8_000);
    expect(blockedMs).toBeLessThan(BLOCKED_MS);
  });

  it("refuses nothing, too much and unknown languages", async () => {
    await expect(media.speak("  ", { language: "en" })).rejects.toThrow("nothing to say");
    await expect(media.speak("x".repeat(4_097), { language: "en" })).rejects.toThrow("4096");
    await expect(media.speak("hello", { language: "zz" })).rejects.toThrow("No voice");
  });
});

describe("clips", () => {
  async function serve(respond: (url: string) => { status: number; body: Buffer }) {
    const server = createServer((request, response) => {
      const { status, body } = respond(request.url ?? "/");
      response.writeHead(status).end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it("are fetched and brought to 8 kHz; everything else is refused with a reason", async () => {
    const { server, origin } = await serve((url) => {
      if (url === "/tone.wav") return { status: 200, body: encodeWav(sine(440, 0.5, 10_000, 44_100), 44_100) };
      if (url === "/large.wav") return { status: 200, body: Buffer.alloc(10 * 1_024 * 1_024 + 1) };
      return { status: url === "/page" ? 200 : 404, body: Buffer.from("<html></html>") };
    });
    try {
      const clip = readAll(await media.fetchClip(`${origin}/tone.wav`));
      expect(clip.length).toBe(4_000);
      expect(rms(clip)).toBeCloseTo(10_000 / 32_768 / Math.SQRT2, 2);
      await expect(media.fetchClip(`${origin}/gone.wav`)).rejects.toThrow("404");
      await expect(media.fetchClip(`${origin}/page`)).rejects.toThrow("Not a WAV file");
      await expect(media.fetchClip(`${origin}/large.wav`)).rejects.toThrow("10 MB");
      await expect(media.fetchClip("file:///etc/hosts")).rejects.toThrow("http");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe("the frame clock", () => {
  it("keeps 20 ms on average and does not replay a long stall", () => {
    vi.useFakeTimers();
    try {
      let frames = 0;
      let now = 0;
      const pass = (ms: number, late = 0): void => {
        now += ms + late;
        vi.advanceTimersByTime(ms);
      };
      const clock = startFrameClock(
        () => (frames += 1),
        () => now,
      );
      // Every timer comes a little late, and none of that adds up.
      for (let step = 0; step < 500; step += 1) pass(2, step % 50 === 0 ? 7 : 0);
      expect(Math.abs(frames - now / 20)).toBeLessThan(4);
      frames = 0;
      now += 600;
      pass(30);
      expect(frames).toBeGreaterThanOrEqual(5);
      expect(frames).toBeLessThan(10);
      clock.stop();
      pass(200);
      expect(frames).toBeLessThan(10);
    } finally {
      vi.useRealTimers();
    }
  });
});
