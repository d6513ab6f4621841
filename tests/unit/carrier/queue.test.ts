import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually } from "../../support/carrier/carrier-house";

describe("queues", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.product.on("/voice", '<Enqueue waitUrl="/wait" action="/left">support</Enqueue><Say>fell through</Say>');
    the.product.on("/wait", '<Pause length="60"/>');
  });
  afterEach(async () => {
    expect(the.media.leaks()).toEqual([]);
    await the.stop();
  });

  it("asks the wait URL again when its document ends, with the position of the moment", async () => {
    the.product.on("/wait", "<Play>/music.wav</Play>");
    const first = await the.callIn();
    await the.untilState(first, "in_queue");
    const second = await the.callIn();
    await the.untilState(second, "in_queue");
    const positions = () =>
      the.product
        .at("/wait")
        .filter((hook) => hook.params.CallSid === second)
        .map((hook) => hook.params.QueuePosition);
    await eventually(() => positions().length >= 2, "the second round");
    await the.hangUp(first);
    await eventually(() => positions().at(-1) === "1", "the second caller moves up");
    expect(positions()[0]).toBe("2");
  });

  it("Leave ends the waiting and runs the action", async () => {
    the.product.on("/wait", "<Say>bye</Say><Leave/>");
    the.product.on("/left", (hook) => `<Say>result ${hook.params.QueueResult}</Say>`);
    expect((await the.untilState(await the.callIn(), "ended")).heard).toEqual(["say: bye", "say: result leave"]);
  });

  it("Hangup in the wait document hangs up, and the action hears of it", async () => {
    the.product.on("/wait", "<Hangup/>");
    expect((await the.untilState(await the.callIn(), "ended")).status).toBe("completed");
    expect((await the.webhook("/left")).params.QueueResult).toBe("hangup");
  });

  it("without an action falls through to the next verb", async () => {
    the.product.on("/voice", '<Enqueue waitUrl="/wait">support</Enqueue><Say>fell through</Say>');
    the.product.on("/wait", "<Leave/>");
    expect((await the.untilState(await the.callIn(), "ended")).heard).toEqual(["say: fell through"]);
  });

  it("without a wait URL plays music", async () => {
    the.product.on("/voice", "<Enqueue>support</Enqueue>");
    const call = await the.callIn();
    await eventually(async () => (await the.view(call)).heard.includes("music"), "music");
  });

  it("a Gather in the wait document goes to its action and back to waiting", async () => {
    the.product.on("/wait", '<Gather numDigits="1" timeout="60" action="/keys"/>');
    the.product.on("/keys", "<Leave/>");
    const call = await the.callIn();
    await the.untilState(call, "in_queue");
    await the.webhook("/wait");
    await eventually(async () => {
      await the.press(call, "1");
      return the.product.at("/keys").length > 0;
    }, "the keys");
    expect((await the.webhook("/left")).params.QueueResult).toBe("leave");
  });

  it("a verb that a wait document may not have is skipped with 13238", async () => {
    the.product.on("/wait", '<Dial>+15005550001</Dial><Pause length="60"/>');
    const call = await the.callIn();
    await the.untilState(call, "in_queue");
    await eventually(async () => (await the.warnings()).includes(13238), "the warning");
  });

  it("a wait document that cannot be had ends the waiting with QueueResult error", async () => {
    the.product.on("/wait", { status: 500 });
    await the.callIn();
    expect((await the.webhook("/left")).params.QueueResult).toBe("error");
  });

  it("a full queue says so; REST sets the size", async () => {
    const queue = await the.client.queues.create({ friendlyName: "support", maxSize: 1 });
    await the.untilState(await the.callIn(), "in_queue");
    await the.callIn();
    expect((await the.webhook("/left")).params.QueueResult).toBe("queue-full");
    const updated = await the.client.queues(queue.sid).update({ maxSize: 5000 });
    expect(updated).toMatchObject({ maxSize: 5000, currentSize: 1 });
    await expect(the.client.queues(queue.sid).update({ maxSize: 5001 })).rejects.toMatchObject({ status: 400 });
  });

  it("Front takes the head; the rest move up", async () => {
    the.product.on("/moved", '<Say>your turn</Say><Pause length="60"/>');
    const calls: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const call = await the.callIn(`+1500555000${n}`);
      await the.untilState(call, "in_queue");
      calls.push(call);
    }
    const [queue] = await the.client.queues.list();
    if (!queue) throw new Error("no queue");
    expect(await the.client.queues(queue.sid).members("Front").fetch()).toMatchObject({
      callSid: calls[0],
      position: 1,
    });
    await the.client
      .queues(queue.sid)
      .members("Front")
      .update({ url: `${the.product.url}/moved` });
    const hook = await the.webhook("/moved");
    expect(hook.params).toMatchObject({ CallSid: calls[0], QueueSid: queue.sid });
    const members = await the.client.queues(queue.sid).members.list();
    expect(members.map((member) => [member.callSid, member.position])).toEqual([
      [calls[1], 1],
      [calls[2], 2],
    ]);
    await the.untilState(calls[0] ?? "", "in_progress");
  });

  it("of two moves of one member exactly one wins", async () => {
    the.product.on("/moved", '<Pause length="60"/>');
    const call = await the.callIn();
    await the.untilState(call, "in_queue");
    const [queue] = await the.client.queues.list();
    const move = () =>
      the.client
        .queues(queue?.sid ?? "")
        .members(call)
        .update({ url: `${the.product.url}/moved` });
    const results = await Promise.allSettled([move(), move(), move()]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    await the.webhook("/moved");
    expect(the.product.at("/moved")).toHaveLength(1);
  });

  it("moving the call itself takes it out of the queue too", async () => {
    const call = await the.callIn();
    await the.untilState(call, "in_queue");
    await the.client.calls(call).update({ twiml: '<Response><Say>hi</Say><Pause length="60"/></Response>' });
    await the.untilState(call, "in_progress");
    expect((await the.webhook("/left")).params.QueueResult).toBe("redirected");
    expect((await the.client.queues.list())[0]?.currentSize).toBe(0);
    await eventually(async () => (await the.view(call)).heard.includes("say: hi"), "the new document runs");
  });
});
