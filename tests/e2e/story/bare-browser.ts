import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { ensureChromium } from "../../../scripts/test/chromium";
import { PATIENT } from "./stage";

/**
 * As people start it. Playwright tells its browsers not to hold hidden tabs back, and its pages that they are in front.
 */
const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--remote-debugging-port=0",
];

interface Answer {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** A Chromium that is spoken to in its own protocol (CDP) alone. */
export class BareBrowser {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on("message", (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id !== undefined) this.waiting.get(answer.id)?.(answer);
    });
  }

  static async start(): Promise<BareBrowser> {
    const profile = await mkdtemp(join(tmpdir(), "evenhand-chromium-"));
    const arguments_ = [...FLAGS, `--user-data-dir=${profile}`, "about:blank"];
    const child = spawn(await ensureChromium(), arguments_, { stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    const file = () => readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => "");
    await expect.poll(async () => (await file()).split("\n").length, PATIENT).toBeGreaterThan(1);
    const [port, path] = (await file()).split("\n");
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new BareBrowser(child, profile, socket);
  }

  async ask(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = (this.last += 1);
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    const { result, error } = await answered;
    this.waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** A new tab, in front of the others. */
  async open(url: string): Promise<BareTab> {
    const { targetId } = await this.ask("Target.createTarget", { url });
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true });
    return new BareTab(this, String(targetId), String(sessionId));
  }

  async close(): Promise<void> {
    this.socket.close();
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

export class BareTab {
  constructor(
    private readonly browser: BareBrowser,
    private readonly targetId: string,
    private readonly sessionId: string,
  ) {}

  toFront(): Promise<unknown> {
    return this.browser.ask("Target.activateTarget", { targetId: this.targetId });
  }

  /** What Chromium does to a tab that has been hidden for long, and the end of that. */
  freeze(frozen: boolean): Promise<unknown> {
    return this.browser.ask("Page.setWebLifecycleState", { state: frozen ? "frozen" : "active" }, this.sessionId);
  }

  /** The value of an expression in the page, as if somebody had just clicked. */
  async evaluate<T>(expression: string): Promise<T> {
    const how = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.browser.ask("Runtime.evaluate", how, this.sessionId);
    if (exceptionDetails !== undefined) throw new Error(`The page: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  }

  /** Signs somebody of the demo in by the requests of the sign-in page, and goes to a page of the desk. */
  async signIn(address: string, person: string, password: string): Promise<void> {
    await this.browser.ask("Page.navigate", { url: `${address}/sign-in` }, this.sessionId);
    await expect.poll(() => this.evaluate("location.pathname"), PATIENT).toBe("/sign-in");
    const fields = { email: `${person}@evenhand.test`, password, redirect: "false", json: "true" };
    const status = await this.evaluate(`(async () => {
      const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
      const body = new URLSearchParams({ ...${JSON.stringify(fields)}, csrfToken });
      return (await fetch("/api/auth/callback/credentials", { method: "POST", body })).status;
    })()`);
    expect(status).toBe(200);
    await this.browser.ask("Page.navigate", { url: `${address}/leads` }, this.sessionId);
  }
}
