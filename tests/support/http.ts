import { newId } from "@/lib/ids";
import { container } from "@/modules/container";
import { findRoute } from "./route-files";

/** Anyone who can sign in: what the factories answer. */
export interface SignedInAs {
  userId: string;
}

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  idempotencyKey?: string;
  /** Sends this as it is instead of a JSON value. */
  rawBody?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

type Json = Record<string, unknown>;
type Send = <T = Json>(path: string, options?: RequestOptions) => Promise<Answer<T>>;
type SendBody = <T = Json>(path: string, body?: unknown, options?: RequestOptions) => Promise<Answer<T>>;

export interface Client {
  get: Send;
  delete: Send;
  post: SendBody;
  put: SendBody;
  patch: SendBody;
}

const TOKEN_SECONDS = 3_600;
const tokens = new WeakMap<object, Map<string, Promise<string>>>();

/** A person's requests, each with a real bearer token through the real route handler. Without a person: anonymous. */
export function client(user?: SignedInAs): Client {
  const send = async <T>(method: string, path: string, body: unknown, options: RequestOptions): Promise<Answer<T>> => {
    const authorization = user ? { authorization: `Bearer ${await bearerOf(user)}` } : {};
    return request<T>(method, path, body, {
      ...options,
      headers: { ...authorization, ...options.headers },
    });
  };
  return {
    get: (path, options = {}) => send("GET", path, undefined, options),
    delete: (path, options = {}) => send("DELETE", path, undefined, options),
    post: (path, body, options = {}) => send("POST", path, body, options),
    put: (path, body, options = {}) => send("PUT", path, body, options),
    patch: (path, body, options = {}) => send("PATCH", path, body, options),
  };
}

/** A bearer token of a fresh sign-in session (kept for the house that is open). */
export async function bearerOf(user: SignedInAs): Promise<string> {
  const house = container();
  const known = tokens.get(house) ?? new Map<string, Promise<string>>();
  tokens.set(house, known);
  let token = known.get(user.userId);
  if (!token) {
    token = openSession(user.userId);
    known.set(user.userId, token);
  }
  return token;
}

async function openSession(userId: string): Promise<string> {
  const { db, principals } = container();
  const id = newId();
  const expiresAt = new Date(Date.now() + TOKEN_SECONDS * 1_000);
  await db.authSession.create({
    data: { id, userId, kind: "token", expiresAt },
  });
  return principals.issueBearer(id, TOKEN_SECONDS);
}

async function request<T>(method: string, path: string, body: unknown, options: RequestOptions): Promise<Answer<T>> {
  const url = new URL(path, container().env.PUBLIC_BASE_URL);
  const route = await findRoute(url.pathname);
  if (!route) throw new Error(`No route file answers ${url.pathname}`);
  const handler = route.handlers[method];
  if (!handler) throw new Error(`${url.pathname} has no ${method}`);
  const headers = new Headers(options.headers);
  if (options.idempotencyKey !== undefined) headers.set("idempotency-key", options.idempotencyKey);
  const text = options.rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  if (text !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const init: RequestInit & { duplex?: "half" } = {
    method,
    headers,
    ...(text === undefined ? {} : { body: text, duplex: "half" }),
  };
  const response = await handler(new Request(url, init), {
    params: Promise.resolve(route.params),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await readBody(response)) as T,
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
}
