import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMediaPlane } from "../../../modules/twilio-simulator/media/create-media-plane";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

const ahead = (the: CarrierHouse, seconds: number) =>
  the.control<{ error?: string; ahead_seconds?: number }>("POST", "/clock", { seconds });

describe("the carrier's clock", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
  });
  afterEach(() => the.stop());

  it("ends a call after its four hours", async () => {
    the.product.on("/voice", '<Say>Hello.</Say><Pause length="14400"/><Pause length="14400"/>');
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    await ahead(the, 14_390);
    expect((await the.view(call)).state).toBe("in_progress");
    await ahead(the, 20);
    expect(await the.view(call)).toMatchObject({ state: "ended", end_reason: "time limit" });
    const told = await the.webhook("/number-status");
    expect(Number(told.params.CallDuration)).toBeGreaterThanOrEqual(14_400);
    expect(Number(told.params.CallDuration)).toBeLessThan(14_420);
  });

  it("lets a ring that nobody answers ring as long as it was to", async () => {
    const { sid } = await the.client.calls.create({
      to: "+15005550009",
      from: NUMBER,
      timeout: 60,
      twiml: "<Response/>",
    });
    await eventually(async () => (await the.view(sid)).status === "ringing", "it rings");
    await ahead(the, 55);
    expect((await the.view(sid)).status).toBe("ringing");
    await ahead(the, 6);
    expect((await the.view(sid)).status).toBe("no-answer");
  });

  it("asks for a wait document each time that it ends, and is told the answer before it goes on", async () => {
    the.product.on("/voice", '<Enqueue waitUrl="/wait">support</Enqueue>');
    the.product.on("/wait", '<Say>Please hold.</Say><Pause length="30"/>');
    const call = await the.callIn();
    await eventually(() => the.product.at("/wait").length === 1, "the first round");
    await ahead(the, 600);
    const times = the.product.at("/wait").map(({ params }) => Number(params.QueueTime));
    // Each round takes thirty seconds and what is said.
    expect(times).toHaveLength(20);
    for (const [round, time] of times.entries()) expect(Math.abs(time - round * 30)).toBeLessThanOrEqual(2);
    expect((await the.view(call)).heard.filter((one) => one === "say: Please hold.")).toHaveLength(20);
  });

  it("has messages on their way arrive", async () => {
    const statusCallback = `${the.product.url}/sms`;
    const { sid } = await the.client.messages.create({
      to: "+15005550009",
      from: NUMBER,
      body: "Hello",
      statusCallback,
    });
    await ahead(the, 1);
    expect((await the.client.messages(sid).fetch()).status).toBe("delivered");
    await eventually(() => the.product.at("/sms").length === 2, "both steps are told");
  });

  it("goes ahead only, and by a day at most", async () => {
    for (const seconds of [-1, 0, 86_401, "60"]) {
      expect(await the.control("POST", "/clock", { seconds }), String(seconds)).toMatchObject({ status: 400 });
    }
    const before = (await the.control<{ ahead_seconds: number }>("GET", "/clock")).body.ahead_seconds;
    // Asked for twice at once, both count.
    const both = await Promise.all([ahead(the, 3), ahead(the, 4)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await the.control<{ ahead_seconds: number }>("GET", "/clock");
    expect(body.ahead_seconds).toBeCloseTo(before + 7, 3);
  });
});

it("sound goes ahead with the carrier's clock: silence ends a message, and is in its recording", async () => {
  const plane = createMediaPlane();
  const the = await new CarrierHouse().start({}, plane);
  try {
    the.product.on("/voice", '<Record timeout="20" playBeep="false" action="/recorded" />');
    the.product.on("/recorded", '<Pause length="60"/>');
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    await ahead(the, 19);
    expect(the.product.at("/recorded")).toEqual([]);
    await ahead(the, 3);
    const { params } = await the.webhook("/recorded");
    expect(Number(params.RecordingDuration)).toBeGreaterThanOrEqual(20);
    expect(Number(params.RecordingDuration)).toBeLessThanOrEqual(22);
  } finally {
    await the.stop();
  }
});
