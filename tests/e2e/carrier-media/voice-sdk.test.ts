import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LegAudio, OutgoingFromBrowser } from "../../../modules/twilio-simulator/contract";
import { eventsOf, heardInBrowser, launchBrowser, openDevice, seen, type DeviceWindow } from "./browser";
import { startCarrier, type CarrierHarness } from "./carrier-harness";
import { eventually, pause } from "./waiting";

let carrier: CarrierHarness;
let browser: Browser;
let context: BrowserContext;
const legs: LegAudio[] = [];

beforeAll(async () => {
  carrier = await startCarrier();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await carrier?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ permissions: ["microphone"] });
});
afterEach(async () => {
  for (const leg of legs.splice(0)) leg.close();
  await context.close();
});

const CALL_SID = `CA${"a".repeat(32)}`;

function ring(identity: string, params: Record<string, string> = {}, callSid = CALL_SID) {
  return carrier.signalling.ring(identity, { callSid, from: "+15551230000", to: `client:${identity}`, params });
}

function newLeg(): LegAudio {
  const leg = carrier.media.createLeg(CALL_SID);
  legs.push(leg);
  return leg;
}

/** A registered device whose call is up, with sound. */
async function callInProgress(identity: string, options: Record<string, unknown> = {}) {
  const page = await openDevice(context, carrier.origin, { identity }, options);
  await seen(page, "device", "registered");
  const ringing = ring(identity);
  await seen(page, "device", "incoming");
  await page.evaluate(() => (globalThis as unknown as { call: { accept(): void } }).call.accept());
  const outcome = await ringing.outcome;
  if (outcome.kind !== "answered") throw new Error(`The call was not answered but ${outcome.kind}.`);
  const leg = newLeg();
  leg.attach(outcome.endpoint);
  await seen(page, "call", "accept");
  return { page, ringing, leg };
}

describe("incoming calls", () => {
  it("rings with custom parameters, and sound flows both ways after accepting", async () => {
    const page = await openDevice(context, carrier.origin, { identity: "agent_1" });
    await seen(page, "device", "registered");
    expect(carrier.signalling.registeredIdentities()).toEqual(["agent_1"]);

    const ringing = ring("agent_1", { taskId: "42", why: "Ömer & Zoë waited longest" });
    await seen(page, "device", "incoming");
    const shown = await page.evaluate(() => {
      const { call } = globalThis as unknown as DeviceWindow;
      return { from: call.parameters.From, sid: call.parameters.CallSid, custom: Object.fromEntries(call.customParameters) };
    });
    expect(shown).toEqual({ from: "+15551230000", sid: CALL_SID, custom: { taskId: "42", why: "Ömer & Zoë waited longest" } });

    await page.evaluate(() => (globalThis as unknown as { call: { accept(): void } }).call.accept());
    const outcome = await ringing.outcome;
    expect(outcome.kind).toBe("answered");
    if (outcome.kind !== "answered") return;
    const leg = newLeg();
    leg.attach(outcome.endpoint);
    void leg.play(carrier.media.holdMusic());
    await seen(page, "call", "accept");
    expect(await heardInBrowser(page)).toBeGreaterThan(0.01);
    // Chromium's fake microphone beeps once a second.
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    console.log(leg.levels(), await eventsOf(page));
  });
});
void callInProgress; void pause; type _O = OutgoingFromBrowser;
