import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AudioEndpoint, Frame } from "../../../modules/twilio-simulator/contract";
import { createMediaPlane } from "../../../modules/twilio-simulator/media/create-media-plane";
import { startFrameClock } from "../../../modules/twilio-simulator/media/frame-clock";
import { decodeWav } from "../../../modules/twilio-simulator/media/wav";
import { CarrierHouse, eventually } from "../../support/carrier/carrier-house";
import { level } from "../carrier-media/signals";

const SECRET = 8_000;
const SPOKEN = 3_000;

/** A person who always says one and the same value, which can be changed, 20 ms at a time. */
class Speaker implements AudioEndpoint {
  private readonly listeners = new Set<(frame: Frame) => void>();
  private frames = 0;
  private readonly clock = startFrameClock(() => {
    this.frames += 1;
    this.listeners.forEach((listener) => listener(level(this.says)));
  });
  constructor(public says: number) {}
  /** Until so much more has been said: on a busy machine that takes longer than it lasts. */
  speaks(ms: number): Promise<unknown> {
    const end = this.frames + ms / 20;
    return eventually(() => this.frames >= end, `${ms} ms of speech`);
  }
  send(): void {}
  onFrame(listener: (frame: Frame) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  onDigit(): () => void {
    return () => undefined;
  }
  close(): void {
    this.clock.stop();
  }
}

describe("recordings", () => {
  let the: CarrierHouse;
  /** By the order in which they call. */
  let speakers: Speaker[];
  beforeEach(async () => {
    speakers = [];
    const plane = createMediaPlane();
    the = await new CarrierHouse().start(
      {},
      {
        ...plane,
        createLeg(callSid) {
          const leg = plane.createLeg(callSid);
          const speaker = new Speaker(speakers.length === 0 ? SPOKEN : 0);
          speakers.push(speaker);
          leg.attach(speaker);
          return leg;
        },
      },
    );
  });
  afterEach(() => the.stop());

  const RECORD = `record="record-from-start" recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"`;
  const join = async (attributes = RECORD) => {
    the.product.on("/voice", `<Dial><Conference waitUrl="" ${attributes}>room</Conference></Dial>`);
    const call = await the.callIn();
    await the.untilState(call, "in_conference");
    return call;
  };
  const soundOf = async (sid: string, headers: Record<string, string> = {}) => {
    const auth = `Basic ${btoa(`${the.client.username}:${the.client.password}`)}`;
    const response = await fetch(`${the.url}/2010-04-01/Accounts/${the.client.username}/Recordings/${sid}.wav`, {
      headers: { Authorization: auth, ...headers },
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const heardIn = (samples: Int16Array, least: number, most: number) =>
    [...samples].filter((sample) => sample >= least && sample <= most).length;

  it.each(["silence", "skip"] as const)(
    "of a conference hold what was said from its start to its end, and of a pause by %s nothing",
    async (pauseBehavior) => {
      const first = await join();
      await eventually(async () => (await the.view(first)).state === "in_conference", "the first");
      expect(await the.client.recordings.list()).toEqual([]);
      const second = await join();
      const begun = (await the.webhook("/recording")).params;
      expect(begun).toMatchObject({ RecordingStatus: "in-progress", RecordingSource: "Conference" });
      const [conference] = await the.client.conferences.list();
      expect(begun.ConferenceSid).toBe(conference?.sid);
      const current = the.client.conferences(conference?.sid ?? "").recordings("Twilio.CURRENT");
      const [one, speaker] = speakers;
      if (!one || !speaker) throw new Error("two have called");
      await one.speaks(500);
      expect(await current.update({ status: "paused", pauseBehavior })).toMatchObject({ status: "paused" });
      speaker.says = SECRET;
      await speaker.speaks(600);
      speaker.says = 0;
      // What was on its way when the second one stopped has gone by.
      await speaker.speaks(240);
      expect(await current.update({ status: "in-progress" })).toMatchObject({ status: "in-progress" });
      await one.speaks(300);
      await the.hangUp(first);
      await the.hangUp(second);
      const done = (await the.webhook("/recording", 1)).params;
      expect(done).toMatchObject({ RecordingStatus: "completed", RecordingSid: begun.RecordingSid });
      await expect(current.update({ status: "paused" })).rejects.toMatchObject({ status: 404 });
      const { samples } = decodeWav((await soundOf(begun.RecordingSid ?? "")).bytes);
      expect(Math.max(...samples)).toBeLessThan(SPOKEN * 1.1);
      // Half a second before the pause and most of what came after it.
      expect(heardIn(samples, SPOKEN * 0.9, SPOKEN * 1.1)).toBeGreaterThan(0.5 * 8_000);
      const silent = heardIn(samples, -100, 100);
      if (pauseBehavior === "silence") expect(silent).toBeGreaterThan(0.6 * 8_000);
      else expect(silent).toBeLessThan(0.4 * 8_000);
    },
  );

  it("are not made unasked; a stopped one stays stopped; one that is deleted is gone, with its sound", async () => {
    const quiet = [await join('record="do-not-record"'), await join('record="do-not-record"')];
    for (const call of quiet) await the.hangUp(call);
    await eventually(
      async () => (await the.client.conferences.list({ status: "in-progress" })).length === 0,
      "the end",
    );
    expect(await the.client.recordings.list()).toEqual([]);
    await join();
    await join();
    const { RecordingSid: sid = "", ConferenceSid: room = "" } = (await the.webhook("/recording")).params;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ofRoom = the.client.conferences(room).recordings;
    expect(await ofRoom(sid).update({ status: "stopped" })).toMatchObject({ status: "completed", duration: "1" });
    await expect(ofRoom("Twilio.CURRENT").update({ status: "paused" })).rejects.toMatchObject({ status: 404 });
    expect((await ofRoom.list()).map((one) => one.sid)).toEqual([sid]);
    const part = await soundOf(sid, { range: "bytes=4-11" });
    expect(part.response.status).toBe(206);
    const whole = (await soundOf(sid)).bytes;
    expect(part.response.headers.get("content-range")).toBe(`bytes 4-11/${whole.length}`);
    expect(part.bytes).toEqual(whole.subarray(4, 12));
    expect(await the.client.recordings(sid).remove()).toBe(true);
    expect((await soundOf(sid)).response.status).toBe(404);
  });

  it("of a caller hold all they said, from the first word to the hang-up", async () => {
    the.product.on("/voice", '<Record timeout="600" playBeep="false" recordingStatusCallback="/recording"/>');
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    await speakers[0]?.speaks(700);
    await the.hangUp(call);
    const { RecordingSid: sid = "", RecordingDuration: seconds } = (await the.webhook("/recording")).params;
    expect(seconds).toBe("1");
    const { samples } = decodeWav((await soundOf(sid)).bytes);
    expect(heardIn(samples, SPOKEN * 0.9, SPOKEN * 1.1)).toBeGreaterThan(0.5 * 8_000);
  });
});
