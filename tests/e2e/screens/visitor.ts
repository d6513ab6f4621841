import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { z } from "zod";
import { ensureChromium } from "../../../scripts/test/chromium";
import { signedIn } from "../signed-in";
const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** How long what a page does next is waited for, and how often it is looked at, in milliseconds. */
export const PATIENT = { timeout: 30_000, interval: 100 };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const violationSchema = z.object({
  id: z.string(),
  nodes: z.array(z.object({ html: z.string(), target: z.array(z.string()) })),
});

type Violation = z.infer<typeof violationSchema>;

/** A browser's window. */
export interface Look {
  name: string;
  options: BrowserContextOptions;
}

/** People who look at the screens with a browser of their own. */
export class Visitors {
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];
  /** What no page caught, such as React's when a page comes to life other than the server has drawn it. */
  private readonly uncaught: string[] = [];

  constructor(private readonly address: () => string) {
    beforeAll(async () => {
      this.browser = await chromium.launch({ executablePath: await ensureChromium(), args: FLAGS });
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === "fail") await this.sayWhatIsSeen();
      await Promise.all(this.contexts.splice(0).map((context) => context.close()));
      expect(this.uncaught.splice(0), "uncaught on a page").toEqual([]);
    });
    afterAll(() => this.browser?.close());
  }

  /** A new browser window on a page of the product. */
  async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await this.context(options)).newPage();
    await page.goto(this.address() + path);
    return page;
  }

  /** Opens a page as somebody of the demo. */
  async openAs(person: string, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.context(options);
    await signedIn(context, this.address(), person);
    const page = await context.newPage();
    await page.goto(this.address() + path);
    // Before the page has come to life, keys and buttons would do nothing.
    await page.waitForLoadState("networkidle");
    return page;
  }

  /** What stands on each page of a test that has failed, by role and name: a screenshot that a log can keep. */
  private async sayWhatIsSeen(): Promise<void> {
    for (const page of this.contexts.flatMap((context) => context.pages())) {
      const seen = await page.locator("body").ariaSnapshot({ timeout: 5_000 }).catch(String);
      console.log(`${page.url()} when the test failed, the focus on ${await focusOf(page)}:\n${seen}`);
    }
  }

  private async context(options: BrowserContextOptions): Promise<BrowserContext> {
    if (!this.browser) throw new Error("Visitors come inside tests only");
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.contexts.push(context);
    context.on("weberror", (fault) => this.uncaught.push(`${fault.page()?.url()}: ${fault.error().message}`));
    return context;
  }
}

const focusOf = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? "nothing").catch(String);

export async function fillSignIn(page: Page, person: string, password: string): Promise<void> {
  // Before the page has come to life, what is typed would be the browser's own and the button would do nothing.
  await page.waitForLoadState("networkidle");
  await page.getByLabel("E-mail").fill(`${person}@evenhand.test`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function violationsOf(page: Page, options: object): Promise<Violation[]> {
  const result: unknown = await page.evaluate(
    (by) =>
      (globalThis as unknown as { axe: { run(of: Document, by: object): Promise<unknown> } }).axe.run(document, by),
    { ...options, resultTypes: ["violations"] },
  );
  return z.object({ violations: z.array(violationSchema) }).parse(result).violations;
}

/** What axe finds on a page as it stands: rule and first element, one line each. */
export async function findings(page: Page): Promise<string[]> {
  // What is still fading in has not its own colours yet.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Infinity),
  );
  // A page that was led to has no title for a moment, while its metadata streams in.
  await page.waitForFunction(() => document.title !== "");
  await page.evaluate(AXE);
  const violations = await violationsOf(page, { runOnly: RULES });
  // An open menu stands beside the landmarks, as its pattern has it: its items are in no region.
  const inMenu = (selector: string) =>
    page.evaluate((of) => {
      const one = document.querySelector(of);
      return (one?.closest('[role="menu"]') ?? one?.querySelector(':scope > [role="menu"]') ?? null) !== null;
    }, selector);
  for (const violation of violations.filter(({ id }) => id === "region")) {
    const menus = await Promise.all(violation.nodes.map(({ target }) => inMenu(target[0] ?? "body")));
    violation.nodes = violation.nodes.filter((_, index) => !menus[index]);
  }
  // What lies half beneath the edge of what scrolls is as large as ever: it is judged in the middle of the screen.
  for (const violation of violations.filter(({ id }) => id === "target-size")) {
    const nodes: Violation["nodes"] = [];
    for (const node of violation.nodes) {
      await page.locator(node.target.join(" ")).evaluate((one) => one.scrollIntoView({ block: "center" }));
      const again = await violationsOf(page, { runOnly: { type: "rule", values: ["target-size"] } });
      if (again.some((one) => one.nodes.some(({ target }) => target.join() === node.target.join()))) nodes.push(node);
    }
    violation.nodes = nodes;
  }
  const left = violations.filter(({ nodes }) => nodes.length > 0);
  return left.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 200) ?? ""}`);
}

/** Whether anything of the page lies beyond its right edge. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
