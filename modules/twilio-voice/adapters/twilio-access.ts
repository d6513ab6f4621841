import twilio from "twilio";
import type { Twilio } from "twilio";
import { assertOutsideTransaction } from "@/lib/transaction-scope";
import { CarrierError, type CarrierFailure } from "../domain/carrier";
import { CarrierCircuit } from "./carrier-circuit";

export interface TwilioSettings {
  accountSid: string;
  authToken: string;
  /** Only for a carrier other than Twilio's own. */
  apiBaseUrl: string | undefined;
  /** Shown as the caller to softphones; one of the account's numbers. */
  callerNumber: string;
  timeoutMs: number;
}

/** Twilio's numbers for "not there (any more)": resource not found, call not in progress, call already over. */
const GONE: ReadonlySet<number> = new Set([20_404, 21_220]);
const TWILIO_API = "https://api.twilio.com";
const THROTTLED_CODE = 20_429;
const THROTTLED: ReadonlySet<number> = new Set([THROTTLED_CODE]);
const HTTP_TOO_MANY = 429;
/** Seconds that the carrier may keep us waiting by Retry-After. */
const LONGEST_RETRY_AFTER = 60;
/** The connection was never made, so nothing can have been processed. */
const NOT_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** How Twilio's REST API is reached: with the account's credentials, through the circuit, failing in our words. */
export class TwilioAccess {
  private client: Twilio | undefined;

  constructor(
    private readonly settings: TwilioSettings,
    private readonly circuit: CarrierCircuit = new CarrierCircuit(),
  ) {}

  /** Makes one request of the client. Throws CarrierError and nothing else. */
  async ask<T>(request: (client: Twilio) => Promise<T>): Promise<T> {
    return this.guard(async () => request(this.connect()));
  }

  /**
   * Fetches something below the account's address that the client cannot, such as the sound of a recording; the answer
   * is a success, its body not yet read. Throws CarrierError and nothing else.
   */
  async fetch(path: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { accountSid, authToken, apiBaseUrl = TWILIO_API, timeoutMs } = this.settings;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
    return this.guard(async () => {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), timeoutMs);
      try {
        const response = await fetch(`${apiBaseUrl}/2010-04-01/Accounts/${accountSid}${path}`, {
          headers: { ...headers, authorization },
          signal: abort.signal,
        });
        if (response.ok) return response;
        await response.body?.cancel();
        const failure = failureOf(response.status, undefined);
        throw new CarrierError(failure, `The carrier answers ${response.status}.`, undefined);
      } finally {
        // The body may take as long as its listener does.
        clearTimeout(timer);
      }
    });
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    assertOutsideTransaction("The carrier");
    return this.circuit.run(async () => {
      try {
        return await work();
      } catch (error) {
        throw toCarrierError(error);
      }
    });
  }

  /** Made at the first request, so that a process that never calls the carrier needs none. */
  private connect(): Twilio {
    if (this.client) return this.client;
    const { accountSid, authToken, apiBaseUrl, timeoutMs } = this.settings;
    const httpClient = new twilio.RequestClient({ timeout: timeoutMs, maxSockets: 50 });
    httpClient.axios.interceptors.response.use((response) => {
      if (response.status === HTTP_TOO_MANY) throw tooMany(response.headers["retry-after"]);
      return response;
    });
    const client = twilio(accountSid, authToken, { httpClient });
    if (apiBaseUrl !== undefined) client.api.baseUrl = apiBaseUrl;
    this.client = client;
    return client;
  }
}

/** The client's own exceptions carry no headers: when a throttled request may come back is read here. */
function tooMany(retryAfter: unknown): CarrierError {
  const seconds = Number(retryAfter);
  const wait = seconds > 0 ? Math.min(seconds, LONGEST_RETRY_AFTER) : undefined;
  return new CarrierError("throttled", "The carrier has too much to do.", THROTTLED_CODE, undefined, wait);
}

function toCarrierError(error: unknown): CarrierError {
  if (error instanceof CarrierError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof twilio.RestException) {
    return new CarrierError(failureOf(error.status, error.code), message, error.code, { cause: error });
  }
  const code = (error as { code?: unknown } | null)?.code;
  const failure = typeof code === "string" && NOT_SENT.has(code) ? "unreachable" : "unknown_outcome";
  return new CarrierError(failure, message, undefined, { cause: error });
}

function failureOf(status: number, code: number | undefined): CarrierFailure {
  if (status === 404 || (code !== undefined && GONE.has(code))) return "gone";
  if (status === 429 || (code !== undefined && THROTTLED.has(code))) return "throttled";
  return status >= 500 ? "unknown_outcome" : "refused";
}
