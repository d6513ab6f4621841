import { afterAll, beforeAll } from "vitest";
import type { Db } from "@/lib/db/client";
import type { Container } from "@/modules/container";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { assembleCarrier, type RunningCarrier } from "../../../modules/twilio-simulator/assemble-carrier";
import { eventually } from "../carrier/carrier-house";
import { ScriptedSignalling, type RingingDevice } from "../carrier/scripted-signalling";
import { SilentMedia } from "../carrier/silent-media";
import { testDatabase } from "../database";
import { openHouse, testEnvironment, type House } from "../house";
import { ProductServer } from "./product-server";

const NUMBER = "+15550100000";

export interface CarrierCall {
  callSid: string;
  state: string;
  heard: string[];
  conference: string | null;
  queue: string | null;
  direction: string;
  to: string;
}

/** One request over the wire, as the carrier's log shows it. */
export interface CarrierLogEntry {
  kind: string;
  url?: string;
  method?: string;
  status?: number;
  code?: number;
  event?: string;
  params?: Record<string, string | string[]>;
}

/**
 * The product and the real carrier, talking over real sockets: REST one way, signed webhooks the other. Softphones are
 * scripted and sound is silent, so that a test says when somebody answers. Call it once, at the top of a test file.
 */
export class CallHouse {
  readonly devices = new ScriptedSignalling();
  /** Silent, but knows who would hear whom. */
  readonly media = new SilentMedia();
  readonly server = new ProductServer();
  private carrier: RunningCarrier | undefined;
  private house: House | undefined;
  private carrierUrl = "";

  private carry: (port: number) => Promise<RunningCarrier> = () => Promise.reject(new Error("The house is not open."));

  /** The carrier dies without a word (its callbacks are lost) and comes back at the same address, knowing no call. */
  async carrierDies(): Promise<void> {
    const port = this.carrier?.port ?? 0;
    await this.faults({ webhooks: { drop: true, times: 100_000 } });
    await this.carrier?.close();
    this.carrier = await this.carry(port);
  }

  async open(databaseUrl: string, db: Db): Promise<void> {
    const productUrl = await this.server.listen(0);
    const environment = testEnvironment(databaseUrl);
    const webhooks = `${productUrl}/api/webhooks/twilio`;
    this.carry = (port) =>
      assembleCarrier(
        {
          port,
          host: "127.0.0.1",
          accountSid: environment.TWILIO_ACCOUNT_SID ?? "",
          authToken: environment.TWILIO_AUTH_TOKEN ?? "",
          apiKeySid: environment.TWILIO_API_KEY_SID ?? "",
          apiKeySecret: environment.TWILIO_API_KEY_SECRET ?? "",
          applicationSid: environment.TWILIO_APP_SID ?? "",
          phoneNumber: NUMBER,
          furtherNumbers: [],
          voiceUrl: `${webhooks}/voice`,
          voiceFallbackUrl: undefined,
          statusCallbackUrl: `${webhooks}/status`,
          applicationVoiceUrl: `${webhooks}/outbound`,
          applicationStatusCallbackUrl: undefined,
          callsPerSecond: 1_000,
          callee: "manual",
          calleeDelayMs: 0,
          logLevel: "silent",
        },
        {
          createMedia: () => this.media,
          createSignalling: () => this.devices,
          createTelephone: () => () => false,
        },
      );
    this.carrier = await this.carry(0);
    this.carrierUrl = `http://127.0.0.1:${this.carrier.port}`;
    const overrides = { PUBLIC_BASE_URL: productUrl, TWILIO_API_BASE_URL: this.carrierUrl };
    this.house = openHouse(databaseUrl, overrides, db);
  }

  get container(): Container {
    if (!this.house) throw new Error("The house is not open yet.");
    return this.house.container;
  }

  /** Ends every call, and waits until what that set going is over. */
  async quiet(): Promise<void> {
    await this.control("POST", "/reset");
    await this.container.carrierCommands.drain();
    await this.container.dispatcher.run();
    await this.container.carrierCommands.drain();
  }

  async close(): Promise<void> {
    await this.carrier?.close();
    await this.server.close();
    await this.house?.container.dispatcher.stop();
    await this.house?.container.carrierCommands.stop();
  }

  /** The softphone of this agent is registered from now on. */
  register(agentId: string): void {
    this.devices.registered.add(clientIdentity(agentId));
  }

  /** The newest device that rings for this agent. */
  rings(agentId: string, nth = 0): Promise<RingingDevice> {
    const identity = clientIdentity(agentId);
    return eventually(
      () => this.devices.rung.filter((device) => device.identity === identity)[nth],
      `ring ${nth} of ${identity}`,
    );
  }

  async callIn(from = "+15550100001"): Promise<string> {
    return (await this.control<{ callSid: string }>("POST", "/calls", { from, to: NUMBER })).callSid;
  }

  /** The newest live leg to a number outside. */
  outsideLeg(number: string): Promise<CarrierCall> {
    return eventually(async () => {
      const { calls } = await this.control<{ calls: CarrierCall[] }>("GET", "/calls?live=true");
      return calls.find((call) => call.to === number);
    }, `a leg to ${number}`);
  }

  /** Somebody outside, whose telephone rings, picks it up, has a machine that does, or does not want to. */
  async outsider(callSid: string, decision: "answer" | "machine" | "decline"): Promise<void> {
    await eventually(async () => {
      try {
        await this.control("POST", `/calls/${callSid}/${decision}`);
        return true;
      } catch {
        return false;
      }
    }, `the outsider's ${decision}`);
  }

  /** The scripted far end of a leg speaks. */
  async say(callSid: string, text: string): Promise<void> {
    await this.control("POST", `/calls/${callSid}/say`, { text });
  }

  /** The caller presses keys. */
  async press(callSid: string, digits: string): Promise<void> {
    await this.control("POST", `/calls/${callSid}/digits`, { digits });
  }

  async hangUp(callSid: string): Promise<void> {
    await this.control("DELETE", `/calls/${callSid}`);
  }

  async view(callSid: string): Promise<CarrierCall> {
    return this.control("GET", `/calls/${callSid}`);
  }

  async log(): Promise<CarrierLogEntry[]> {
    return (await this.control<{ entries: [] }>("GET", "/log")).entries;
  }

  async faults(faults: object): Promise<void> {
    await this.control("POST", "/faults", faults);
  }

  untilCarrier(callSid: string, state: string): Promise<CarrierCall> {
    return eventually(async () => {
      const view = await this.view(callSid);
      return view.state === state && view;
    }, `the carrier's call ${callSid} is ${state}`);
  }

  /** The leg hears, or has heard, what is said or played. */
  untilHeard(callSid: string, what: RegExp): Promise<CarrierCall> {
    return eventually(async () => {
      const view = await this.view(callSid);
      return view.heard.some((one) => what.test(one)) && view;
    }, `the call ${callSid} hears ${what}`);
  }

  private async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`${this.carrierUrl}/_control${path}`, { method, ...init });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

/** A call house over a database of its own for the calling test file. */
export function callHouse(): { house: CallHouse; readonly db: Db } {
  const database = testDatabase({ poolSize: 16 });
  const house = new CallHouse();
  beforeAll(() => house.open(database.url, database.db));
  afterAll(() => house.close());
  return {
    house,
    get db() {
      return database.db;
    },
  };
}
