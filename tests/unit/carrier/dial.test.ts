import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

describe("Dial with people", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.signalling.registered.add("ann");
    the.signalling.registered.add("bob");
    the.product.on("/done", "<Say>after</Say>");
  });
  afterEach(async () => {
    expect(the.media.leaks()).toEqual([]);
    await the.stop();
  });

  const childOf = (parent: string) =>
    eventually(async () => (await the.client.calls.list({ parentCallSid: parent }))[0], "a child leg");

  it("rings two clients, connects the first to answer, and tells the action about it", async () => {
    the.product.on(
      "/voice",
      `<Dial action="/done" timeout="20"><Client statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"><Identity>ann</Identity><Parameter name="lead" value="42"/></Client><Client>bob</Client></Dial>`,
    );
    const caller = await the.callIn();
    await eventually(() => the.signalling.rung.length === 2, "both ring");
    const [ann, bob] = the.signalling.rung;
    expect(ann?.invite.params).toEqual({ lead: "42" });
    expect((await the.view(caller)).heard).toEqual(["ringback"]);
    ann?.answer();
    await eventually(() => the.media.mixOf(caller).length === 2, "the bridge");
    expect(bob?.cancelled).toBe(true);
    ann?.hangUpHere();
    const { params } = await the.webhook("/done");
    expect(params).toMatchObject({
      DialCallStatus: "completed",
      DialCallSid: ann?.invite.callSid,
      DialBridged: "true",
    });
    expect((await the.untilState(caller, "ended")).heard).toEqual(["ringback", "say: after"]);
    await eventually(() => the.product.at("/leg").length === 4, "the leg's events");
    expect(
      the.product
        .at("/leg")
        .map((hook) => hook.params.SequenceNumber)
        .sort(),
    ).toEqual(["0", "1", "2", "3"]);
    expect(the.product.at("/leg")[0]?.params.ParentCallSid).toBe(caller);
  });

  it.each([
    ["busy when the client declines", (the: CarrierHouse) => the.signalling.rung[0]?.reject(), "busy"],
    ["failed when the device fails", (the: CarrierHouse) => the.signalling.rung[0]?.fail("no microphone"), "failed"],
  ])("says %s", async (_name, act, status) => {
    the.product.on("/voice", '<Dial action="/done"><Client>ann</Client></Dial>');
    await the.callIn();
    await eventually(() => the.signalling.rung.length === 1, "it rings");
    act(the);
    expect((await the.webhook("/done")).params).toMatchObject({ DialCallStatus: status, DialBridged: "false" });
  });

  it("says no-answer when nobody is registered, or when the time is up", async () => {
    the.product.on("/voice", '<Dial action="/done"><Client>nobody</Client></Dial>');
    await the.callIn();
    expect((await the.webhook("/done")).params.DialCallStatus).toBe("no-answer");
    the.product.on("/voice", '<Dial action="/done" timeout="1"><Client>ann</Client></Dial>');
    await the.callIn();
    expect((await the.webhook("/done", 1)).params.DialCallStatus).toBe("no-answer");
    expect(the.signalling.rung.at(-1)?.cancelled).toBe(true);
  });

  it("leaves an incoming call ringing until the bridge with answerOnBridge", async () => {
    the.product.on("/voice", '<Dial answerOnBridge="true"><Client>ann</Client></Dial>');
    const caller = await the.callIn();
    await eventually(() => the.signalling.rung.length === 1, "it rings");
    expect((await the.view(caller)).state).toBe("ringing");
    the.signalling.rung[0]?.answer();
    await the.untilState(caller, "in_progress");
  });

  it("whispers to the callee first, and a number answers by the control API", async () => {
    the.product.on("/voice", `<Dial callerId="${NUMBER}"><Number url="/whisper">+15005550123</Number></Dial>`);
    the.product.on("/whisper", "<Say>A caller for you</Say>");
    const caller = await the.callIn();
    const child = await childOf(caller);
    expect(child).toMatchObject({ to: "+15005550123", from: NUMBER, direction: "outbound-dial" });
    const refused = await the.control("POST", `/calls/${caller}/answer`);
    expect(refused.status).toBe(409);
    await eventually(
      async () => (await the.control("POST", `/calls/${child.sid}/answer`)).status === 202,
      "the callee answers",
    );
    await eventually(() => the.media.mixOf(caller).length === 2, "the bridge");
    expect((await the.view(child.sid)).heard).toEqual(["say: A caller for you"]);
    await the.hangUp(caller);
    await the.untilState(child.sid, "ended");
  });

  it("lets REST move the callee elsewhere; the caller's Dial is over", async () => {
    the.product.on("/voice", '<Dial action="/done"><Client>ann</Client></Dial>');
    the.product.on("/elsewhere", '<Say>moved</Say><Pause length="60"/>');
    const caller = await the.callIn();
    await eventually(() => the.signalling.rung.length === 1, "it rings");
    the.signalling.rung[0]?.answer();
    await eventually(() => the.media.mixOf(caller).length === 2, "the bridge");
    const child = await childOf(caller);
    await the.client.calls(child.sid).update({ url: `${the.product.url}/elsewhere` });
    await the.untilState(caller, "ended");
    expect(await the.view(child.sid)).toMatchObject({ state: "in_progress", heard: ["say: moved"] });
  });

  it("tells the action when the caller hangs up in the middle, and stops the ringing", async () => {
    the.product.on("/voice", '<Dial action="/done"><Client>ann</Client></Dial>');
    const caller = await the.callIn();
    await eventually(() => the.signalling.rung.length === 1, "it rings");
    await the.hangUp(caller);
    expect((await the.webhook("/done")).params).toMatchObject({ DialCallStatus: "canceled", CallStatus: "completed" });
    expect(the.signalling.rung[0]?.cancelled).toBe(true);
  });
});

describe("Dial with a Queue", () => {
  it("takes the head of the queue, announces, connects, and tells both actions", async () => {
    const the = await new CarrierHouse().start();
    try {
      the.product.on("/voice", (hook) =>
        hook.params.From === "+15005559999"
          ? '<Dial action="/agent-done"><Queue url="/about-to">support</Queue></Dial>'
          : '<Enqueue waitUrl="/wait" action="/caller-done">support</Enqueue>',
      );
      the.product.on("/wait", '<Pause length="30"/>');
      the.product.on("/about-to", "<Say>You are next</Say>");
      the.product.on("/caller-done", "<Hangup/>");
      const first = await the.callIn("+15005550001");
      await the.untilState(first, "in_queue");
      const second = await the.callIn("+15005550002");
      await the.untilState(second, "in_queue");
      const agent = await the.callIn("+15005559999");
      await eventually(() => the.media.mixOf(agent).length === 2, "the bridge");
      expect(the.media.mixOf(agent)).toEqual([agent, first].sort());
      expect((await the.view(first)).heard).toEqual(["say: You are next"]);
      expect((await the.view(second)).state).toBe("in_queue");
      await the.hangUp(agent);
      expect((await the.webhook("/caller-done")).params).toMatchObject({ QueueResult: "bridged", CallSid: first });
      expect((await the.webhook("/agent-done")).params).toMatchObject({
        DialCallStatus: "completed",
        DialCallSid: first,
      });
      await the.hangUp(second);
      expect((await the.webhook("/caller-done", 1)).params).toMatchObject({
        QueueResult: "hangup",
        CallStatus: "completed",
      });
    } finally {
      await the.stop();
    }
  });
});

describe("a call made by a browser", () => {
  it("from the telephone page goes to the number that it dialled, and shows where it is", async () => {
    const the = await new CarrierHouse().start();
    try {
      the.product.on("/voice", '<Enqueue waitUrl="/wait">support</Enqueue>');
      the.product.on("/wait", "<Play>/music.wav</Play><Leave/>");
      const callSid = `CA${"e".repeat(32)}`;
      const page = the.signalling.dialFrom({
        callSid,
        from: "+15005551111",
        to: NUMBER,
        params: {},
        applicationSid: undefined,
      });
      await the.untilState(callSid, "ended");
      expect(the.product.at("/voice")[0]?.params).toMatchObject({
        From: "+15005551111",
        To: NUMBER,
        Direction: "inbound",
      });
      expect(page.told).toEqual([
        "ringing",
        "answered",
        "in_queue support",
        `caption ${the.product.url}/music.wav`,
        "in_progress",
        "hangup",
      ]);
      expect((await the.webhook("/number-status")).params.CallStatus).toBe("completed");
    } finally {
      await the.stop();
    }
  });

  it("asks the TwiML App with its parameters and is told what happens", async () => {
    const the = await new CarrierHouse().start();
    try {
      the.product.on("/app", '<Say>Hello agent</Say><Pause length="30"/>');
      const callSid = `CA${"d".repeat(32)}`;
      const applicationSid = `AP${"c".repeat(32)}`;
      const browser = the.signalling.dialFrom({
        callSid,
        from: "client:ann",
        to: undefined,
        params: { offerId: "9" },
        applicationSid,
      });
      const { params } = await the.webhook("/app");
      expect(params).toMatchObject({
        CallSid: callSid,
        From: "client:ann",
        offerId: "9",
        ApplicationSid: applicationSid,
        Direction: "inbound",
      });
      await the.untilState(callSid, "in_progress");
      await eventually(() => browser.told.includes("caption Hello agent"), "the caption");
      expect(browser.told).toEqual(["ringing", "answered", "caption Hello agent"]);
      browser.hangUp();
      await the.untilState(callSid, "ended");
    } finally {
      await the.stop();
    }
  });
});
