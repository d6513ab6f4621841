import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT_SID, API_KEY, CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

describe("the REST API, by the real client", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.product.on("/voice", '<Say>hello</Say><Pause length="60"/>');
    the.product.on("/answer", '<Say>it is me</Say><Pause length="60"/>');
    the.signalling.registered.add("ann");
  });
  afterEach(async () => {
    await the.stop();
  });

  const callAnn = (extra: Record<string, unknown> = {}) =>
    the.client.calls.create({ to: "client:ann", from: NUMBER, url: `${the.product.url}/answer`, ...extra });

  it("lets in the account and its API key, nobody else (20003)", async () => {
    await expect(the.client.queues.list()).resolves.toEqual([]);
    await expect(the.connect(API_KEY.sid, API_KEY.secret).queues.list()).resolves.toEqual([]);
    await expect(the.connect(API_KEY.sid, "wrong").queues.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    await expect(the.connect(ACCOUNT_SID, "wrong").queues.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    const bare = await fetch(`${the.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`);
    expect(bare.status).toBe(401);
    expect(await bare.json()).toEqual({
      code: 20003,
      message: "Authenticate",
      more_info: "https://www.twilio.com/docs/errors/20003",
      status: 401,
    });
  });

  it("makes a call, runs its document, shows it, ends it", async () => {
    const created = await callAnn({ statusCallback: `${the.product.url}/status` });
    expect(created).toMatchObject({
      status: "queued",
      direction: "outbound-api",
      to: "client:ann",
      from: NUMBER,
      startTime: null,
    });
    (await eventually(() => the.signalling.rung[0], "ringing")).answer();
    const { params } = await the.webhook("/answer");
    expect(params).toMatchObject({ CallStatus: "in-progress", Direction: "outbound-api", CallSid: created.sid });
    expect(await the.client.calls(created.sid).fetch()).toMatchObject({ status: "in-progress" });
    await the.client.calls(created.sid).update({ status: "completed" });
    expect(await the.client.calls(created.sid).fetch()).toMatchObject({ status: "completed", duration: "0" });
    await the.webhook("/status");
    expect(the.product.at("/status").map((hook) => [hook.params.CallStatus, hook.params.SequenceNumber])).toEqual([
      ["completed", "0"],
    ]);
    expect(the.signalling.rung[0]?.hungUp).toBe(true);
  });

  it.each([
    ["no-answer after its timeout", { timeout: 1 }, () => undefined, "no-answer"],
    ["busy when declined", {}, (the: CarrierHouse) => the.signalling.rung[0]?.reject(), "busy"],
    ["failed when the device fails", {}, (the: CarrierHouse) => the.signalling.rung[0]?.fail("x"), "failed"],
  ])("a call ends %s", async (_name, extra, act, status) => {
    const { sid } = await callAnn({ ...extra, statusCallback: `${the.product.url}/status` });
    await eventually(() => the.signalling.rung[0], "ringing");
    act(the);
    expect((await the.webhook("/status")).params).toMatchObject({ CallStatus: status, CallDuration: "0" });
    expect(await the.client.calls(sid).fetch()).toMatchObject({ status, startTime: null });
  });

  it("cancels a ringing call, and ends a queued one; an ended one is 21220", async () => {
    const { sid } = await callAnn();
    await eventually(() => the.signalling.rung[0], "ringing");
    await expect(the.client.calls(sid).update({ url: `${the.product.url}/answer` })).rejects.toMatchObject({
      status: 400,
      code: 21220,
    });
    expect(await the.client.calls(sid).update({ status: "canceled" })).toMatchObject({ status: "canceled" });
    expect(the.signalling.rung[0]?.cancelled).toBe(true);
    await expect(the.client.calls(sid).update({ status: "completed" })).rejects.toMatchObject({ code: 21220 });
    await expect(the.client.calls(sid).update({ url: `${the.product.url}/answer` })).rejects.toMatchObject({
      code: 21220,
    });
  });

  it("queues what is over the calls per second, in order", async () => {
    await the.control("POST", "/faults", { callsPerSecond: 4 });
    for (let n = 0; n < 6; n += 1) await callAnn();
    await eventually(() => the.signalling.rung.length >= 4, "the first second's worth");
    expect(the.signalling.rung.length).toBeLessThan(6);
    expect(await the.client.calls.list({ status: "queued" })).not.toHaveLength(0);
    await eventually(() => the.signalling.rung.length === 6, "the rest");
    const last = await the.client.calls(the.signalling.rung.at(-1)?.invite.callSid ?? "").fetch();
    expect(Number(last.queueTime)).toBeGreaterThan(100);
  });

  it.each([
    ["no To", { from: NUMBER, url: "http://x/" }, 21201],
    ["no From", { to: "client:ann", url: "http://x/" }, 21213],
    ["an e-mail as identity", { to: "client:ann@example.com", from: NUMBER, url: "http://x/" }, 21211],
    ["a number that is none", { to: "+0", from: NUMBER, url: "http://x/" }, 21211],
    ["a number of somebody else", { to: "+15005550001", from: "+15005550002", url: "http://x/" }, 21210],
    ["no URL", { to: "client:ann", from: NUMBER }, 21205],
    ["a URL that is none", { to: "client:ann", from: NUMBER, url: "/relative" }, 21205],
    [
      "an unknown event",
      {
        to: "client:ann",
        from: NUMBER,
        url: "http://x/",
        statusCallback: "http://x/",
        statusCallbackEvent: ["sneezed"],
      },
      21626,
    ],
    ["TwiML over 4,000 characters", { to: "client:ann", from: NUMBER, twiml: "x".repeat(4001) }, 21623],
    ["a timeout that is none", { to: "client:ann", from: NUMBER, url: "http://x/", timeout: 601 }, 20001],
  ])("refuses a call with %s (%#)", async (_name, options, code) => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(options)) {
      const field = name.charAt(0).toUpperCase() + name.slice(1);
      for (const one of Array.isArray(value) ? value : [value]) form.append(field, String(one));
    }
    const response = await fetch(`${the.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`, {
      method: "POST",
      body: form,
      headers: { Authorization: `Basic ${btoa(`${the.client.username}:${the.client.password}`)}` },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code, status: 400 });
  });

  it("says 20404 for what is not there", async () => {
    const gone = `CA${"0".repeat(32)}`;
    for (const attempt of [
      the.client.calls(gone).fetch(),
      the.client.calls(gone).update({ status: "completed" }),
      the.client.queues(`QU${"0".repeat(32)}`).fetch(),
      the.client.conferences(`CF${"0".repeat(32)}`).fetch(),
      the.client
        .conferences(`CF${"0".repeat(32)}`)
        .participants(gone)
        .update({ hold: true }),
      the.client.recordings(`RE${"0".repeat(32)}`).fetch(),
    ]) {
      await expect(attempt).rejects.toMatchObject({ status: 404, code: 20404 });
    }
  });

  it("pages through lists, newest call first", async () => {
    for (let n = 0; n < 5; n += 1) await the.client.queues.create({ friendlyName: `queue ${n}` });
    const all = await the.client.queues.list({ pageSize: 2 });
    expect(all.map((queue) => queue.friendlyName)).toEqual(["queue 0", "queue 1", "queue 2", "queue 3", "queue 4"]);
    await expect(the.client.queues.create({ friendlyName: "queue 0" })).rejects.toMatchObject({ code: 22003 });
    await the.client.queues(all[0]?.sid ?? "").remove();
    expect(await the.client.queues.list()).toHaveLength(4);
    const [one, two] = [await the.callIn(), await the.callIn()];
    expect((await the.client.calls.list({ limit: 2, pageSize: 1 })).map((call) => call.sid)).toEqual([two, one]);
  });

  it("filters calls by state, number and day", async () => {
    const call = await the.callIn("+15005557777");
    await the.untilState(call, "in_progress");
    const sids = async (filter: Parameters<typeof the.client.calls.list>[0]) =>
      (await the.client.calls.list(filter)).map((one) => one.sid);
    expect(await sids({ status: "in-progress" })).toEqual([call]);
    expect(await sids({ from: "+15005557777", to: NUMBER })).toEqual([call]);
    expect(await sids({ from: "+15005550000" })).toEqual([]);
    expect(await sids({ startTimeAfter: new Date(Date.now() - 86_400_000) })).toEqual([call]);
    expect(await sids({ startTimeBefore: new Date(Date.now() - 2 * 86_400_000) })).toEqual([]);
  });
});

describe("SMS, by the real client", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
  });
  afterEach(async () => {
    await the.stop();
  });

  const TO = "+15550177001";
  const send = (extra: Record<string, unknown> = {}) =>
    the.client.messages.create({ to: TO, from: NUMBER, body: "hello", ...extra });

  it("is queued, sent and delivered, each told by a signed callback, and can be listed", async () => {
    const { sid, status } = await send({ statusCallback: `${the.product.url}/sms` });
    expect(status).toBe("queued");
    await the.webhook("/sms", 1);
    expect(the.product.at("/sms").map(({ params }) => [params.MessageSid, params.MessageStatus])).toEqual([
      [sid, "sent"],
      [sid, "delivered"],
    ]);
    expect(await the.client.messages(sid).fetch()).toMatchObject({
      status: "delivered",
      body: "hello",
      errorCode: null,
    });
    expect((await the.client.messages.list({ to: TO })).map((message) => message.sid)).toEqual([sid]);
    expect(await the.client.messages.list({ to: "+15550177002" })).toEqual([]);
  });

  it("to a number that cannot be reached ends undelivered (30003)", async () => {
    await the.control("POST", "/messages/undeliverable", { numbers: [TO] });
    const { sid } = await send();
    await eventually(async () => (await the.client.messages(sid).fetch()).status === "undelivered", "the end");
    expect(await the.client.messages(sid).fetch()).toMatchObject({ errorCode: 30003 });
  });

  it.each([
    ["no number", { to: "123" }, 21211],
    ["not from the account's number", { from: "+15550199999" }, 21606],
    ["without a text", { body: "" }, 21602],
    ["too long", { body: "x".repeat(1_601) }, 21617],
  ])("%s is refused", async (_what, extra, code) => {
    await expect(send(extra)).rejects.toMatchObject({ status: 400, code });
  });
});
