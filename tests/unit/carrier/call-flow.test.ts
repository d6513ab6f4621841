import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

const house = () => new CarrierHouse();

describe("a queued call on its way to an agent's browser", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await house().start();
    the.signalling.registered.add("agent1");
  });
  afterEach(async () => {
    await the.stop();
  });

  it("rings, waits in the queue, meets the agent in a conference, and reports every step", async () => {
    const { product } = the;
    product.on("/voice", '<Say>Welcome</Say><Enqueue waitUrl="/wait" action="/queue-done">support</Enqueue>');
    product.on("/wait", "<Play>/hold.wav</Play>");
    product.on("/queue-done", "<Hangup/>");
    const room = (extra: string) =>
      `<Dial action="/dial-done"><Conference ${extra} beep="false" waitUrl="" statusCallback="/conference" statusCallbackEvent="start end join leave mute hold">room-1</Conference></Dial>`;
    product.on("/agent-leg", room('endConferenceOnExit="true"'));
    product.on("/into-room", room(""));
    product.on("/dial-done", "<Say>Goodbye</Say>");

    const caller = await the.callIn("+15005551234");
    await the.untilState(caller, "in_queue");
    const wait = await the.webhook("/wait");
    expect(wait.params).toMatchObject({
      CallSid: caller,
      From: "+15005551234",
      To: NUMBER,
      Direction: "inbound",
      CallStatus: "in-progress",
      QueuePosition: "1",
      CurrentQueueSize: "1",
      MaxQueueSize: "1000",
    });
    expect(product.at("/voice")[0]?.params.CallStatus).toBe("ringing");

    const [queue] = await the.client.queues.list();
    if (!queue) throw new Error("no queue");
    expect(queue.friendlyName).toBe("support");
    const members = await the.client.queues(queue.sid).members.list();
    expect(members.map((member) => [member.callSid, member.position])).toEqual([[caller, 1]]);

    const leg = await the.client.calls.create({
      to: "client:agent1?offerId=7",
      from: NUMBER,
      url: `${product.url}/agent-leg`,
      timeout: 15,
      statusCallback: `${product.url}/agent-status`,
      statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
    });
    expect(leg.status).toBe("queued");
    const device = await eventually(() => the.signalling.rung[0], "the device rings");
    expect(device.invite).toMatchObject({ callSid: leg.sid, from: NUMBER, params: { offerId: "7" } });
    device.answer();
    await the.untilState(leg.sid, "in_conference");

    await the.client
      .queues(queue.sid)
      .members(caller)
      .update({ url: `${product.url}/into-room` });
    await the.untilState(caller, "in_conference");
    expect((await the.webhook("/queue-done")).params).toMatchObject({ QueueResult: "redirected", CallSid: caller });
    const [conference] = await the.client.conferences.list({ friendlyName: "room-1", status: "in-progress" });
    if (!conference) throw new Error("no conference");
    expect(the.media.mixOf(caller)).toEqual([caller, leg.sid].sort());
    await expect(
      the.client
        .queues(queue.sid)
        .members(caller)
        .update({ url: `${product.url}/into-room` }),
    ).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });

    device.hangUpHere();
    await the.untilState(leg.sid, "ended");
    const ended = await the.untilState(caller, "ended");
    expect(ended.heard).toEqual(["say: Welcome", `play: ${product.url}/hold.wav`, "say: Goodbye"]);
    await the.webhook("/number-status");
    await eventually(() => product.at("/conference").length >= 6, "the conference's events");
    await eventually(() => product.at("/agent-status").length >= 4, "the agent leg's events");

    const events = product
      .at("/conference")
      .map((hook) => [hook.params.StatusCallbackEvent, hook.params.SequenceNumber]);
    expect(new Map(events.map(([event, n]) => [n, event]))).toEqual(
      new Map([
        ["1", "participant-join"],
        ["2", "participant-join"],
        ["3", "conference-start"],
        ["4", "participant-leave"],
        ["5", "participant-leave"],
        ["6", "conference-end"],
      ]),
    );
    const statuses = product
      .at("/agent-status")
      .map((hook) => [hook.params.SequenceNumber, hook.params.CallStatus])
      .sort();
    expect(statuses).toEqual([
      ["0", "initiated"],
      ["1", "ringing"],
      ["2", "in-progress"],
      ["3", "completed"],
    ]);
    expect(product.received.every((hook) => hook.signed)).toBe(true);
    expect(product.received.length).toBeGreaterThan(12);
    expect(the.media.leaks()).toEqual([]);
  });
});
