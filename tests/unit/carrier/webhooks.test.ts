import { afterEach, beforeEach, describe, expect, it } from "vitest";
import twilio from "twilio";
import { deliveryPolicy, requestUrl } from "../../../modules/twilio-simulator/webhooks/connection-override";
import { sign } from "../../../modules/twilio-simulator/webhooks/sign";
import { AUTH_TOKEN, CarrierHouse, eventually } from "../../support/carrier/carrier-house";

describe("sign", () => {
  it("agrees with the twilio package, whatever is in the parameters", () => {
    const params = { CallSid: "CA1", "Odd name": "a=b&c", Unicode: "Grüße 👋", Empty: "" };
    const url = "https://example.com/hook?x=1&y=%20z";
    expect(sign(AUTH_TOKEN, url, params)).toBe(twilio.getExpectedTwilioSignature(AUTH_TOKEN, url, params));
    expect(twilio.validateRequest(AUTH_TOKEN, sign(AUTH_TOKEN, url, params), url, { ...params, Empty: "x" })).toBe(
      false,
    );
  });
});

describe("connection overrides", () => {
  it("reads the fragment, keeps Twilio's defaults and bounds", () => {
    expect(deliveryPolicy("http://x/")).toMatchObject({ retries: 1, retryOn: new Set(["ct"]), totalTimeoutMs: 15_000 });
    expect(deliveryPolicy("http://x/#rc=3&rp=ct,rt,5xx")).toMatchObject({
      retries: 3,
      retryOn: new Set(["5xx", "ct", "rt"]),
    });
    expect(deliveryPolicy("http://x/#rc=99&rt=99999&tt=50")).toMatchObject({
      retries: 5,
      readTimeoutMs: 15_000,
      totalTimeoutMs: 100,
    });
    expect(deliveryPolicy("http://x/#rp=all")).toMatchObject({ retryOn: new Set(["4xx", "5xx", "ct", "rt"]) });
  });

  it("requests and signs the URL without it", () => {
    expect(requestUrl("http://x.test#rc=3")).toBe("http://x.test/");
    expect(requestUrl("http://x.test/a?b=c d#rc=3")).toBe("http://x.test/a?b=c%20d");
  });
});

describe("delivery", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
  });
  afterEach(async () => {
    await the.stop();
  });

  it("does not retry an error status by default; does so with rp=5xx, with the same token", async () => {
    the.product.on("/voice", "<Redirect>/second#rc=2&amp;rp=5xx</Redirect>");
    let tries = 0;
    the.product.on("/second", () => {
      tries += 1;
      return tries < 3 ? { status: 502 } : '<Say>third time</Say><Pause length="60"/>';
    });
    const call = await the.callIn();
    await eventually(async () => (await the.view(call)).heard.includes("say: third time"), "the third attempt");
    const tokens = the.product.at("/second").map((hook) => hook.headers["i-twilio-idempotency-token"]);
    expect(tokens[0]).toBeUndefined();
    expect(tokens[1]).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens[2]).toBe(tokens[1]);
    expect(the.product.at("/second").every((hook) => hook.signed)).toBe(true);
  });

  it("asks once when the answer is an error status", async () => {
    the.product.on("/voice", { status: 503 });
    await the.untilState(await the.callIn(), "ended");
    expect(the.product.at("/voice")).toHaveLength(1);
  });

  it("retries a broken connection with rp=rt, and gives up after its time", async () => {
    the.product.on("/voice", "<Redirect>/slow#rt=200&amp;rc=1&amp;rp=rt</Redirect>");
    the.product.on("/slow", { delayMs: 2_000, body: "<Response/>" });
    const view = await the.untilState(await the.callIn(), "ended");
    expect(view.end_reason).toContain("No answer within 200 ms");
    expect(the.product.at("/slow")).toHaveLength(2);
    expect(await the.warnings()).toContain(11205);
  });

  it("follows a redirect, signed anew for the new address", async () => {
    the.product.on("/voice", { status: 307, location: "/moved-here" });
    the.product.on("/moved-here", "<Hangup/>");
    expect(await the.untilState(await the.callIn(), "ended")).toMatchObject({ end_reason: "hung up by the document" });
    expect(the.product.at("/moved-here")[0]).toMatchObject({ method: "POST", signed: true });
  });

  it("writes every request into the log, in the order in which they began", async () => {
    the.product.on("/voice", "<Say>a</Say><Redirect>/b</Redirect>");
    the.product.on("/b", "<Hangup/>");
    await the.untilState(await the.callIn(), "ended");
    await the.webhook("/number-status");
    await the.client.queues.list();
    const log = await eventually(async () => {
      const entries = await the.log();
      return entries.filter((entry) => entry.kind === "webhook").length === 3 && entries;
    }, "the log");
    expect(log.map((entry) => [entry.kind, entry.purpose ?? entry.method, entry.status])).toEqual([
      ["webhook", "twiml", 200],
      ["webhook", "twiml", 200],
      ["webhook", "call-status", 204],
      ["rest", "GET", 200],
    ]);
    expect(log[0]?.params?.CallStatus).toBe("ringing");
  });
});
