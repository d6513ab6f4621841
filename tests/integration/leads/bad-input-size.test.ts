import { setImmediate } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { databaseWatch, expectRefusal } from "@/tests/support/bad-input";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { type Answer, bearerOf } from "@/tests/support/http";
import { longestBlock } from "@/tests/support/longest-block";
import { findRoute } from "@/tests/support/route-files";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const watch = databaseWatch(house);
const MILLION = 1_000_000;
const PATH = "/api/leads/bulk-update";
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

interface Cost {
  /** The longest stretch in which nothing else in this process could run, in computing time. */
  blockedMs: number;
  /** How far the process's memory grew beyond its highest mark before. */
  grownMb: number;
  /** Of the body, before the answer. */
  bytesRead: number;
}

type Problem = Record<string, unknown> & { plan_id?: string };

/** Sends a body that is made while it is read, as a network brings it, and watches what that costs. */
async function sendStream(
  pieces: Iterator<string>,
  headers: Record<string, string> = {},
): Promise<{ answer: Answer<Problem>; cost: Cost }> {
  const encoder = new TextEncoder();
  let bytesRead = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await setImmediate(); // A network lets others have their turn between its pieces.
        const next = pieces.next();
        if (next.done === true) return controller.close();
        const bytes = encoder.encode(next.value);
        bytesRead += bytes.byteLength;
        return controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
  const authorization = `Bearer ${await bearerOf(manager)}`;
  const request = new Request(new URL(PATH, "http://127.0.0.1:3000"), {
    method: "POST",
    body,
    headers: { "content-type": "application/json", authorization, ...headers },
    duplex: "half",
  } as RequestInit);
  const handler = (await findRoute(PATH))?.handlers.POST;
  if (!handler) throw new Error(`${PATH} has no POST`);
  const highest = process.resourceUsage().maxRSS;
  const { result: response, blockedMs } = await longestBlock(() => handler(request, { params: Promise.resolve({}) }));
  const cost = {
    blockedMs,
    grownMb: (process.resourceUsage().maxRSS - highest) / 1_024,
    bytesRead,
  };
  return {
    answer: { status: response.status, headers: response.headers, body: (await response.json()) as Problem },
    cost,
  };
}

function* listOf(count: number, one: (index: number) => string): Generator<string> {
  const SLICE = 2_000;
  yield '{"updates":{"priority":"high"},"lead_ids":[';
  for (let from = 0; from < count; from += SLICE) {
    const slice = Array.from({ length: Math.min(SLICE, count - from) }, (_, index) => one(from + index));
    yield `${from === 0 ? "" : ","}${slice.join(",")}`;
  }
  yield "]}";
}

const uuid = (index: number): string => `"019aa000-0000-7000-8000-${String(index).padStart(12, "0")}"`;

describe("a body", () => {
  it("that says it is over the limit is refused before a byte of it is read", async () => {
    const before = await watch.digest();
    const { answer, cost } = await sendStream(listOf(10, uuid), { "content-length": String(64 * 1_048_576 + 1) });
    expectRefusal(answer, { status: 413, code: "body_too_large", says: /at most 64 MiB/ });
    expect(cost.bytesRead).toBe(0);
    expect(await watch.digest()).toEqual(before);
  });

  it("that does not say so is refused at the limit, however much would follow", async () => {
    const before = await watch.digest();
    const endless = listOf(Number.MAX_SAFE_INTEGER, uuid);
    const { answer, cost } = await sendStream(endless);
    expectRefusal(answer, { status: 413, code: "body_too_large", says: /at most 64 MiB/ });
    expect(cost.bytesRead).toBeLessThan(65 * 1_048_576);
    expect(await watch.digest()).toEqual(before);
  });

  it("of another kind is refused unread", async () => {
    for (const type of ["text/csv", "text/plain; application/json", "multipart/form-data", ""]) {
      const { answer, cost } = await sendStream(listOf(MILLION, uuid), { "content-type": type });
      expectRefusal(answer, { status: 415, code: "unsupported_media_type", says: /as application\/json/ });
      expect(cost.bytesRead).toBe(0);
    }
  });
});

describe("very long lists keep the process free and small:", () => {
  // Measured: 35 to 210 ms and up to 150 MB, the making of the body among it; twice that beside other heavy work.
  const BLOCKED_MS = 700;
  const GROWN_MB = 350;

  it.each([
    ["1,000,001 ids", () => listOf(MILLION + 1, uuid), { status: 413, code: "too_many_leads", says: /1,000,000/ }],
    ["a million numbers", () => listOf(MILLION, String), { status: 400, code: "invalid_request", says: /lead_ids\.0/ }],
    [
      "a million nulls",
      () => listOf(MILLION, () => "null"),
      { status: 400, code: "invalid_request", says: /lead_ids\.0/ },
    ],
    [
      "a million lists",
      () => listOf(MILLION, () => "[]"),
      { status: 400, code: "invalid_request", says: /lead_ids\.0/ },
    ],
    [
      "thirty million zeros",
      () => listOf(3_000, () => `${"0,".repeat(9_999)}0`),
      { status: 413, code: "too_many_values", says: /2,000,000/ },
    ],
    [
      "a million texts that are no ids",
      () => listOf(MILLION, (index) => `"lead-${index}"`),
      { status: 422, code: "not_lead_ids", says: /no lead ids, "lead-0" the first/ },
    ],
    [
      "sixty million brackets",
      () => listOf(1, () => "[".repeat(60 * MILLION)),
      { status: 400, code: "too_deep", says: /deeper than 200/ },
    ],
  ])("%s are refused", async (_name, body, refusal) => {
    const before = await watch.digest();
    const { answer, cost } = await sendStream(body());
    expectRefusal(answer, refusal);
    expect(cost.blockedMs).toBeLessThan(BLOCKED_MS);
    expect(cost.grownMb).toBeLessThan(GROWN_MB);
    expect(await watch.digest()).toEqual(before);
  });

  it("a million ids become a plan", async () => {
    const { answer, cost } = await sendStream(listOf(MILLION, uuid));
    expect(answer, JSON.stringify(answer.body)).toMatchObject({
      status: 202,
      body: { success: true, state: "preparing", total_leads: MILLION, plan_id: expect.any(String) as string },
    });
    expect(cost.blockedMs).toBeLessThan(BLOCKED_MS);
    expect(cost.grownMb).toBeLessThan(GROWN_MB);
    await house.db.bulkPlan.delete({ where: { id: String(answer.body.plan_id) } });
  });
});
