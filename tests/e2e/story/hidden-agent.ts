import { afterAll, expect } from "vitest";
import { PASSWORD } from "../signed-in";
import { BareBrowser, type BareTab } from "./bare-browser";
import { PATIENT, type Stage } from "./stage";

const SOFTPHONE = "document.querySelector('[data-testid=softphone]')";

/**
 * An agent on a break whose tab lies behind another one, in a browser as people start it, until the last test of a file
 * is over. A timer of the page itself ticks beside the phone, to show how the browser holds it back.
 */
export class HiddenAgent {
  private browser: BareBrowser | undefined;
  private tab: BareTab | undefined;
  /** The session as it was when the tab was hidden. */
  sessionId: string | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly person: string,
  ) {
    afterAll(() => this.browser?.close());
  }

  /** Signs on, takes a break, and puts another tab in front. */
  async hide(): Promise<void> {
    this.browser = await BareBrowser.start();
    this.tab = await this.browser.open("about:blank");
    await this.tab.signIn(this.stage.product.address, this.person, PASSWORD);
    // Before the page has come to life, there is nobody to choose.
    await expect.poll(() => this.evaluate(`${SOFTPHONE}?.dataset.role`), PATIENT).toBe("leader");
    await this.choose("Available");
    await this.reaches("ready");
    await this.choose("Break");
    await this.reaches("break");
    this.sessionId = (await this.stage.desk.presence(this.person)).sessionId;
    await this.evaluate("(window.ticks = [Date.now()]) && void setInterval(() => ticks.push(Date.now()), 1_000)");
    const front = await this.browser.open("about:blank");
    await front.toFront();
    await expect.poll(() => this.visibility(), PATIENT).toBe("hidden");
  }

  visibility(): Promise<string> {
    return this.evaluate("document.visibilityState");
  }

  /** The longest time in which the page's own timer, due each second, did not come, in milliseconds. */
  longestPause(): Promise<number> {
    return this.evaluate("Math.max(...[...ticks.slice(1), Date.now()].map((at, index) => at - ticks[index]))");
  }

  choose(status: "Available" | "Break"): Promise<void> {
    return this.evaluate(`void [...${SOFTPHONE}.querySelectorAll("[role=radio]")]
      .find(({ textContent, ariaLabel }) => (ariaLabel ?? textContent).includes("${status}")).click()`);
  }

  async reaches(phase: string): Promise<void> {
    try {
      await expect.poll(() => this.evaluate(`${SOFTPHONE}.dataset.phase`), PATIENT).toBe(phase);
    } catch (cause) {
      throw new Error(`The hidden softphone does not reach "${phase}"; it says: ${await this.words()}`, { cause });
    }
  }

  /** What the softphone says. */
  words(): Promise<string> {
    return this.evaluate(`${SOFTPHONE}.innerText`);
  }

  /** What Chromium does to tabs that were hidden for long, to save energy; and the end of it. */
  async freeze(frozen: boolean): Promise<void> {
    await this.there().freeze(frozen);
  }

  private evaluate<T>(expression: string): Promise<T> {
    return this.there().evaluate<T>(expression);
  }

  private there(): BareTab {
    if (!this.tab) throw new Error("The hidden tab is usable inside tests only");
    return this.tab;
  }
}
