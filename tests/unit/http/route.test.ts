import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { conflict } from "@/lib/errors";
import { contract, everyone, type Contract } from "@/lib/http/contract";
import { createRoute, Reply, type RoutePorts } from "@/lib/http/route";
import type { Principal } from "@/lib/principal";
import type { KeyedRequest } from "@/lib/db/request-steps";

const principal: Principal = {
  kind: "user",
  userId: "u",
  sessionId: "s",
  email: "a@evenhand.test",
  name: "A",
  role: "agent",
  agentId: "a",
  timeZone: "UTC",
};
const keyedK: KeyedRequest = { principal: "u", key: "k", run: "r", done: new Map() };
const ports = (changes: Partial<RoutePorts> = {}): RoutePorts => ({
  authenticate: async () => ({ principal, by: "bearer" }),
  idempotency: {
    begin: async () => ({ kind: "run", request: keyedK }),
    finish: async () => undefined,
    abandon: async () => undefined,
  },
  rateLimit: async () => undefined,
  scheduled: (_path, _requestId, work) => work(),
  secrets: () => ({ cron: "c".repeat(24), metrics: undefined }),
  allowedOrigins: () => ["https://partner.example"],
  checkResponses: () => true,
  log: { error: () => undefined, info: () => undefined },
  ...changes,
});
const echo = contract({
  method: "POST",
  path: "/api/echo",
  summary: "For tests",
  access: everyone,
  body: z.strictObject({ n: z.int() }),
  response: z.strictObject({ n: z.int() }),
  statuses: { 200: z.strictObject({ n: z.int() }), 201: z.strictObject({ n: z.literal(7) }) },
  maxBodyBytes: 100,
});
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://127.0.0.1/api/echo", {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
const call = async (
  handler: (context: { body: { n: number } }) => Promise<unknown>,
  request = post('{"n":1}'),
  changes: Partial<RoutePorts> = {},
) => createRoute(ports(changes))(echo, handler)(request, { params: Promise.resolve({}) });
const give = async ({ body }: { body: { n: number } }) => body;

describe("the route wrapper", () => {
  it("answers what the handler gives, never to be cached, with the request's id", async () => {
    const response = await call(give);
    expect(await response.json()).toEqual({ n: 1 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("turns an expected refusal into its problem document", async () => {
    const response = await call(async () => {
      throw conflict("busy", "Somebody is at it.", { who: "me" });
    });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ status: 409, code: "busy", detail: "Somebody is at it.", who: "me" });
  });

  it("keeps the text of an unexpected error to itself and logs it", async () => {
    const error = vi.fn();
    const response = await call(
      async () => {
        throw new Error("secret of the house");
      },
      undefined,
      { log: { error, info: () => undefined } },
    );
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret of the house");
    expect(error).toHaveBeenCalledOnce();
  });

  it("says 503 and when to come back while the database is away", async () => {
    const response = await call(async () => {
      throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "P1001" });
    });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("3");
  });

  it("never lets an answer out that its contract does not describe, while checks are on", async () => {
    expect((await call(async () => ({ n: "one" }))).status).toBe(500);
    expect((await call(async () => ({ n: 1, more: true }))).status).toBe(500);
    expect((await call(async () => new Reply(201, { n: 1 }))).status).toBe(500);
    expect((await call(async () => new Reply(202, { n: 1 }))).status).toBe(500);
    expect((await call(async () => ({ n: "one" }), undefined, { checkResponses: () => false })).status).toBe(200);
  });

  it("stops reading a body at its limit, announced or not", async () => {
    expect((await call(give, post(`{"n":1${" ".repeat(200)}}`))).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 50;
        controller.enqueue(new Uint8Array(50).fill(32));
      },
    });
    const request = new Request("http://127.0.0.1/api/echo", {
      method: "POST",
      body: endless,
      headers: { "content-type": "application/json" },
      duplex: "half",
    } as RequestInit);
    expect((await call(give, request)).status).toBe(413);
    expect(sent).toBeLessThan(1_000);
  });

  it.each([
    ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "invalid_encoding"],
    ["a null byte", '{"n":1,"a":"\\u0000"}', "invalid_text"],
    ["half a surrogate pair", '{"a\\ud800":1}', "invalid_text"],
  ])("refuses %s", async (_name, body, code) => {
    const response = await call(give, post(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  it("gives allowed origins their header, on refusals too, and no other", async () => {
    const from = (origin: string, body = '{"n":1}') => call(give, post(body, { origin }));
    for (const response of [await from("https://partner.example"), await from("https://partner.example", "{")]) {
      expect(response.headers.get("access-control-allow-origin")).toBe("https://partner.example");
      expect(response.headers.get("vary")).toBe("Origin");
    }
    expect((await from("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("keeps a metrics route closed while no token is configured", async () => {
    const metrics: Contract = { method: "GET", path: "/m", summary: "", access: { kind: "metrics" } };
    const handler = createRoute(ports())(metrics, async () => ({}));
    for (const authorization of ["Bearer undefined", "Bearer ", ""]) {
      const request = new Request("http://127.0.0.1/m", { headers: { authorization } });
      expect((await handler(request, { params: Promise.resolve({}) })).status).toBe(401);
    }
  });
});

describe("Idempotency-Key", () => {
  const store = () => ({
    begin: vi.fn<RoutePorts["idempotency"]["begin"]>(async () => ({ kind: "run", request: keyedK })),
    finish: vi.fn<RoutePorts["idempotency"]["finish"]>(async () => undefined),
    abandon: vi.fn(async () => undefined),
  });
  const keyed = (key: string, body = '{"n":1}') => post(body, { "idempotency-key": key });

  it("keeps the first answer and replays it", async () => {
    const idempotency = store();
    const first = await call(async () => new Reply(201, { n: 7 }, { location: "/api/echo/7" }), keyed("k"), {
      idempotency,
    });
    const [request, kept] = idempotency.finish.mock.lastCall ?? [];
    expect(request).toBe(keyedK);
    expect(kept).toMatchObject({ status: 201, headers: { location: "/api/echo/7" }, body: { n: 7 } });
    if (!kept) throw new Error("nothing was kept");
    idempotency.begin.mockResolvedValue({ kind: "replay", answer: kept });
    const handler = vi.fn(give);
    const replayed = await call(handler, keyed("k"), { idempotency });
    expect(replayed.status).toBe(201);
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    for (const name of ["location", "cache-control", "content-type"]) {
      expect(replayed.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(handler).not.toHaveBeenCalled();
  });

  it("answers what was done although its answer could not be kept, and does not free the key", async () => {
    const idempotency = { ...store(), finish: vi.fn(() => Promise.reject(new Error("cut"))) };
    const answer = await call(give, keyed("k"), { idempotency });
    expect(answer.status).toBe(200);
    expect(idempotency.finish).toHaveBeenCalled();
    expect(idempotency.abandon).not.toHaveBeenCalled();
  });

  it("frees the key after a refusal, and tells other bodies apart", async () => {
    const idempotency = store();
    const refuse = async () => {
      throw conflict("no", "No.");
    };
    await call(refuse, keyed("k"), { idempotency });
    expect(idempotency.abandon).toHaveBeenCalledWith(keyedK);
    await call(give, keyed("k", '{"n":2}'), { idempotency });
    const [one, two] = idempotency.begin.mock.calls.map((given) => given[2]);
    expect(one).not.toBe(two);
    expect((await call(give, keyed("x".repeat(201)), { idempotency })).status).toBe(400);
  });
});
