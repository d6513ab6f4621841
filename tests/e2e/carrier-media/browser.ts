import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { mintToken } from "./carrier-harness";

const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const ALLOW_MICROPHONE = "--use-fake-ui-for-media-stream";
const FAKE_MICROPHONE = "--use-fake-device-for-media-stream";
const MICROPHONE_FLAGS = {
  fake: [ALLOW_MICROPHONE, FAKE_MICROPHONE],
  none: [ALLOW_MICROPHONE],
  denied: [FAKE_MICROPHONE],
};

/** Debian's Chromium, with a microphone that beeps once a second, with none at all, or with one it may not use. */
export function launchBrowser(microphone: "fake" | "none" | "denied" = "fake"): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [...FLAGS, ...MICROPHONE_FLAGS[microphone]],
  });
}

/** What the page keeps of its device and call, so that tests can look at it. */
interface DevicePage {
  device: { state: string; register(): Promise<void>; on(event: string, listener: (value: unknown) => void): void };
  call: {
    parameters: Record<string, string>;
    customParameters: Map<string, string>;
    on(event: string, listener: (value: unknown) => void): void;
    getRemoteStream(): MediaStream | undefined;
    status(): string;
  };
  events: { of: string; event: string; code?: number }[];
}

export type DeviceWindow = typeof globalThis & DevicePage;

/** Opens a page with the real Voice SDK and registers a device, without waiting for the registration. */
export async function openDevice(
  context: BrowserContext,
  origin: string,
  token: string | { identity: string },
  options: Record<string, unknown> = {},
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/device`);
  await page.click("button");
  await page.evaluate(
    ([jwt, extra]) => {
      const scope = globalThis as unknown as DeviceWindow & {
        Twilio: { Device: new (token: string, options: object) => DevicePage["device"] };
      };
      scope.events = [];
      const note = (of: string, event: string) => (value: unknown) => {
        const code = (value as { code?: number } | undefined)?.code;
        scope.events.push({ of, event, ...(typeof code === "number" ? { code } : {}) });
      };
      const sounds = Object.fromEntries(["incoming", "outgoing", "disconnect"].map((name) => [name, "/silence.wav"]));
      scope.device = new scope.Twilio.Device(jwt, {
        publishEvents: false,
        logLevel: "silent",
        sounds,
        ...(extra as object),
      });
      for (const event of ["registered", "unregistered", "error", "tokenWillExpire"])
        scope.device.on(event, note("device", event));
      Object.assign(scope, {
        watch(call: DevicePage["call"]) {
          scope.call = call;
          for (const event of [
            "accept",
            "cancel",
            "disconnect",
            "reject",
            "error",
            "ringing",
            "reconnecting",
            "reconnected",
            "messageSent",
          ]) {
            call.on(event, note("call", event));
          }
        },
      });
      scope.device.on("incoming", (call) => {
        scope.events.push({ of: "device", event: "incoming" });
        (scope as unknown as { watch(call: unknown): void }).watch(call);
      });
      scope.device.register().catch(() => scope.events.push({ of: "device", event: "register-failed" }));
    },
    [typeof token === "string" ? token : mintToken(token.identity), options] as const,
  );
  return page;
}

/** Waits until the page has seen an event, for as long as a busy machine may need; resolves with its error code, if it has one. */
export async function seen(page: Page, of: "device" | "call", event: string): Promise<number | undefined> {
  const found = await page.waitForFunction(
    ([wantedOf, wanted]) =>
      (globalThis as unknown as DeviceWindow).events.find((entry) => entry.of === wantedOf && entry.event === wanted),
    [of, event] as const,
    { timeout: 30_000 },
  );
  return (await found.jsonValue())?.code;
}

export function eventsOf(page: Page): Promise<DevicePage["events"]> {
  return page.evaluate(() => (globalThis as unknown as DeviceWindow).events);
}

/** Loudest root mean square (0..1) of the sound the browser decodes from the call, over windows of 43 ms in `ms` ms. */
export function heardInBrowser(page: Page, ms = 1_500): Promise<number> {
  return page.evaluate(async (duration) => {
    const stream = (globalThis as unknown as DeviceWindow).call.getRemoteStream();
    if (!stream) throw new Error("The call has no remote stream.");
    const context = new AudioContext();
    await context.resume();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    const end = performance.now() + duration;
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length));
    }
    await context.close();
    return loudest;
  }, ms);
}
