import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

describe("faults on request", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.product.on("/voice", '<Say>hello</Say><Pause length="60"/>');
    the.signalling.registered.add("ann");
  });
  afterEach(async () => {
    await the.stop();
  });

  const fault = async (body: unknown) => {
    const answer = await the.control<{ webhooks: unknown[]; rest: unknown[] }>("POST", "/faults", body);
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const endedCall = async () => {
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    await the.hangUp(call);
    return call;
  };

  it("drops the next callbacks that match, and no more", async () => {
    await fault({ webhooks: { path: "/number-status", times: 2, drop: true } });
    await endedCall();
    await endedCall();
    const third = await endedCall();
    const hook = await the.webhook("/number-status");
    expect(hook.params.CallSid).toBe(third);
    expect(the.product.at("/number-status")).toHaveLength(1);
    const dropped = (await the.log()).filter((entry) => entry.faults?.includes("drop"));
    expect(dropped.length).toBeGreaterThanOrEqual(2);
    expect((await the.control<{ webhooks: unknown[] }>("GET", "/faults")).body.webhooks).toEqual([]);
  });

  it("duplicates, matching by event", async () => {
    await fault({ webhooks: [{ event: "completed", duplicate: 2 }] });
    await endedCall();
    await eventually(() => the.product.at("/number-status").length === 3, "three copies");
    const copies = the.product.at("/number-status");
    expect(new Set(copies.map((hook) => hook.params.SequenceNumber)).size).toBe(1);
    expect(copies.every((hook) => hook.signed)).toBe(true);
  });

  it("corrupts a signature", async () => {
    await fault({ webhooks: { path: "/number-status", corruptSignature: true } });
    await endedCall();
    expect((await the.webhook("/number-status")).signed).toBe(false);
  });

  it("delays, and reorders", async () => {
    await fault({ webhooks: { event: "initiated", reorder: true } });
    await the.client.calls.create({
      to: "client:ann",
      from: NUMBER,
      url: `${the.product.url}/voice`,
      statusCallback: `${the.product.url}/leg`,
      statusCallbackEvent: ["initiated", "ringing"],
    });
    await eventually(() => the.product.at("/leg").length === 2, "both");
    expect(the.product.at("/leg").map((hook) => hook.params.CallStatus)).toEqual(["ringing", "initiated"]);
    await fault({ webhooks: { path: "/number-status", delayMs: 300 } });
    const started = Date.now();
    await endedCall();
    await the.webhook("/number-status");
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
  });

  it("a dropped or late voice request is a failed fetch; a late one is retried where the URL asks for it", async () => {
    await fault({ webhooks: { path: "/voice", drop: true } });
    expect((await the.untilState(await the.callIn(), "ended")).end_reason).toContain("application error");
    await fault({ webhooks: { path: "/voice", loseAnswer: true } });
    expect((await the.untilState(await the.callIn(), "ended")).end_reason).toContain("too late");
    the.product.on("/voice", "<Redirect>/again#rc=1&amp;rp=rt</Redirect>");
    the.product.on("/again", '<Pause length="1"/><Hangup/>');
    await fault({ webhooks: { path: "/again", loseAnswer: true } });
    expect((await the.untilState(await the.callIn(), "ended")).end_reason).toBe("hung up by the document");
    expect(the.product.at("/again")).toHaveLength(2);
  });

  it("refuses REST with 429 and 5xx without processing it", async () => {
    await fault({ rest: [{ method: "POST", path: "/Queues.json", status: 429, retryAfter: 7 }, { status: 503 }] });
    await expect(the.client.queues.create({ friendlyName: "q" })).rejects.toMatchObject({ status: 429, code: 20429 });
    await expect(the.client.queues.list()).rejects.toMatchObject({ status: 503 });
    await expect(the.client.queues.list()).resolves.toEqual([]);
  });

  it("processes a request and loses its answer", async () => {
    await fault({ rest: { path: "/Queues.json", loseResponse: true } });
    await expect(the.client.queues.create({ friendlyName: "q" })).rejects.toThrow(/socket hang up|ECONNRESET|aborted/);
    expect((await the.client.queues.list()).map((queue) => queue.friendlyName)).toEqual(["q"]);
  });

  it("delays REST", async () => {
    await fault({ rest: { delayMs: 250 } });
    const started = Date.now();
    await the.client.queues.list();
    expect(Date.now() - started).toBeGreaterThanOrEqual(245);
  });

  it("clear forgets them, restart cuts other connections and keeps the calls", async () => {
    await fault({ rest: { status: 500, times: 9 }, webhooks: { drop: true, times: 9 } });
    expect(await fault({ clear: true })).toMatchObject({ webhooks: [], rest: [] });
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    const socket = await new Promise<import("node:net").Socket>((resolve) => {
      void import("node:net").then(({ connect }) => {
        const open = connect(Number(new URL(the.url).port), "127.0.0.1", () => resolve(open));
      });
    });
    const cut = new Promise((resolve) => socket.once("close", resolve));
    await fault({ restart: true });
    await cut;
    expect((await the.view(call)).state).toBe("in_progress");
  });

  it.each([
    [{}, "nothing to do"],
    [{ webhooks: { path: "/x" } }, "needs one of drop"],
    [{ webhooks: { explode: true } }, "explode"],
    [{ rest: { status: 418 } }, "rest"],
    [{ rest: { status: 500, times: 0 } }, "rest"],
  ])("refuses %j and says why", async (body, why) => {
    const answer = await the.control<{ error: string }>("POST", "/faults", body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(why);
  });
});
