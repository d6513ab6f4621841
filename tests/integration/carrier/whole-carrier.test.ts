import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import twilio from "twilio";
import type { RunningCarrier } from "../../../modules/twilio-simulator/assemble-carrier";
import { readConfiguration } from "../../../modules/twilio-simulator/configuration";
import { startCarrier } from "../../../modules/twilio-simulator/start-carrier";
import {
  ACCOUNT_SID,
  API_KEY,
  AUTH_TOKEN,
  eventually,
  NUMBER,
  type CallView,
} from "../../support/carrier/carrier-house";
import { ProductDouble } from "../../support/carrier/product-double";

/** The carrier as it runs for people: real sound, real signalling, real webhooks. */
describe("a whole carrier", () => {
  const product = new ProductDouble(AUTH_TOKEN);
  let carrier: RunningCarrier;
  let url = "";
  const client = twilio(ACCOUNT_SID, AUTH_TOKEN);

  beforeAll(async () => {
    await product.start();
    carrier = await startCarrier(
      readConfiguration({
        SIMULATOR_PORT: "0",
        TWILIO_ACCOUNT_SID: ACCOUNT_SID,
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        TWILIO_API_KEY_SID: API_KEY.sid,
        TWILIO_API_KEY_SECRET: API_KEY.secret,
        TWILIO_APP_SID: `AP${"c".repeat(32)}`,
        TWILIO_PHONE_NUMBER: NUMBER,
        SIMULATOR_VOICE_URL: `${product.url}/voice`,
        SIMULATOR_APP_VOICE_URL: `${product.url}/app`,
        SIMULATOR_STATUS_CALLBACK_URL: `${product.url}/status`,
        SIMULATOR_CALLEE: "answer",
        SIMULATOR_CALLEE_DELAY_MS: "100",
        SIMULATOR_LOG_LEVEL: "silent",
      }),
    );
    url = `http://127.0.0.1:${carrier.port}`;
    client.api.baseUrl = url;
  });
  afterAll(async () => {
    await carrier.close();
    await product.stop();
  });

  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return (await response.json()) as T;
  };
  const view = (sid: string) =>
    control<CallView & { levels: { heard: number; said: number } | null }>("GET", `/calls/${sid}`);
  const callIn = async () =>
    (await control<{ callSid: string }>("POST", "/calls", { from: "+15005551111", to: NUMBER })).callSid;

  it("speaks in real time, plays hold music that can be heard, and moves the caller into a conference", async () => {
    product.on("/voice", "<Say>Welcome to Evenhand.</Say><Enqueue>support</Enqueue>");
    product.on("/room", '<Dial><Conference waitUrl="" beep="false">room</Conference></Dial>');
    const started = Date.now();
    const caller = await callIn();
    await eventually(async () => (await view(caller)).heard.includes("music"), "hold music");
    expect(Date.now() - started).toBeGreaterThan(800);
    await eventually(async () => ((await view(caller)).levels?.heard ?? 0) > 0.01, "music that is not silence");
    const leg = await client.calls.create({ to: "+15005550123", from: NUMBER, url: `${product.url}/room` });
    await eventually(async () => (await view(leg.sid)).state === "in_conference", "the other leg is in");
    const [queue] = await client.queues.list();
    await client
      .queues(queue?.sid ?? "")
      .members(caller)
      .update({ url: `${product.url}/room` });
    await eventually(async () => (await view(caller)).state === "in_conference", "the caller is in");
    await delay(1_500);
    expect((await view(caller)).levels).toEqual({ heard: 0, said: 0 });
    await control("DELETE", `/calls/${caller}`);
    await client.calls(leg.sid).update({ status: "completed" });
    await eventually(() => product.at("/status").length === 1, "the status callback");
  });

  it("carries 100 callers in a queue at once, and lets all of them go", async () => {
    product.on("/voice", '<Enqueue waitUrl="/wait">crowd</Enqueue>');
    product.on("/wait", '<Pause length="2"/>');
    const calls = await Promise.all(Array.from({ length: 100 }, callIn));
    await eventually(
      async () => (await client.queues.list()).find((one) => one.friendlyName === "crowd")?.currentSize === 100,
      "a crowd",
    );
    const before = product.at("/status").length;
    await Promise.all(calls.map((sid) => control("DELETE", `/calls/${sid}`)));
    await eventually(() => product.at("/status").length === before + 100, "all callbacks");
    expect((await client.queues.list()).find((one) => one.friendlyName === "crowd")?.currentSize).toBe(0);
    expect(product.received.every((hook) => hook.signed)).toBe(true);
  });

  it("serves the telephone page", async () => {
    const page = await fetch(`${url}/telephone`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
  });
});
