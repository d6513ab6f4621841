import { createHash, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import { AppError, forbidden } from "../errors";
import { newId } from "../ids";
import type { Principal } from "../principal";
import { asKeyedRequest, type KeyedRequest } from "../db/request-steps";
import { invalidText, parseJson, readText, unstorable } from "./body";
import { answersOf, type Contract } from "./contract";
import { invalidShape, problemResponse, toAppError } from "./problem";
import { wording } from "../wording";

/** What the wrapper needs from the house; the composition root provides it. */
export interface RoutePorts {
  /** Who asks, from the session cookie or bearer token; undefined when nobody valid does. */
  authenticate(request: Request): Promise<{ principal: Principal; by: "cookie" | "bearer" } | undefined>;
  idempotency: IdempotencyPort;
  /** Throws 429 when this principal has asked too often. */
  rateLimit(principalId: string): Promise<void>;
  secrets(): { cron: string; metrics: string | undefined };
  /** Runs what a cron route does, and notes how it went. */
  scheduled<T>(path: string, requestId: string, work: () => Promise<T>): Promise<T>;
  /** Origins besides the product's own that may use the API from a browser. */
  allowedOrigins(): readonly string[];
  /** Development and tests: every answer must match its contract. */
  checkResponses(): boolean;
  log: { error(fields: object, message: string): void; info(fields: object, message: string): void };
}

/** An answer as it is kept for repeats. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type BegunRequest = { kind: "run"; request: KeyedRequest } | { kind: "replay"; answer: KeptAnswer };

export interface IdempotencyPort {
  begin(principal: string, key: string, fingerprint: string): Promise<BegunRequest>;
  finish(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** The request was refused or broke off: the next one with its key may run. */
  abandon(request: KeyedRequest): Promise<void>;
}

/** An answer other than 200 with JSON. */
export class Reply<T> {
  constructor(
    readonly status: number,
    readonly body: T,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export interface RouteContext<P, Q, B> {
  principal: Principal;
  params: P;
  query: Q;
  body: B;
  request: Request;
  requestId: string;
}

type NextContext = { params: Promise<Record<string, string | string[] | undefined>> };
export type RouteHandler = (request: Request, context: NextContext) => Promise<Response>;

type Infer<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

/**
 * Makes the one wrapper that owns everything cross-cutting: authentication, authorisation by role, rate, shape of
 * path, query and body, idempotency, problem documents. A handler is left with one service call. Object-level
 * authorisation is the service's. `principal` is only meaningful on routes with access by roles.
 */
export function createRoute(ports: RoutePorts) {
  return function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    contract: Contract<P, Q, B, R>,
    handle: (context: RouteContext<Infer<P>, Infer<Q>, Infer<B>>) => Promise<unknown>,
  ): RouteHandler {
    return async (request, next) => {
      const requestId = newId();
      try {
        const principal = await admit(contract, request, ports);
        const params = parseWith(contract.params, await next.params, "path");
        const query = parseWith(contract.query, queryOf(request), "query");
        const text = contract.body ? await readBody(request, contract.maxBodyBytes) : "";
        const body = contract.body ? parseWith(contract.body, parseJson(text), "body") : undefined;
        const run = async () =>
          handle({ principal: principal as Principal, params, query, body, request, requestId } as RouteContext<
            Infer<P>,
            Infer<Q>,
            Infer<B>
          >);
        const isCron = contract.access.kind === "cron";
        const noted = isCron ? () => ports.scheduled(contract.path, requestId, run) : run;
        const response = await once(contract, request, principal, text, ports, noted);
        response.headers.set("x-request-id", requestId);
        allowOrigin(request, response, ports);
        return response;
      } catch (error) {
        const refusal = toAppError(error);
        if (refusal.status === 500) ports.log.error({ err: error, requestId, path: contract.path }, "request failed");
        const response = problemResponse(refusal, requestId);
        allowOrigin(request, response, ports);
        return response;
      }
    };
  };
}

async function admit(contract: Contract, request: Request, ports: RoutePorts): Promise<Principal | undefined> {
  const { access } = contract;
  switch (access.kind) {
    case "public":
    case "carrier": // The carrier's signature is checked by the webhook wrapper, over the raw body.
      return undefined;
    case "cron":
      requireBearer(request, ports.secrets().cron);
      return undefined;
    case "metrics":
      requireBearer(request, ports.secrets().metrics);
      return undefined;
    case "roles": {
      const found = await ports.authenticate(request);
      if (!found) throw new AppError(401, "not_signed_in", "Sign in, or send a valid bearer token.");
      if (!access.roles.includes(found.principal.role)) throw forbidden("Your role does not allow this.");
      // A cookie travels with requests that other sites make; a bearer token does not.
      if (found.by === "cookie" && contract.method !== "GET") requireSameOrigin(request, ports);
      await ports.rateLimit(found.principal.userId);
      return found.principal;
    }
  }
}

function requireBearer(request: Request, secret: string | undefined): void {
  const given = request.headers.get("authorization") ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (secret === undefined || !timingSafeEqual(digest(given), digest(`Bearer ${secret}`))) {
    throw new AppError(401, "invalid_token", "This route needs its own bearer token.");
  }
}

function requireSameOrigin(request: Request, ports: RoutePorts): void {
  const origin = request.headers.get("origin");
  if (origin === null) return; // Not a browser's cross-site request: those always name their origin.
  const own = request.headers.get("host");
  if (URL.canParse(origin) && new URL(origin).host === own) return;
  if (ports.allowedOrigins().includes(origin)) return;
  throw forbidden("This origin may not use your session.");
}

function allowOrigin(request: Request, response: Response, ports: RoutePorts): void {
  const origin = request.headers.get("origin");
  if (origin === null || !ports.allowedOrigins().includes(origin)) return;
  response.headers.set("access-control-allow-origin", origin);
  response.headers.set("access-control-allow-credentials", "true");
  response.headers.append("vary", "Origin");
}

/** The query's parameters. Throws 400 invalid_text for a null byte, as in a body: no column could hold it. */
function queryOf(request: Request): Record<string, string> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  for (const [name, value] of Object.entries(query)) {
    const problem = unstorable(value);
    if (problem !== undefined) throw invalidText(name, problem, "query");
  }
  return query;
}

async function readBody(request: Request, maxBytes: number | undefined): Promise<string> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(json|[\w.+-]+\+json)\b/i.test(type)) {
    throw new AppError(415, "unsupported_media_type", "Send the body as application/json.");
  }
  return readText(request, maxBytes);
}

function parseWith(schema: z.ZodType | undefined, value: unknown, where: "body" | "query" | "path"): unknown {
  if (!schema) return where === "query" ? value : undefined;
  const parsed = schema.safeParse(value, { error: wording });
  if (!parsed.success) throw invalidShape(parsed.error, where);
  return parsed.data;
}

async function once(
  contract: Contract,
  request: Request,
  principal: Principal | undefined,
  text: string,
  ports: RoutePorts,
  run: () => Promise<unknown>,
): Promise<Response> {
  const key = contract.method === "GET" ? null : request.headers.get("idempotency-key");
  if (key === null || principal === undefined) return answer(contract, ports, await run());
  if (key.length < 1 || key.length > 200) {
    throw new AppError(400, "invalid_idempotency_key", "Idempotency-Key must have 1 to 200 characters.");
  }
  const { pathname, search } = new URL(request.url);
  // A file is not read before its key is looked at: its name and length stand for it.
  const sent = contract.upload ? `${search}\n${request.headers.get("content-length") ?? ""}` : text;
  const fingerprint = createHash("sha256").update(`${contract.method} ${pathname}\n`).update(sent).digest("hex");
  const begun = await ports.idempotency.begin(principal.userId, key, fingerprint);
  if (begun.kind === "replay") {
    const { status, headers, body } = begun.answer;
    return Response.json(body, { status, headers: { ...headers, "idempotent-replayed": "true" } });
  }
  const { request: keyed } = begun;
  let response: Response;
  try {
    response = await asKeyedRequest(keyed, async () => answer(contract, ports, await run()));
  } catch (error) {
    await letGo(keyed, contract, ports);
    throw error;
  }
  // A file is not kept with its key: a repeat is given what the first has committed, and answers the same file.
  if (!/json/.test(response.headers.get("content-type") ?? "")) {
    await letGo(keyed, contract, ports);
    return response;
  }
  try {
    const headers = Object.fromEntries(response.headers);
    delete headers["content-length"];
    await ports.idempotency.finish(keyed, { status: response.status, headers, body: await response.clone().json() });
  } catch (error) {
    // What is done is answered as done. A repeat is answered from what was committed.
    ports.log.error({ err: error, path: contract.path }, "the answer to an idempotent request was not kept");
  }
  return response;
}

/** Frees the key of a request that was refused or broke off; it frees itself after a while when that fails. */
async function letGo(request: KeyedRequest, contract: Contract, ports: RoutePorts): Promise<void> {
  try {
    await ports.idempotency.abandon(request);
  } catch (error) {
    ports.log.error({ err: error, path: contract.path }, "the key of a request that broke off was not freed");
  }
}

function answer(contract: Contract, ports: RoutePorts, result: unknown): Response {
  if (result instanceof Response) return result;
  const reply = result instanceof Reply ? result : new Reply(200, result);
  if (ports.checkResponses() && reply.status < 300) checkAnswer(contract, reply);
  return Response.json(reply.body, {
    status: reply.status,
    headers: { "cache-control": "no-store", ...reply.headers },
  });
}

/** Throws for an answer that its contract, and so openapi.json, does not describe. */
function checkAnswer(contract: Contract, { status, body }: Reply<unknown>): void {
  const answers = answersOf(contract);
  if (!(status in answers)) throw new Error(`${contract.method} ${contract.path} declares no answer ${status}`);
  answers[status]?.parse(body);
}
