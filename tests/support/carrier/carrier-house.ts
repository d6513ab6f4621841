import { setTimeout as delay } from "node:timers/promises";
import twilio from "twilio";
import { assembleCarrier, type RunningCarrier } from "../../../modules/twilio-simulator/assemble-carrier";
import type { CarrierConfig } from "../../../modules/twilio-simulator/configuration";
import type { MediaPlane } from "../../../modules/twilio-simulator/contract";
import { ProductDouble } from "./product-double";
import { ScriptedSignalling } from "./scripted-signalling";
import { SilentMedia } from "./silent-media";

export const AUTH_TOKEN = "0123456789abcdef0123456789abcdef";
export const ACCOUNT_SID = `AC${"a".repeat(32)}`;
export const API_KEY = { sid: `SK${"b".repeat(32)}`, secret: "key-secret" };
export const NUMBER = "+15005550006";

export interface CallView {
  callSid: string;
  state: string;
  status: string;
  heard: string[];
  queue: string | null;
  conference: string | null;
  end_reason?: string;
  to: string;
  direction: string;
}

export interface LogEntry {
  n: number;
  kind: string;
  code?: number;
  purpose?: string;
  event?: string;
  url?: string;
  method?: string;
  status?: number;
  attempt?: number;
  faults?: string[];
  error?: string;
  params?: Record<string, string>;
}

/** Long enough for a busy machine, shorter than a test may take: how long it took is not what tests are about. */
const PATIENCE_MS = 60_000;

/** Waits until `check` gives something other than undefined, null or false. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  what: string,
  withinMs = PATIENCE_MS,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}

/** A running carrier with a product double, the real twilio client, and everything to look at. */
export class CarrierHouse {
  readonly product = new ProductDouble(AUTH_TOKEN);
  readonly media = new SilentMedia();
  readonly signalling = new ScriptedSignalling();
  private carrier: RunningCarrier | null = null;
  url = "";
  client = twilio(ACCOUNT_SID, AUTH_TOKEN);

  async start(overrides: Partial<CarrierConfig> = {}, media: MediaPlane = this.media): Promise<this> {
    if (this.product.url === "") await this.product.start();
    this.carrier = await assembleCarrier(
      {
        port: 0,
        host: "127.0.0.1",
        accountSid: ACCOUNT_SID,
        authToken: AUTH_TOKEN,
        apiKeySid: API_KEY.sid,
        apiKeySecret: API_KEY.secret,
        applicationSid: `AP${"c".repeat(32)}`,
        phoneNumber: NUMBER,
        furtherNumbers: [],
        voiceUrl: `${this.product.url}/voice`,
        voiceFallbackUrl: undefined,
        statusCallbackUrl: `${this.product.url}/number-status`,
        applicationVoiceUrl: `${this.product.url}/app`,
        applicationStatusCallbackUrl: undefined,
        callsPerSecond: 1_000,
        callee: "manual",
        calleeDelayMs: 0,
        logLevel: "silent",
        ...overrides,
      },
      {
        createMedia: () => media,
        createSignalling: () => this.signalling,
        createTelephone: () => () => false,
      },
    );
    this.url = `http://127.0.0.1:${this.carrier.port}`;
    this.client = this.connect(ACCOUNT_SID, AUTH_TOKEN);
    return this;
  }

  /** A real client for these credentials. */
  connect(user: string, password: string) {
    const client = twilio(user, password, { accountSid: ACCOUNT_SID });
    client.api.baseUrl = this.url;
    return client;
  }

  async stop(): Promise<void> {
    await this.carrier?.close();
    await this.product.stop();
  }

  async control<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.url}/_control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** Somebody dials the account's number. */
  async callIn(from = "+15005551111"): Promise<string> {
    const { body } = await this.control<{ callSid: string }>("POST", "/calls", { from, to: NUMBER });
    return body.callSid;
  }

  async view(callSid: string): Promise<CallView> {
    return (await this.control<CallView>("GET", `/calls/${callSid}`)).body;
  }

  async untilState(callSid: string, state: string): Promise<CallView> {
    return await eventually(async () => {
      const view = await this.view(callSid);
      return view.state === state && view;
    }, `call ${callSid} is ${state}`);
  }

  async press(callSid: string, digits: string): Promise<void> {
    await this.control("POST", `/calls/${callSid}/digits`, { digits });
  }

  async hangUp(callSid: string): Promise<void> {
    await this.control("DELETE", `/calls/${callSid}`);
  }

  async log(): Promise<LogEntry[]> {
    return (await this.control<{ entries: LogEntry[] }>("GET", "/log")).body.entries;
  }

  async warnings(): Promise<number[]> {
    return (await this.log()).filter((entry) => entry.kind === "warning").map((entry) => entry.code ?? 0);
  }

  /** The nth webhook at a path, once it is there. */
  async webhook(path: string, nth = 0) {
    return await eventually(() => this.product.at(path)[nth], `webhook ${nth} at ${path}`);
  }
}
