import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { ensureChromium } from "../../../scripts/test/chromium";
import { runningProduct, type RunningHouse } from "../../support/product";
import { signedIn } from "../signed-in";
import { CarrierControl } from "./carrier-control";
import { Desk } from "./desk";

const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--use-fake-device-for-media-stream",
];
/** Generous: two cores carry Postgres, the product, the carrier and several browsers. */
export const PATIENT = { timeout: 30_000, interval: 150 };

/** The product, the carrier and a browser, for the tests of one file; every test gets its own people. */
export class Stage {
  readonly product: RunningHouse;
  readonly carrier = new CarrierControl(() => this.product.carrier);
  readonly desk = new Desk(() => this.product.address);
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];
  /** Agents of this test whose phone was on. */
  private readonly phones = new Set<string>();
  /** What pages said went wrong: shown when a test fails. */
  readonly complaints: string[] = [];

  /** `variables` go to the product, beside those it is started with. */
  constructor(variables: Record<string, string> = {}) {
    this.product = runningProduct(variables);
    beforeAll(async () => {
      this.browser = await chromium.launch({ executablePath: await ensureChromium(), args: FLAGS });
    });
    afterEach(async () => {
      await this.carrier.hangUpAll();
      await Promise.all(this.contexts.splice(0).map((context) => context.close()));
      for (const person of this.phones) await this.desk.signOff(person);
      this.phones.clear();
      await this.desk.settle();
    });
    afterAll(() => this.browser?.close());
  }

  /** The product answers, its database and its worker with it. */
  isWell(): Promise<boolean> {
    return fetch(`${this.product.address}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  /** A browser of its own. Microphone allowed unless said otherwise. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    if (!this.browser) throw new Error("The stage is usable inside tests only");
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ["microphone"],
      ...options,
    });
    // Peer connections are kept where the test can ask them for what was really decoded.
    await context.addInitScript(() => {
      const Native = window.RTCPeerConnection;
      const peers: RTCPeerConnection[] = [];
      Object.assign(window, { evenhandPeers: peers });
      window.RTCPeerConnection = class extends Native {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          peers.push(this);
        }
      };
    });
    this.contexts.push(context);
    return context;
  }

  /** Signs somebody of the demo in, on a page of their own. */
  async signIn(person: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.context(options);
    await signedIn(context, this.product.address, person);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(`${person}: ${error.message}`));
    await page.goto(this.product.address);
    if (!person.startsWith("agent")) return page;
    this.phones.add(person);
    // Before the page has come to life, its buttons would do nothing.
    await page.locator('[data-testid="softphone"]:not([data-role="waiting"])').waitFor();
    return page;
  }

  /** Signs an agent in and makes them ready: the phone registered and proven by the server. */
  async readyAgent(person: string): Promise<Agent> {
    const agent = new Agent(await this.signIn(person));
    await agent.choose("Available");
    await agent.reaches("ready");
    return agent;
  }

  /** The carrier's telephone, with a microphone that beeps. */
  async telephone(from: string): Promise<Telephone> {
    const page = await (await this.context()).newPage();
    await page.goto(`${this.product.carrier.replace("127.0.0.1", "localhost")}/telephone`);
    return new Telephone(page, from);
  }
}

/** An agent's page and the softphone on it. */
export class Agent {
  constructor(readonly page: Page) {}

  readonly phone = () => this.page.getByTestId("softphone");

  async choose(status: "Available" | "Break" | "Away" | "Offline"): Promise<void> {
    await this.phone().getByRole("radio", { name: status }).click();
  }

  phase(): Promise<string | null> {
    return this.phone().getAttribute("data-phase");
  }

  async reaches(phase: string): Promise<void> {
    try {
      await expect.poll(() => this.phase(), PATIENT).toBe(phase);
    } catch (cause) {
      const says = await this.phone().innerText();
      throw new Error(`The softphone does not reach "${phase}"; it says: ${says}`, { cause });
    }
  }

  /** Waits for the ring, reads who calls, and accepts. */
  async accept(): Promise<void> {
    await this.reaches("ringing");
    await this.page.getByTestId("accept").click();
    await this.reaches("in_call");
    await expect
      .poll(() => this.page.getByTestId("in-call").getAttribute("data-leg"), { ...PATIENT, message: "the leg opens" })
      .toBe("open");
  }

  async heardEnergy(): Promise<number> {
    return decodedEnergy(this.page);
  }
}

/** Sum of the energy of all audio samples this page has received and decoded, in the units of WebRTC statistics. */
export function decodedEnergy(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { evenhandPeers } = window as unknown as { evenhandPeers: RTCPeerConnection[] };
    let sum = 0;
    for (const peer of evenhandPeers) {
      if (peer.connectionState === "closed") continue;
      for (const report of (await peer.getStats()).values()) {
        const { type, totalAudioEnergy } = report as { type: string; totalAudioEnergy?: number };
        if (type === "inbound-rtp") sum += totalAudioEnergy ?? 0;
      }
    }
    return sum;
  });
}

/** The carrier's telephone page in the hands of a caller. */
export class Telephone {
  constructor(
    readonly page: Page,
    readonly from: string,
  ) {}

  private readonly set = () => this.page.getByRole("region", { name: "Telephone" });

  async dial(): Promise<void> {
    await expect.poll(() => this.set().getAttribute("data-carrier"), PATIENT).toBe("connected");
    await this.page.getByLabel("Your number").fill(this.from);
    await this.page.getByRole("button", { name: "Call", exact: true }).click();
  }

  state(): Promise<string | null> {
    return this.set().getAttribute("data-state");
  }

  async reaches(state: string): Promise<void> {
    await expect.poll(() => this.state(), { ...PATIENT, message: `the telephone reaches "${state}"` }).toBe(state);
  }

  /** Loudness of what comes out of the receiver now, 0 to 1. */
  async heardLevel(): Promise<number> {
    return Number(await this.set().getAttribute("data-heard-level"));
  }

  transcript(): Promise<string> {
    return this.page.getByRole("log").innerText();
  }

  async hangUp(): Promise<void> {
    await this.page.getByRole("button", { name: "Hang up" }).click();
  }
}
