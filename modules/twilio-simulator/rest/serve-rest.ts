import type { IncomingMessage, ServerResponse } from "node:http";
import { pause } from "../cancellation";
import type { RestFault } from "../control/fault-plan";
import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";
import { BodyTooLargeError, readBody } from "../http-body";
import { authenticate } from "./authenticate";
import { errorBody, notFound, RestError } from "./rest-error";
import type { RestAnswer, RestRequest } from "./rest-request";
import { REST_ROUTES, SOUND_ROUTES, type RestRoute } from "./routes";

export const REST_PREFIX = "/2010-04-01";
const MOST_BYTES = 1024 * 1024;

interface Compiled extends RestRoute {
  pattern: RegExp;
}

const ROUTES: readonly Compiled[] = [...REST_ROUTES, ...SOUND_ROUTES].map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+?)")}$`),
}));

/** Answers one request below /2010-04-01, with whatever fault is due, and writes it into the log. */
export async function serveRest(
  parts: { carrier: Carrier; runner: DocumentRunner },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { carrier } = parts;
  const path = incoming.url ?? "";
  const method = incoming.method ?? "GET";
  const fault = carrier.faults.takeForRest({ method, path });
  const entry = carrier.journal.add({
    kind: "rest",
    method,
    url: path,
    ...(fault ? { faults: faultNames(fault) } : {}),
  });
  const body = await bodyOf(incoming);
  if (fault?.delayMs) await pause(fault.delayMs, new AbortController().signal);
  const answer =
    body === null
      ? failure(new RestError(413, 20_001, "The body is too large"))
      : answerTo(parts, incoming, body, fault);
  const text = answer.body === undefined ? "" : JSON.stringify(answer.body);
  carrier.journal.complete(entry, {
    status: answer.status,
    answer: text,
    ...(body === null || body === "" ? {} : { params: fieldsOf(new URLSearchParams(body)) }),
    ...(fault?.loseResponse ? { error: "the answer was lost on purpose" } : {}),
  });
  if (fault?.loseResponse) {
    incoming.socket.destroy();
    return;
  }
  if (answer.status === 429 || fault?.retryAfter !== undefined)
    response.setHeader("Retry-After", String(fault?.retryAfter ?? 1));
  response.setHeader("Twilio-Concurrent-Requests", "1");
  response.statusCode = answer.status;
  if (answer.raw) {
    response.setHeader("Content-Type", answer.raw.contentType);
    response.end(partOf(answer.raw.data, incoming.headers.range, response));
    return;
  }
  if (text !== "") response.setHeader("Content-Type", "application/json");
  response.end(text);
}

/** The bytes that a Range header asks for, with the status and header that say so; all of them without one. */
function partOf(data: Buffer, range: string | undefined, response: ServerResponse): Buffer {
  response.setHeader("Accept-Ranges", "bytes");
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return data;
  const from = first === "" ? Math.max(0, data.length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? data.length - 1 : Math.min(data.length - 1, Number(last));
  if (from > to) {
    response.statusCode = 416;
    response.setHeader("Content-Range", `bytes */${data.length}`);
    return Buffer.alloc(0);
  }
  response.statusCode = 206;
  response.setHeader("Content-Range", `bytes ${from}-${to}/${data.length}`);
  return data.subarray(from, to + 1);
}

async function bodyOf(incoming: IncomingMessage): Promise<string | null> {
  try {
    return await readBody(incoming, MOST_BYTES);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return null;
    throw error;
  }
}

const REFUSALS: Record<number, { code: number; message: string }> = {
  429: { code: 20_429, message: "Too Many Requests" },
  500: { code: 20_500, message: "An internal server error has occurred" },
  502: { code: 20_502, message: "Bad gateway" },
  503: { code: 20_503, message: "Service unavailable" },
  504: { code: 20_504, message: "Gateway timeout" },
};

function answerTo(
  parts: { carrier: Carrier; runner: DocumentRunner },
  incoming: IncomingMessage,
  body: string,
  fault: RestFault | undefined,
): RestAnswer {
  try {
    authenticate(incoming.headers.authorization, parts.carrier.account);
    if (fault?.status !== undefined) {
      const refusal = REFUSALS[fault.status] ?? { code: 20_500, message: "An internal server error has occurred" };
      throw new RestError(fault.status, refusal.code, refusal.message);
    }
    return route(parts, incoming, body);
  } catch (error) {
    if (error instanceof RestError) return failure(error);
    parts.carrier.log.error({ err: error, path: incoming.url }, "a REST request failed");
    return failure(new RestError(500, 20_500, "An internal server error has occurred"));
  }
}

function route(
  parts: { carrier: Carrier; runner: DocumentRunner },
  incoming: IncomingMessage,
  body: string,
): RestAnswer {
  const { carrier } = parts;
  const full = incoming.url ?? "";
  const [pathname = "", query = ""] = full.split("?", 2);
  const account = `${REST_PREFIX}/Accounts/${carrier.account.accountSid}`;
  if (!pathname.startsWith(`${account}/`)) throw notFound(pathname);
  const rest = pathname.slice(account.length);
  const matching = ROUTES.filter((one) => one.pattern.test(rest));
  const found = matching.find((one) => one.method === incoming.method);
  if (!found) {
    if (matching.length > 0) throw new RestError(405, 20_004, "Method not allowed");
    throw notFound(pathname);
  }
  const request: RestRequest = {
    ...parts,
    method: found.method,
    path: full,
    ids: found.pattern.exec(rest)?.slice(1) ?? [],
    query: onlyKnown(new URLSearchParams(query), found.accepts),
    form: onlyKnown(new URLSearchParams(body), found.accepts),
  };
  return found.handler(request);
}

/** A form as the log shows it: a list for a field that came several times. */
function fieldsOf(form: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function onlyKnown(params: URLSearchParams, known: readonly string[]): URLSearchParams {
  return new URLSearchParams([...params].filter(([name]) => known.includes(name)));
}

function failure(error: RestError): RestAnswer {
  return { status: error.status, body: errorBody(error.status, error.code, error.message) };
}

function faultNames(fault: RestFault): string[] {
  const { path: _path, method: _method, times: _times, ...effects } = fault;
  return Object.entries(effects)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}=${String(value)}`));
}
