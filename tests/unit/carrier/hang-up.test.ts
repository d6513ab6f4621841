import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually } from "../../support/carrier/carrier-house";

/** A document that is in the middle of one verb for a long time, and how one sees that it is there. */
const MIDDLES: readonly (readonly [string, string, (the: CarrierHouse, call: string) => Promise<unknown>])[] = [
  [
    "Say",
    "<Say>a long speech</Say>",
    (the, call) => eventually(async () => (await the.view(call)).heard.length > 0, "speech"),
  ],
  [
    "Play",
    '<Play loop="0">/clip.wav</Play>',
    (the, call) => eventually(async () => (await the.view(call)).heard.length > 0, "clip"),
  ],
  ["Pause", '<Say>x</Say><Pause length="600"/>', (the, call) => the.untilState(call, "in_progress")],
  ["Gather", '<Gather timeout="600"/>', (the, call) => the.untilState(call, "in_progress")],
  [
    "Record",
    '<Record timeout="600"/>',
    (the, call) => eventually(async () => (await the.view(call)).heard.length > 0, "beep"),
  ],
  ["Enqueue with music", "<Enqueue>support</Enqueue>", (the, call) => the.untilState(call, "in_queue")],
  ["Enqueue with a document", '<Enqueue waitUrl="/wait">support</Enqueue>', (the) => the.webhook("/wait")],
  [
    "Enqueue while its document is fetched",
    '<Enqueue waitUrl="/slow">support</Enqueue>',
    (the) => the.webhook("/slow"),
  ],
  ["Dial a client", "<Dial><Client>ann</Client></Dial>", (the) => eventually(() => the.signalling.rung[0], "ringing")],
  ["Dial a number", "<Dial>+15005550123</Dial>", (the) => eventually(() => the.media.legs.size > 1, "the second leg")],
  [
    "Dial a conference",
    "<Dial><Conference>room</Conference></Dial>",
    (the, call) => the.untilState(call, "in_conference"),
  ],
  [
    "Dial a conference with a wait document",
    '<Dial><Conference waitUrl="/wait">room</Conference></Dial>',
    (the) => the.webhook("/wait"),
  ],
  ["the fetch of a document", "<Say>x</Say><Redirect>/slow</Redirect>", (the) => the.webhook("/slow")],
];

describe("in the middle of a verb", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.media.speechMs = 200;
    the.signalling.registered.add("ann");
    the.product.on("/wait", '<Pause length="600"/>');
    the.product.on("/slow", { delayMs: 10_000, body: "<Response/>" });
    the.product.on("/moved", '<Say>moved</Say><Pause length="600"/>');
  });
  afterEach(async () => {
    await the.stop();
  });

  const nothingLeft = async () => {
    await eventually(
      async () => (await the.client.queues.list()).every((queue) => queue.currentSize === 0),
      "empty queues",
    );
    expect(await the.client.conferences.list({ status: "in-progress" })).toEqual([]);
    expect((await the.control<{ calls: unknown[] }>("GET", "/calls?live=true")).body.calls).toEqual([]);
    await eventually(() => the.media.leaks().length === 0, "no sound of ended calls");
  };

  it.each(MIDDLES)("%s: a caller who hangs up leaves nothing behind", async (_name, verbs, ready) => {
    the.product.on("/voice", verbs);
    const call = await the.callIn();
    await ready(the, call);
    await the.hangUp(call);
    const reported = await the.webhook("/number-status");
    expect(reported.params).toMatchObject({
      CallSid: call,
      CallStatus: "completed",
      CallbackSource: "call-progress-events",
    });
    await eventually(() => the.signalling.rung.every((device) => device.cancelled), "no ringing");
    await nothingLeft();
    await delay(50);
    expect(the.product.at("/number-status")).toHaveLength(1);
  });

  it.each(MIDDLES)("%s: a REST move runs the new document instead", async (_name, verbs, ready) => {
    the.product.on("/voice", verbs);
    const call = await the.callIn();
    await ready(the, call);
    const updated = await the.client.calls(call).update({ url: `${the.product.url}/moved` });
    expect(updated.status).toBe("in-progress");
    await eventually(async () => (await the.view(call)).heard.includes("say: moved"), "the new document runs");
    expect(await the.view(call)).toMatchObject({ state: "in_progress", queue: null, conference: null });
    expect(the.media.legs.get(call)?.mix).toBeNull();
    expect([...(the.media.legs.get(call)?.listeners ?? [])]).toHaveLength(0);
    await the.client.calls(call).update({ status: "completed" });
    expect((await the.untilState(call, "ended")).end_reason).toBe("ended by REST (completed)");
    await nothingLeft();
  });

  it("a caller who hangs up while the voice URL is fetched is canceled", async () => {
    the.product.on("/voice", { delayMs: 10_000, body: "<Response/>" });
    const call = await the.callIn();
    await the.webhook("/voice");
    await the.hangUp(call);
    expect((await the.webhook("/number-status")).params).toMatchObject({ CallStatus: "canceled", CallDuration: "0" });
  });
});
