import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface HttpTimeouts {
  connectMs: number;
  /** From the connection to the end of the answer. */
  readMs: number;
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  location: string | undefined;
  body: string;
}

/** A request that got no answer: before the connection stood ("ct"), while waiting for the answer ("rt"), or stopped by us. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly kind: "ct" | "rt" | "stopped" | "too-large";

  constructor(kind: "ct" | "rt" | "stopped" | "too-large", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Twilio refuses documents above 64 KB. */
export const MOST_BODY_BYTES = 64 * 1024;

/** Keeps connections, and shares them: one pair a carrier. */
export interface HttpAgents {
  http: HttpAgent;
  https: HttpsAgent;
  close(): void;
}

export function createHttpAgents(): HttpAgents {
  // A connection kept for less time than servers keep theirs (5 s in Node) never meets their close halfway.
  const options = { keepAlive: true, maxSockets: 128, timeout: 3_000 };
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);
  return {
    http,
    https,
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

function readBody(response: IncomingMessage, resolve: (body: string) => void, reject: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) {
      reject(new DeliveryError("too-large", `The answer is larger than ${MOST_BODY_BYTES} bytes.`));
      response.destroy();
      return;
    }
    chunks.push(chunk);
  });
  response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  response.on("error", (error) => reject(new DeliveryError("rt", error.message)));
  response.on("aborted", () => reject(new DeliveryError("rt", "The connection broke in the middle of the answer.")));
}

/**
 * One HTTP request, with separate limits for connecting and for the answer.
 * @throws DeliveryError when there is no whole answer in time
 */
export function httpSend(
  agents: HttpAgents,
  target: { url: string; method: "GET" | "POST"; headers: Record<string, string>; body: string | undefined },
  timeouts: HttpTimeouts,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const secure = target.url.startsWith("https:");
  return new Promise((resolve, reject) => {
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const request = (secure ? httpsRequest : httpRequest)(target.url, {
      method: target.method,
      headers: target.headers,
      agent: secure ? agents.https : agents.http,
    });
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    const fail = (error: DeliveryError): void => {
      finish();
      request.destroy();
      reject(error);
    };
    const stop = (): void => fail(new DeliveryError("stopped", "The request was no longer wanted."));
    const limit = (kind: "ct" | "rt", ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => fail(new DeliveryError(kind, `No ${kind === "ct" ? "connection" : "answer"} within ${ms} ms.`)),
        ms,
      );
    };
    const onConnected = (): void => {
      connected = true;
      limit("rt", timeouts.readMs);
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    limit("ct", timeouts.connectMs);
    request.on("socket", (socket) => {
      if (socket.connecting) socket.once(secure ? "secureConnect" : "connect", onConnected);
      else onConnected();
    });
    request.on("error", (error) => fail(new DeliveryError(connected ? "rt" : "ct", error.message)));
    request.on("response", (response) => {
      readBody(
        response,
        (body) => {
          finish();
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers["content-type"] ?? "",
            location: response.headers.location,
            body,
          });
        },
        (error) => fail(error instanceof DeliveryError ? error : new DeliveryError("rt", error.message)),
      );
    });
    request.end(target.body);
  });
}
