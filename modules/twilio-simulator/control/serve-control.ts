import type { IncomingMessage, ServerResponse } from "node:http";
import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";
import { BodyTooLargeError, readBody } from "../http-body";
import { ControlError } from "./control-error";
import { CONTROL_ROUTES, type ControlAnswer } from "./control-routes";

export const CONTROL_PREFIX = "/_control";
const MOST_BYTES = 1024 * 1024;

/** Answers one request of the control API, always in JSON. */
export async function serveControl(
  parts: { carrier: Carrier; runner: DocumentRunner; cutConnections(but: IncomingMessage): void },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(parts, incoming);
  response.writeHead(answer.status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(answer.body ?? {}));
}

async function answerTo(
  parts: { carrier: Carrier; runner: DocumentRunner; cutConnections(but: IncomingMessage): void },
  incoming: IncomingMessage,
): Promise<ControlAnswer> {
  try {
    const url = new URL(incoming.url ?? "/", "http://carrier");
    const path = url.pathname.slice(CONTROL_PREFIX.length);
    const matching = CONTROL_ROUTES.filter((route) => route.pattern.test(path));
    const route = matching.find((one) => one.method === incoming.method);
    if (!route) {
      throw matching.length > 0
        ? new ControlError(405, `${incoming.method ?? ""} is not possible here.`)
        : new ControlError(404, `The control API has no ${url.pathname}.`);
    }
    return await route.handler({
      carrier: parts.carrier,
      runner: parts.runner,
      cutConnections: () => parts.cutConnections(incoming),
      ids: route.pattern.exec(path)?.slice(1) ?? [],
      query: url.searchParams,
      body: await readJson(incoming),
    });
  } catch (error) {
    if (error instanceof ControlError) return { status: error.status, body: { error: error.message } };
    if (error instanceof BodyTooLargeError) return { status: 413, body: { error: error.message } };
    parts.carrier.log.error({ err: error, path: incoming.url }, "a control request failed");
    return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

/** @throws ControlError 415 or 400. Only JSON is taken: that keeps forms of other sites in a browser out. */
async function readJson(incoming: IncomingMessage): Promise<unknown> {
  if (incoming.method !== "POST") return undefined;
  const text = await readBody(incoming, MOST_BYTES);
  if (text === "") return {};
  if (!/^application\/json\b/i.test(incoming.headers["content-type"] ?? "")) {
    throw new ControlError(415, "The body must be sent as application/json.");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ControlError(400, `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
