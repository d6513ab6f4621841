import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseDigest } from "./database-digest";
import { type Answer, client, type RequestOptions, type SignedInAs } from "./http";
import type { TestHouse } from "./test-house";

/** One request as somebody might really send it. */
export interface BadRequest extends RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  /** Who asks; a manager unless said otherwise. */
  as?: SignedInAs;
}

/** What must be answered: status, stable code, a sentence for the person, and the field that was wrong. */
export interface Refusal {
  status: number;
  code: string;
  says: RegExp;
  field?: string;
}

export type BadCase = readonly [name: string, request: () => BadRequest, refusal: Refusal];

type Problem = Record<string, unknown> & { errors?: { field: string; message: string }[] };

/** Words of programs that a person should not meet in a refusal. */
const JARGON =
  /undefined|NaN|Invalid input|\[object|TypeError|Prisma|Zod|relation "|syntax error at|violates|\$\d|queryRaw/;

/** A watch over the house's whole database: each case that is refused must leave it exactly as it was. */
export function databaseWatch(house: TestHouse): { digest: () => Promise<Record<string, string>> } {
  let connection: pg.Client | undefined;
  beforeAll(async () => {
    connection = new pg.Client({ connectionString: house.url });
    await connection.connect();
  });
  afterAll(() => connection?.end());
  return {
    digest: () => {
      if (!connection) throw new Error("databaseWatch() is usable inside tests only");
      return databaseDigest(connection);
    },
  };
}

/** Sends one request of a case. */
export function sendBad(request: BadRequest, manager: SignedInAs): Promise<Answer<Problem>> {
  const { method = "POST", path, body, as: asker = manager, ...options } = request;
  const person = client(asker);
  if (method === "GET") return person.get<Problem>(path, options);
  if (method === "DELETE" && body === undefined) return person.delete<Problem>(path, options);
  const send = { POST: person.post, PUT: person.put, PATCH: person.patch, DELETE: person.post }[method];
  return send<Problem>(path, body, options);
}

/** Declares one test a case: the answer is the refusal, a whole problem document, and nothing at all was written. */
export function refuses(
  cases: readonly BadCase[],
  world: { manager: () => SignedInAs; watch: ReturnType<typeof databaseWatch> },
): void {
  it.each(cases)("%s", async (_name, request, refusal) => {
    const wanted = request();
    const before = await world.watch.digest();
    const answer = await sendBad(wanted, world.manager());
    expectRefusal(answer, refusal);
    expect(await world.watch.digest(), "what the database holds").toEqual(before);
  });
}

/** Holds an answer against the refusal that was meant. */
export function expectRefusal(answer: Answer<Problem>, refusal: Refusal): void {
  const { status, body, headers } = answer;
  expect({ status, code: body.code, detail: body.detail, errors: body.errors }).toMatchObject({
    status: refusal.status,
    code: refusal.code,
    detail: expect.stringMatching(refusal.says) as string,
  });
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({
    type: `urn:evenhand:problem:${refusal.code}`,
    title: expect.any(String) as string,
    status: refusal.status,
    success: false,
    request_id: expect.any(String) as string,
  });
  const detail = String(body.detail);
  expect(detail, "a sentence, which may begin with somebody's address").toMatch(/^([A-Z"']|\S+@\S+ ).{8,}[.)]$/s);
  expect(detail.length, "a detail is a sentence or two").toBeLessThan(600);
  expect(detail).not.toMatch(JARGON);
  if (refusal.field !== undefined) expect(body.errors?.map(({ field }) => field)).toContain(refusal.field);
  for (const { message } of body.errors ?? []) expect(message).not.toMatch(JARGON);
}
