import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

describe("the control API", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.product.on("/voice", '<Say>hello</Say><Pause length="60"/>');
  });
  afterEach(async () => {
    await the.stop();
  });

  it("shows a call from ringing to its end", async () => {
    the.product.on("/voice", { delayMs: 200, body: '<Response><Say>hello</Say><Pause length="60"/></Response>' });
    const call = await the.callIn();
    expect(await the.view(call)).toMatchObject({
      callSid: call,
      state: "ringing",
      heard: [],
      queue: null,
      conference: null,
    });
    expect(await the.untilState(call, "in_progress")).toMatchObject({ heard: ["say: hello"] });
    await the.hangUp(call);
    expect(await the.view(call)).toMatchObject({ state: "ended", end_reason: "the caller hung up" });
  });

  it.each([
    ["POST", "/calls", { from: "not a number" }, 400, "from"],
    ["POST", "/calls", { from: "+15005550001", to: "+15005550009" }, 404, "no number"],
    ["POST", "/calls", { from: "+15005550001", too: NUMBER }, 400, "too"],
    ["POST", "/calls", "[", 400, "body"],
    ["GET", "/calls/CA123", undefined, 404, "no call"],
    ["POST", "/calls/CA123/digits", { digits: "1" }, 404, "no call"],
    ["GET", "/nothing", undefined, 404, "/_control/nothing"],
    ["DELETE", "/log", undefined, 405, "DELETE"],
    ["GET", "/log?after=x", undefined, 400, "after"],
  ])("%s %s with %j is %i and says why", async (method, path, body, status, why) => {
    const answer = await the.control<{ error: string }>(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(why);
  });

  it("takes keys only in a call, and only keys", async () => {
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    expect((await the.control("POST", `/calls/${call}/digits`, { digits: "12#" })).status).toBe(202);
    expect((await the.control("POST", `/calls/${call}/digits`, { digits: "abc" })).status).toBe(400);
    await the.hangUp(call);
    expect((await the.control("POST", `/calls/${call}/digits`, { digits: "1" })).status).toBe(409);
  });

  it("takes JSON only, and nothing from other sites", async () => {
    const form = await fetch(`${the.url}/_control/calls`, {
      method: "POST",
      body: new URLSearchParams({ from: "+15005550001" }),
    });
    expect(form.status).toBe(415);
    const foreign = await fetch(`${the.url}/_control/health`, { headers: { Origin: "https://elsewhere.example" } });
    expect(foreign.status).toBe(403);
    const large = await fetch(`${the.url}/_control/calls`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: "x".repeat(2_000_000) }),
    });
    expect(large.status).toBe(413);
  });

  it("callees do what they are told when rung", async () => {
    const ring = (to: string) =>
      the.client.calls.create({ to, from: NUMBER, url: `${the.product.url}/voice`, timeout: 1 });
    const ending = async (sid: string) => (await the.untilState(sid, "ended")).status;
    await the.control("POST", "/callees", { number: "+15005550101", behaviour: "busy", delayMs: 0 });
    await the.control("POST", "/callees", { number: "+15005550102", behaviour: "decline", delayMs: 0 });
    await the.control("POST", "/callees", { number: "+15005550103", behaviour: "no-answer" });
    await the.control("POST", "/callees", { behaviour: "answer", delayMs: 0 });
    expect(await ending((await ring("+15005550101")).sid)).toBe("busy");
    expect(await ending((await ring("+15005550102")).sid)).toBe("busy");
    expect(await ending((await ring("+15005550103")).sid)).toBe("no-answer");
    await the.untilState((await ring("+15005550104")).sid, "in_progress");
  });

  it("filters the log, and reset starts anew", async () => {
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    const { body } = await the.control<{ entries: { n: number }[] }>("GET", `/log?call_sid=${call}&kind=webhook`);
    expect(body.entries).toHaveLength(1);
    const later = await the.control<{ entries: unknown[] }>("GET", `/log?after=${body.entries[0]?.n}`);
    expect(later.body.entries).toEqual([]);
    await the.control("POST", "/reset", {});
    expect(
      (await the.control<{ entries: unknown[] }>("GET", "/log?kind=webhook&after=1")).body.entries.length,
    ).toBeLessThanOrEqual(1);
    expect((await the.control("GET", `/calls/${call}`)).status).toBe(404);
    await eventually(() => the.media.leaks().length === 0, "no leaks");
  });

  it("health says what lives", async () => {
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    expect((await the.control("GET", "/health")).body).toMatchObject({ status: "ok", liveCalls: 1, numbers: [NUMBER] });
  });
});
