import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LegAudio, OutgoingFromBrowser } from "../../../modules/twilio-simulator/contract";
import { eventsOf, heardInBrowser, launchBrowser, openDevice, seen, type DeviceWindow } from "./browser";
import { ACCOUNT, mintToken, startCarrier, type CarrierHarness } from "./carrier-harness";
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
      return {
        from: call.parameters.From,
        sid: call.parameters.CallSid,
        custom: Object.fromEntries(call.customParameters),
      };
    });
    expect(shown).toEqual({
      from: "+15551230000",
      sid: CALL_SID,
      custom: { taskId: "42", why: "Ömer & Zoë waited longest" },
    });

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
  });

  it("hears keys pressed in the browser, each once", async () => {
    const { page, leg } = await callInProgress("agent_1");
    const digits: string[] = [];
    leg.onDigit((digit) => digits.push(digit));
    await page.evaluate(() =>
      (globalThis as unknown as { call: { sendDigits(keys: string): void } }).call.sendDigits("5*0#5"),
    );
    await eventually(() => expect(digits.join("")).toBe("5*0#5"));
    await pause(500);
    expect(digits.join("")).toBe("5*0#5");
  });

  it("reports a rejection", async () => {
    const page = await openDevice(context, carrier.origin, { identity: "agent_1" });
    await seen(page, "device", "registered");
    const ringing = ring("agent_1");
    await seen(page, "device", "incoming");
    await page.evaluate(() => (globalThis as unknown as { call: { reject(): void } }).call.reject());
    expect(await ringing.outcome).toEqual({ kind: "rejected" });
  });

  it("stops ringing when the caller gives up", async () => {
    const page = await openDevice(context, carrier.origin, { identity: "agent_1" });
    await seen(page, "device", "registered");
    const ringing = ring("agent_1");
    await seen(page, "device", "incoming");
    ringing.cancel();
    await seen(page, "call", "cancel");
    expect((await ringing.outcome).kind).toBe("failed");
  });

  it("says so when nobody is registered", async () => {
    expect(await ring("nobody_here").outcome).toEqual({ kind: "no-device" });
  });

  it("ends the call in the browser when the carrier hangs up, and the other way round", async () => {
    const first = await callInProgress("agent_1");
    first.ringing.hangup();
    await seen(first.page, "call", "disconnect");

    const second = await callInProgress("agent_2");
    const hungUp = new Promise<void>((resolve) => second.ringing.onHangup(resolve));
    await second.page.evaluate(() => (globalThis as unknown as { call: { disconnect(): void } }).call.disconnect());
    await hungUp;
  });

  it("acknowledges messages of a call", async () => {
    const { page } = await callInProgress("agent_1");
    await page.evaluate(() => {
      const { call } = globalThis as unknown as { call: { sendMessage(message: object): void } };
      call.sendMessage({ content: { note: 1 }, messageType: "user-defined-message" });
    });
    await seen(page, "call", "messageSent");
  });

  it("answers an ICE restart and keeps the sound", async () => {
    const { page, leg } = await callInProgress("agent_1");
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    const state = await page.evaluate(async () => {
      const { call } = globalThis as unknown as {
        call: { _mediaHandler: { iceRestart(): void; version: { pc: RTCPeerConnection } } };
      };
      const { pc } = call._mediaHandler.version;
      const before = pc.remoteDescription?.sdp;
      call._mediaHandler.iceRestart();
      for (let i = 0; i < 60 && pc.remoteDescription?.sdp === before; i += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      return { renewed: pc.remoteDescription?.sdp !== before, signalling: pc.signalingState };
    });
    expect(state).toEqual({ renewed: true, signalling: "stable" });
    await pause(1_500);
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    void leg.play(carrier.media.holdMusic());
    expect(await heardInBrowser(page)).toBeGreaterThan(0.01);
  });
});

describe("several tabs", () => {
  it("rings in both; accepting in one cancels the other", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => openDevice(context, carrier.origin, { identity: "agent_1" })),
    );
    if (!first || !second) throw new Error("unreachable");
    for (const page of [first, second]) await seen(page, "device", "registered");
    const ringing = ring("agent_1");
    for (const page of [first, second]) await seen(page, "device", "incoming");
    await first.evaluate(() => (globalThis as unknown as { call: { accept(): void } }).call.accept());
    expect((await ringing.outcome).kind).toBe("answered");
    await seen(second, "call", "cancel");
    expect((await eventsOf(first)).map(({ event }) => event)).not.toContain("cancel");
    ringing.hangup();
  });

  it("gives up in both when one rejects", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => openDevice(context, carrier.origin, { identity: "agent_1" })),
    );
    if (!first || !second) throw new Error("unreachable");
    for (const page of [first, second]) await seen(page, "device", "registered");
    const ringing = ring("agent_1");
    for (const page of [first, second]) await seen(page, "device", "incoming");
    await second.evaluate(() => (globalThis as unknown as { call: { reject(): void } }).call.reject());
    expect(await ringing.outcome).toEqual({ kind: "rejected" });
    await seen(first, "call", "cancel");
  });
});

describe("outgoing calls", () => {
  it("connects, rings and answers, with sound both ways", async () => {
    const made = new Promise<OutgoingFromBrowser>((resolve) => carrier.signalling.onOutgoing(resolve));
    const page = await openDevice(context, carrier.origin, { identity: "agent_1" });
    await seen(page, "device", "registered");
    await page.evaluate(async () => {
      const scope = globalThis as unknown as {
        device: { connect(options: object): Promise<unknown> };
        watch(call: unknown): void;
      };
      scope.watch(await scope.device.connect({ params: { offerId: "o-1 & more" } }));
    });
    const call = await made;
    expect(call).toMatchObject({
      from: "client:agent_1",
      to: undefined,
      params: { offerId: "o-1 & more" },
      applicationSid: ACCOUNT.applicationSid,
    });
    call.ringing();
    await seen(page, "call", "ringing");
    call.answered();
    await seen(page, "call", "accept");
    const leg = newLeg();
    leg.attach(await call.endpoint);
    void leg.play(await carrier.media.speak("Hello, this is a test of the line.", { language: "en-US" }));
    expect(await heardInBrowser(page)).toBeGreaterThan(0.01);
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    call.hangup();
    await seen(page, "call", "disconnect");
  });

  it("tells the engine when the browser hangs up before the answer", async () => {
    const made = new Promise<OutgoingFromBrowser>((resolve) => carrier.signalling.onOutgoing(resolve));
    const page = await openDevice(context, carrier.origin, { identity: "agent_1" });
    await seen(page, "device", "registered");
    await page.evaluate(async () => {
      const scope = globalThis as unknown as { call: unknown; device: { connect(): Promise<unknown> } };
      scope.call = await scope.device.connect();
    });
    const call = await made;
    const hungUp = new Promise<void>((resolve) => call.onHangup(resolve));
    await page.evaluate(() => (globalThis as unknown as { call: { disconnect(): void } }).call.disconnect());
    await hungUp;
  });
});

describe("a lost socket", () => {
  it("leaves the sound alone and the call is picked up again", async () => {
    const { page, ringing, leg } = await callInProgress("agent_1", { maxCallSignalingTimeoutMs: 30_000 });
    let hungUp = false;
    ringing.onHangup(() => {
      hungUp = true;
    });
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    await page.evaluate(() => (globalThis as unknown as { sockets: WebSocket[] }).sockets.at(-1)?.close());
    await seen(page, "call", "reconnecting");
    await seen(page, "call", "reconnected");
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    expect(hungUp).toBe(false);
    await eventually(() => expect(carrier.signalling.registeredIdentities()).toContain("agent_1"));
    // The call is held by the new socket: a hangup through it reaches the browser.
    ringing.hangup();
    await seen(page, "call", "disconnect");
  });
});

describe("tokens", () => {
  it("refuses a token signed with another secret with 20101", async () => {
    const page = await openDevice(context, carrier.origin, mintToken("agent_1", 600, "x".repeat(32)));
    expect(await seen(page, "device", "error")).toBe(20_101);
    expect(carrier.signalling.registeredIdentities()).not.toContain("agent_1");
  });

  it("refuses garbage with 20101 and an expired token with 20104", async () => {
    const garbage = await openDevice(context, carrier.origin, "garbage");
    expect(await seen(garbage, "device", "error")).toBe(20_101);
    const expired = await openDevice(context, carrier.origin, mintToken("agent_1", -60));
    expect(await seen(expired, "device", "error")).toBe(20_104);
  });

  it("takes the registration away when the token expires, and back with a new one", async () => {
    const page = await openDevice(context, carrier.origin, mintToken("agent_1", 3));
    await seen(page, "device", "registered");
    expect(await seen(page, "device", "error")).toBe(20_104);
    await seen(page, "device", "unregistered");
    expect(await ring("agent_1").outcome).toEqual({ kind: "no-device" });
    await page.evaluate((token) => {
      (globalThis as unknown as { device: { updateToken(token: string): void } }).device.updateToken(token);
    }, mintToken("agent_1"));
    await eventually(() => expect(carrier.signalling.registeredIdentities()).toContain("agent_1"));
  });
});
