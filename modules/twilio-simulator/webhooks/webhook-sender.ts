import { clock } from "../clock";
import { randomUUID } from "node:crypto";
import { pause } from "../cancellation";
import type { FaultPlan, WebhookFault } from "../control/fault-plan";
import type { Journal, JournalEntry } from "../journal";
import type { CarrierLogger } from "../logger";
import { deliveryPolicy, requestUrl, type DeliveryPolicy } from "./connection-override";
import { createHttpAgents, DeliveryError, httpSend, type HttpAnswer } from "./http-request";
import { sign } from "./sign";
import type { Webhook, WebhookResult } from "./webhook";

/** Status callbacks under way at once; and waiting at most, before the oldest rule of all applies: say it and drop. */
const MOST_AT_ONCE = 64;
const MOST_WAITING = 20_000;
const MOST_REDIRECTS = 5;
/** How long a reordered webhook waits for another to overtake it. */
const REORDER_PATIENCE_MS = 2_000;

/** Makes the carrier's requests to the product: signed, timed, retried, logged, and spoilt where a fault asks for it. */
export class WebhookSender {
  private readonly authToken: string;
  private readonly journal: Journal;
  private readonly faults: FaultPlan;
  private readonly log: CarrierLogger;
  private readonly agents = createHttpAgents();
  private readonly closing = new AbortController();
  private readonly waiting: Webhook[] = [];
  private running = 0;
  private readonly overtaken = new Set<() => void>();

  constructor(parts: { authToken: string; journal: Journal; faults: FaultPlan; log: CarrierLogger }) {
    this.authToken = parts.authToken;
    this.journal = parts.journal;
    this.faults = parts.faults;
    this.log = parts.log;
  }

  /** Sends one webhook and gives back its answer, after retries. Never rejects. */
  async send(webhook: Webhook, signal: AbortSignal): Promise<WebhookResult> {
    if (!/^https?:\/\//i.test(webhook.url) || !URL.canParse(webhook.url)) {
      this.journal.warn(11_100, `Invalid URL format: ${webhook.url}`, webhook.callSid);
      return { kind: "failed", failure: "ct", message: `"${webhook.url}" is no http or https URL.` };
    }
    const fault = this.faults.takeForWebhook(webhook);
    if (fault) await this.holdBack(fault, signal);
    if (signal.aborted) return { kind: "stopped" };
    if (fault?.drop) {
      this.journal.complete(this.begin(webhook, 0, fault), { error: "dropped on purpose" });
      return { kind: "failed", failure: "ct", message: "dropped on purpose" };
    }
    return await this.deliver(webhook, fault, signal);
  }

  private async deliver(
    webhook: Webhook,
    fault: WebhookFault | undefined,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const policy = deliveryPolicy(webhook.url);
    const token = randomUUID();
    const deadline = Date.now() + policy.totalTimeoutMs;
    let last: WebhookResult = { kind: "stopped" };
    for (let attempt = 0; attempt <= policy.retries; attempt += 1) {
      const left = deadline - Date.now();
      if (left <= 0) break;
      const due = attempt === 0 || fault?.corruptSignature ? fault : undefined;
      last = await this.attempt(webhook, policy, { attempt, token, left }, due, signal);
      if (!shouldRetry(last, policy)) break;
    }
    return last;
  }

  /** Sends one webhook whose answer does not matter, in the background; bounded in number. */
  notify(webhook: Webhook): void {
    if (this.closing.signal.aborted) return;
    if (this.waiting.length >= MOST_WAITING) {
      this.log.error({ url: webhook.url, event: webhook.event }, "too many callbacks are waiting: dropped one");
      return;
    }
    this.waiting.push(webhook);
    this.pump();
  }

  close(): void {
    this.closing.abort();
    this.waiting.length = 0;
    this.agents.close();
  }

  private pump(): void {
    while (this.running < MOST_AT_ONCE) {
      const webhook = this.waiting.shift();
      if (!webhook) return;
      this.running += 1;
      this.send(webhook, this.closing.signal)
        .catch((error: unknown) => this.log.error({ err: error, url: webhook.url }, "a callback failed"))
        .finally(() => {
          this.running -= 1;
          this.pump();
        });
    }
  }

  private async attempt(
    webhook: Webhook,
    policy: DeliveryPolicy,
    turn: { attempt: number; token: string; left: number },
    fault: WebhookFault | undefined,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const copies = turn.attempt === 0 ? Math.min(fault?.duplicate ?? 0, 100) : 0;
    for (let copy = 0; copy < copies; copy += 1) {
      this.once(webhook, policy, turn, fault, this.closing.signal).catch((error: unknown) =>
        this.log.error({ err: error, url: webhook.url }, "a duplicate failed"),
      );
    }
    const result = await this.once(webhook, policy, turn, fault, signal);
    if (turn.attempt === 0 && fault?.loseAnswer && result.kind === "answered") {
      return { kind: "failed", failure: "rt", message: "the answer came too late (on purpose)" };
    }
    return result;
  }

  private async holdBack(fault: WebhookFault, signal: AbortSignal): Promise<void> {
    if (fault.delayMs) await pause(fault.delayMs, signal);
    if (!fault.reorder) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        timer.cancel();
        this.overtaken.delete(go);
        resolve();
      };
      const timer = clock.after(REORDER_PATIENCE_MS, go);
      this.overtaken.add(go);
    });
  }

  private async once(
    webhook: Webhook,
    policy: DeliveryPolicy,
    turn: { attempt: number; token: string; left: number },
    fault: WebhookFault | undefined,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const entry = this.begin(webhook, turn.attempt, fault);
    try {
      const answer = await clock.holdFor(this.request(webhook, policy, turn, fault, signal));
      this.journal.complete(entry, { status: answer.status, answer: answer.body });
      for (const go of this.overtaken) go();
      return {
        kind: "answered",
        status: answer.status,
        contentType: answer.contentType,
        body: answer.body,
        url: answer.url,
      };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      this.journal.complete(entry, { error: `${error.kind}: ${error.message}` });
      if (error.kind === "stopped") return { kind: "stopped" };
      return { kind: "failed", failure: error.kind, message: error.message };
    }
  }

  private async request(
    webhook: Webhook,
    policy: DeliveryPolicy,
    turn: { attempt: number; token: string; left: number },
    fault: WebhookFault | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer & { url: string }> {
    let url = webhook.url;
    let method = webhook.method;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const target = this.signedRequest(url, method, webhook.params, turn, fault);
      const timeouts = {
        connectMs: Math.min(policy.connectTimeoutMs, turn.left),
        readMs: Math.min(policy.readTimeoutMs, turn.left),
      };
      const answer = await httpSend(this.agents, target, timeouts, signal);
      if (answer.status < 300 || answer.status >= 400 || !answer.location) return { ...answer, url };
      if (!URL.canParse(answer.location, url))
        throw new DeliveryError("rt", `Redirected to "${answer.location}", which is no URL.`);
      url = new URL(answer.location, url).href;
      if (!/^https?:/.test(url)) throw new DeliveryError("rt", `Redirected to "${url}", which is no web address.`);
      // As browsers do, and as Twilio documents: only 307 and 308 keep the method.
      if (answer.status !== 307 && answer.status !== 308) method = "GET";
    }
    throw new DeliveryError("rt", `More than ${MOST_REDIRECTS} redirects.`);
  }

  private signedRequest(
    address: string,
    method: "GET" | "POST",
    params: Record<string, string>,
    turn: { attempt: number; token: string },
    fault: WebhookFault | undefined,
  ) {
    const target = new URL(requestUrl(address));
    if (method === "GET") for (const [name, value] of Object.entries(params)) target.searchParams.append(name, value);
    const signature = sign(this.authToken, target.href, method === "GET" ? {} : params);
    const headers: Record<string, string> = {
      "User-Agent": "TwilioProxy/1.1",
      Accept: "*/*",
      "X-Twilio-Signature": fault?.corruptSignature ? corrupted(signature) : signature,
      "I-Twilio-Idempotency-Token": turn.token,
      "X-Home-Region": "us1",
    };
    if (turn.attempt === 0) delete headers["I-Twilio-Idempotency-Token"];
    const body = method === "POST" ? new URLSearchParams(params).toString() : undefined;
    if (body !== undefined) {
      headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8";
      headers["Content-Length"] = String(Buffer.byteLength(body));
    }
    return { url: target.href, method, headers, body };
  }

  private begin(webhook: Webhook, attempt: number, fault: WebhookFault | undefined): JournalEntry {
    return this.journal.add({
      kind: "webhook",
      purpose: webhook.purpose,
      method: webhook.method,
      url: webhook.url,
      ...(webhook.event === undefined ? {} : { event: webhook.event }),
      ...(webhook.callSid === undefined ? {} : { call_sid: webhook.callSid }),
      attempt,
      params: webhook.params,
      ...(fault ? { faults: faultNames(fault) } : {}),
    });
  }
}

function shouldRetry(result: WebhookResult, policy: DeliveryPolicy): boolean {
  if (result.kind === "stopped") return false;
  if (result.kind === "failed") return result.failure !== "too-large" && policy.retryOn.has(result.failure);
  if (result.status >= 500) return policy.retryOn.has("5xx");
  return result.status >= 400 && policy.retryOn.has("4xx");
}

function corrupted(signature: string): string {
  return (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
}

function faultNames(fault: WebhookFault): string[] {
  const { path: _path, event: _event, times: _times, ...effects } = fault;
  return Object.entries(effects)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}=${String(value)}`));
}
