import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LegAudio, OutgoingFromBrowser } from "../../../modules/twilio-simulator/contract";
import { launchBrowser } from "./browser";
import { startCarrier, type CarrierHarness } from "./carrier-harness";
import { eventually } from "./waiting";

interface Dialled {
  call: OutgoingFromBrowser;
  leg: LegAudio;
  digits: string[];
  hungUp: Promise<void>;
}

let carrier: CarrierHarness;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let problems: string[];
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
  page = await openTelephone(context);
});
afterEach(async () => {
  for (const leg of legs.splice(0)) leg.close();
  await context.close();
  expect(problems).toEqual([]);
});

async function openTelephone(where: BrowserContext, path = "/telephone"): Promise<Page> {
  const opened = await where.newPage();
  problems = [];
  opened.on("pageerror", (error) => problems.push(error.message));
  opened.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await opened.goto(carrier.origin + path);
  return opened;
}

/** Plays the engine's part for the next call: answers it and attaches a leg. */
function nextCall(): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    carrier.signalling.onOutgoing((call) => {
      const take = async (): Promise<Dialled> => {
        const hungUp = new Promise<void>((done) => call.onHangup(done));
        const digits: string[] = [];
        const leg = carrier.media.createLeg(call.callSid);
        legs.push(leg);
        call.ringing();
        leg.onDigit((digit) => digits.push(digit));
        leg.attach(await call.endpoint);
        call.answered();
        return { call, leg, digits, hungUp };
      };
      take().then(resolve, reject);
    });
  });
}

const level = (which: "heard" | "said", on = page): Promise<number> =>
  on.$eval("#phone", (element, name) => Number(element.getAttribute(`data-${name}-level`)), which);

describe("telephone page", () => {
  it("calls, hears, speaks, presses keys, shows what is played and hangs up", async () => {
    const dialled = nextCall();
    await page.waitForSelector("[data-carrier=connected]");
    expect(await page.inputValue("#to")).toBe("+1 555 000 1000");
    await page.click("text=Bruno Silva");
    await page.click("#call");
    const { call, leg, digits, hungUp } = await dialled;
    expect(call).toMatchObject({ from: "+13125550116", to: "+15550001000", applicationSid: undefined });
    await page.waitForSelector("[data-state=in_progress]");
    call.caption("Thank you for calling.");
    void leg.play(await carrier.media.speak("Thank you for calling. Please hold the line.", { language: "en-GB" }));
    await page.waitForSelector("text=Thank you for calling.");
    await eventually(async () => expect(await level("heard")).toBeGreaterThan(0.02));
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    await eventually(async () => expect(await level("said")).toBeGreaterThan(0.01));

    call.progress("in_queue", "support");
    await page.waitForSelector("text=In queue “support”");
    await page.keyboard.press("4");
    await page.click("#keys button:has-text('2')");
    await page.keyboard.press("#");
    await eventually(() => expect(digits.join("")).toBe("42#"));
    expect(await page.textContent("#transcript")).toContain("You pressed 4 2 #");

    await page.click("#hang-up");
    await hungUp;
    await page.waitForSelector("[data-state=ended]");
    expect(await level("heard")).toBe(0);
    expect(await page.textContent("#state")).toMatch(/^Call ended · \d:\d\d$/);
  });

  it("sends silence while muted", async () => {
    const dialled = nextCall();
    await page.click("#call:enabled");
    const { leg } = await dialled;
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
    await page.keyboard.press("m");
    expect(await page.getAttribute("#mute", "aria-pressed")).toBe("true");
    await eventually(() => expect(leg.levels().said).toBeLessThan(0.001));
    await page.click("#mute");
    await eventually(() => expect(leg.levels().said).toBeGreaterThan(0.01));
  });

  it("shows why the carrier ended the call", async () => {
    const dialled = nextCall();
    await page.click("#call:enabled");
    const { call } = await dialled;
    call.hangup({ code: 21_000, message: "Nobody owns this number." });
    await page.waitForSelector("[data-state=ended]");
    expect(await page.textContent("#notice")).toBe("Nobody owns this number.");
  });

  it("dials by itself with numbers from the address, several telephones at once that hear each other", async () => {
    const first = nextCall();
    const one = await openTelephone(context, "/telephone?from=+12025550111&to=%2B15550009999&autodial=1");
    const a = await first;
    expect(a.call).toMatchObject({ from: "+12025550111", to: "+15550009999" });
    const second = nextCall();
    const two = await openTelephone(context, "/?from=%2B12025550122&autodial=1");
    const b = await second;
    expect(b.call).toMatchObject({ from: "+12025550122", to: "+15550001000" });
    const room = carrier.media.createMix("room");
    a.leg.join(room);
    b.leg.join(room);
    for (const on of [one, two]) await eventually(async () => expect(await level("heard", on)).toBeGreaterThan(0.01));
    room.close();
  });

  it("says what is wrong with a number, at its field", async () => {
    await page.waitForSelector("[data-carrier=connected]");
    await page.fill("#from", "12");
    await page.press("#from", "Enter");
    expect(await page.textContent("#from-problem")).toContain("Start with +");
    expect(await page.getAttribute("#from", "aria-invalid")).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("from");
  });

  it("has no accessibility problem in light and dark, idle and in a call", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const themed = await browser.newContext({
        colorScheme,
        permissions: ["microphone"],
        reducedMotion: "reduce",
        bypassCSP: true,
      });
      const telephone = await openTelephone(themed);
      await telephone.waitForSelector("[data-carrier=connected]");
      expect(await violations(telephone)).toEqual([]);
      const dialled = nextCall();
      await telephone.click("#call");
      const { call } = await dialled;
      call.caption("Welcome.");
      await telephone.waitForSelector("text=Welcome.");
      await telephone.click("#mute");
      expect(await violations(telephone)).toEqual([]);
      await themed.close();
    }
  });

  it("keeps foreign pages from calling and foreign scripts from running", async () => {
    const response = await fetch(`${carrier.origin}/telephone`);
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await response.text()).not.toMatch(/<script(?![^>]*src=)|style=|onclick=/);
    const { default: WebSocket } = await import("ws");
    const socket = new WebSocket(`${carrier.origin.replace("http", "ws")}/telephone/socket`, {
      origin: "https://evil.example",
    });
    const status = await new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode));
      socket.on("error", () => undefined);
    });
    expect(status).toBe(403);
  });
});

async function violations(on: Page): Promise<string[]> {
  await on.addScriptTag({ content: axe.source });
  return on.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
    };
    const result = await checker.run();
    return result.violations.map(
      (violation) => `${violation.id}: ${JSON.stringify(violation.nodes.map((node) => node.target))}`,
    );
  });
}

describe("when something is missing", () => {
  it.each([
    ["none", "There is no microphone"],
    ["denied", "The microphone is blocked"],
  ] as const)("listens only with microphone %s, and its keypad works", async (kind, message) => {
    const poor = await launchBrowser(kind);
    try {
      const telephone = await openTelephone(await poor.newContext());
      const dialled = nextCall();
      await telephone.click("#call:enabled");
      const { leg, digits } = await dialled;
      expect(await telephone.textContent("#notice")).toContain(message);
      expect(await telephone.getAttribute("#phone", "data-microphone")).toBe(kind);
      void leg.play(carrier.media.holdMusic());
      await eventually(async () => expect(await level("heard", telephone)).toBeGreaterThan(0.01));
      await telephone.keyboard.press("7");
      await eventually(() => expect(digits).toEqual(["7"]));
    } finally {
      await poor.close();
    }
  });

  it("says that the carrier is gone, ends the call and connects again by itself", async () => {
    const doomed = await startCarrier();
    const port = Number(new URL(doomed.origin).port);
    const telephone = await context.newPage();
    await telephone.goto(`${doomed.origin}/telephone`);
    doomed.signalling.onOutgoing((call) => call.answered());
    await telephone.click("#call:enabled");
    await telephone.waitForSelector("[data-state=in_progress]");
    await doomed.close();
    await telephone.waitForSelector("[data-carrier=gone][data-state=ended]");
    expect(await telephone.textContent("#notice")).toContain("can't be reached");
    expect(await telephone.isDisabled("#call")).toBe(true);
    const risen = await startCarrier(port);
    try {
      await telephone.waitForSelector("[data-carrier=connected]", { timeout: 15_000 });
      expect(await telephone.isHidden("#notice")).toBe(true);
      expect(await telephone.isEnabled("#call")).toBe(true);
    } finally {
      await risen.close();
    }
  });
});
