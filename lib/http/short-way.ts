import type { IncomingMessage, ServerResponse } from "node:http";
import { logger } from "../logger";
import { decodeText, readText, tooLarge } from "./body";
import type { Contract } from "./contract";
import type { RouteHandler } from "./route";

/** As much of a request as a route needs that neither asks who it is nor answers in parts. */
export interface PlainRequest {
  /** Path and query exactly as they came. */
  target: string;
  header(name: string): string | null;
  /** The body, read once. Throws AppError when it is longer or no text. */
  text(maxBytes: number): Promise<string>;
}

export interface PlainAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Routes that the process's own server (scripts/web.mts) answers before Next's router, by "POST /api/...". That server
 * makes the list before it loads Next; where Next serves alone there is none.
 */
const shared = globalThis as typeof globalThis & { evenhandShortWay?: Map<string, Answering> };

/**
 * The handler of a route for Next; and from the moment Next has loaded the route, the process's own server asks
 * `answer` by itself, for a third of the processor time (ADR 60). The contract's path has no parameters.
 */
export function shortWay(
  { method, path }: Pick<Contract, "method" | "path">,
  answer: (request: PlainRequest) => Promise<PlainAnswer>,
): RouteHandler {
  shared.evenhandShortWay?.set(`${method} ${path}`, (request, response) => answerDirectly(answer, request, response));
  return async (request) => {
    const { status, headers, body } = await answer({
      target: targetOf(request.url),
      header: (name) => request.headers.get(name),
      text: async (maxBytes) => readText(request, maxBytes),
    });
    return new Response(body, { status, headers });
  };
}

async function answerDirectly(
  answer: (request: PlainRequest) => Promise<PlainAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let given: PlainAnswer;
  try {
    given = await answer({
      target: request.url ?? "/",
      header: (name) => request.headers[name]?.toString() ?? null,
      text: async (maxBytes) => collect(request, maxBytes),
    });
  } catch (error) {
    logger("http").error({ err: error, target: request.url }, "a request could not be answered");
    given = { status: 500, headers: {}, body: null };
  }
  const { status, headers, body } = given;
  // What is left of a body that nobody wants is not waited for.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body ?? "") }).end(body ?? "");
}

/** The body as text, not kept beyond the limit. */
function collect(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) return reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes));
    });
    request.once("end", () => {
      try {
        resolve(decodeText(Buffer.concat(chunks)));
      } catch (error) {
        reject(error);
      }
    });
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
  });
}

/** Path and query of an address, as they are. */
function targetOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  return start < 0 ? "/" : url.slice(start);
}
