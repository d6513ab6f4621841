import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { QueuedCallState } from "@/lib/db/generated/client";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createUser, type TestUser } from "../../support/factories/users";
import { client } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();
let queueId: string;
let owner: Awaited<ReturnType<typeof createReadyAgent>>;
let other: Awaited<ReturnType<typeof createReadyAgent>>;
let manager: TestUser;

beforeAll(async () => {
  queueId = await createQueue(house.db);
  owner = await createReadyAgent(house.db, queueId, { maxConcurrentCalls: 50 });
  other = await createReadyAgent(house.db, queueId);
  manager = await createUser(house.db, { role: "manager" });
});

let slot = 0;

/** A call of `owner` that stands in this state, as the way there would have left it. */
async function callIn(state: QueuedCallState, leadId?: string): Promise<{ callId: string; entryId: string }> {
  const { db } = house;
  const [callId, entryId] = [newId(), newId()];
  const answered = state !== "waiting" && state !== "offered" && state !== "connecting";
  await db.call.create({
    data: {
      id: callId,
      callSid: `CA${callId.replaceAll("-", "")}`,
      direction: "inbound",
      fromNumber: "+15550100001",
      toNumber: "+15550100000",
      carrierStatus: "in-progress",
      ...(leadId === undefined ? {} : { leadId }),
      ...(answered ? { agentId: owner.agentId, answeredAt: new Date() } : {}),
      ...(state === "wrap_up" || state === "done" ? { endedAt: new Date() } : {}),
    },
  });
  const held = state !== "waiting" && state !== "done";
  await db.queuedCall.create({
    data: {
      id: entryId,
      callId,
      queueId,
      state,
      ...(state === "waiting" ? {} : { agentId: owner.agentId }),
      ...(state === "wrap_up" ? { wrapUpEndsAt: new Date(Date.now() + 60_000) } : {}),
    },
  });
  if (held)
    await db.agentCallSlot.create({ data: { agentId: owner.agentId, slot: (slot += 1), queuedCallId: entryId } });
  if (state === "offered") {
    await db.callOffer.create({
      data: {
        id: newId(),
        queuedCallId: entryId,
        agentId: owner.agentId,
        sessionId: owner.sessionId,
        expiresAt: new Date(Date.now() + 60_000),
        explanation: { why: "longest idle (5 s) of 2 ready" },
      },
    });
  }
  return { callId, entryId };
}

describe("whose call it is", () => {
  it("agents see and touch their own calls alone; managers all", async () => {
    const { callId } = await callIn("in_conversation");
    expect((await client(other).get(`/api/calls/${callId}`)).status).toBe(404);
    expect((await client(owner).get(`/api/calls/${callId}`)).status).toBe(200);
    expect((await client(manager).get(`/api/calls/${callId}`)).status).toBe(200);
    expect((await client(other).post(`/api/calls/${callId}/end`)).status).toBe(403);
    expect((await client(other).post(`/api/calls/${callId}/wrap-up`, { note: "not mine" })).status).toBe(403);
    expect((await client(other).post(`/api/calls/${callId}/decline`)).status).toBe(404);
    const log = await client(other).get<{ calls: unknown[] }>("/api/calls");
    expect(log.body.calls).toEqual([]);
    const mine = await client(owner).get<{ calls: { callId: string }[] }>("/api/calls");
    expect(mine.body.calls.map((call) => call.callId)).toContain(callId);
  });

  it("unknown ids are 404, whatever they look like", async () => {
    for (const id of ["nonsense", newId(), "%00", "../leads"]) {
      const address = `/api/calls/${encodeURIComponent(id)}`;
      expect((await client(manager).get(address)).status).toBe(404);
      expect((await client(owner).post(`${address}/end`)).status).toBe(404);
      expect((await client(owner).post(`${address}/decline`)).status).toBe(404);
      expect((await client(owner).post(`${address}/wrap-up`, {})).status).toBe(404);
    }
  });

  it("the queue shows callers to staff, and to an agent only its own", async () => {
    await callIn("waiting");
    interface Queues {
      queues: { queueId: string; calls: { from: string; position: number | null }[] }[];
    }
    const seen = async (user: TestUser) =>
      (await client(user).get<Queues>("/api/queues")).body.queues.find((queue) => queue.queueId === queueId)?.calls;
    const waiting = (await seen(manager))?.filter((call) => call.position !== null) ?? [];
    expect(waiting.map((call) => call.from)).toEqual(["+15550100001"]);
    expect((await seen(other))?.every((call) => call.from === "")).toBe(true);
  });

  it("tells who was asked by name, and why; a phone that cannot be used makes nobody ready", async () => {
    const { callId } = await callIn("offered");
    const detail = await client(manager).get<{ offers: unknown[] }>(`/api/calls/${callId}`);
    const { agentId, email, name } = owner;
    expect(detail.body.offers).toMatchObject([{ agent: { agentId, email, name } }]);
    interface Queues {
      queues: { queueId: string; ready: number; signedIn: number; calls: { callId: string }[] }[];
    }
    const queue = async () =>
      (await client(manager).get<Queues>("/api/queues")).body.queues.find((one) => one.queueId === queueId);
    const before = await queue();
    expect(before?.calls.find((call) => call.callId === callId)).toMatchObject({
      kind: "caller",
      agent: name,
      why: "longest idle (5 s) of 2 ready",
    });
    const where = { id: other.sessionId };
    await house.db.agentSession.update({ where, data: { device: { problems: ["mic_denied"] } } });
    expect(await queue()).toMatchObject({ signedIn: before?.signedIn, ready: (before?.ready ?? 0) - 1 });
    await house.db.agentSession.update({ where, data: { device: { problems: [] } } });
  });
});

describe("what can be done in which state", () => {
  it("decline: the offer goes, the caller's place stays; again is harmless", async () => {
    const { callId, entryId } = await callIn("offered");
    const before = await house.db.queuedCall.findUniqueOrThrow({ where: { id: entryId } });
    expect((await client(owner).post(`/api/calls/${callId}/decline`)).body).toMatchObject({ state: "waiting" });
    const after = await house.db.queuedCall.findUniqueOrThrow({ where: { id: entryId }, include: { slots: true } });
    expect(after).toMatchObject({ state: "waiting", orderKey: before.orderKey, slots: [], agentId: null });
    expect((await client(owner).post(`/api/calls/${callId}/decline`)).status).toBe(200);
    const taken = await callIn("in_conversation");
    expect((await client(owner).post(`/api/calls/${taken.callId}/decline`)).status).toBe(409);
  });

  it("end: wrap-up at once, orders to the carrier written; again is harmless; too early is 409", async () => {
    const { callId, entryId } = await callIn("in_conversation");
    expect((await client(owner).post(`/api/calls/${callId}/end`)).body).toMatchObject({ state: "wrap_up" });
    expect((await client(owner).post(`/api/calls/${callId}/end`)).body).toMatchObject({ state: "wrap_up" });
    expect(await house.db.carrierCommand.count({ where: { queuedCallId: entryId, kind: "end_leg" } })).toBe(1);
    const early = await callIn("offered");
    expect(await client(owner).post(`/api/calls/${early.callId}/end`)).toMatchObject({
      status: 409,
      body: { code: "no_conversation" },
    });
  });

  it("wrap-up: unknown disposition 422, over capacity 409, and neither leaves a trace", async () => {
    const leadId = await createLead(house.db, { disposition: "closed", assignedTo: other.agentId });
    await house.db.agent.update({ where: { id: other.agentId }, data: { maxCapacity: 0 } });
    const { callId } = await callIn("wrap_up", leadId);
    const wrapUp = (body: object) => client(owner).post(`/api/calls/${callId}/wrap-up`, body);
    expect(await wrapUp({ disposition: "nonsense" })).toMatchObject({
      status: 422,
      body: { code: "unknown_disposition" },
    });
    expect(await wrapUp({ disposition: "interested", note: "x" })).toMatchObject({
      status: 409,
      body: { code: "capacity_exceeded" },
    });
    expect(await house.db.call.findUniqueOrThrow({ where: { id: callId } })).toMatchObject({ note: null });
    await house.db.agent.update({ where: { id: other.agentId }, data: { maxCapacity: 10 } });
    expect(await wrapUp({ disposition: "interested", finish: false })).toMatchObject({ body: { state: "wrap_up" } });
    expect(await wrapUp({ note: "Said yes." })).toMatchObject({ body: { state: "done" } });
    expect(await wrapUp({ note: "Said yes, twice." })).toMatchObject({ body: { state: "done" } });
    expect(await house.db.lead.findUniqueOrThrow({ where: { id: leadId } })).toMatchObject({
      dispositionCode: "interested",
      version: 2,
    });
  });

  it("pages through the log without losing or repeating a call", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page = await client(manager).get<{ calls: { callId: string }[]; nextCursor: string | null }>(
        `/api/calls?limit=2${query}`,
      );
      seen.push(...page.body.calls.map((call) => call.callId));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(await house.db.call.count());
    expect(new Set(seen).size).toBe(seen.length);
    expect((await client(manager).get("/api/calls?cursor=nonsense")).status).toBe(400);
  });
});

describe("what came of today's calls", () => {
  it("is told queue by queue: in time, hung up, waits and handling; agents see their own queues", async () => {
    const { db } = house;
    const quiet = await createQueue(db);
    const own = await createReadyAgent(db, quiet);
    const [{ now } = { now: new Date() }] = await db.$queryRaw<{ now: Date }[]>`SELECT evenhand_now() AS now`;
    const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
    const add = async (state: QueuedCallState, waited: number | null, handled = 0, direction = "inbound") => {
      const [callId, id] = [newId(), newId()];
      const numbers = { fromNumber: "+15550100002", toNumber: "+15550100000", carrierStatus: "completed" };
      const answered = waited === null ? {} : { answeredAt: at(waited) };
      await db.call.create({
        data: {
          ...numbers,
          ...answered,
          id: callId,
          callSid: `CA${callId.replaceAll("-", "")}`,
          direction,
          startedAt: now,
        },
      });
      const stateSince = at((waited ?? 0) + handled);
      await db.queuedCall.create({ data: { id, callId, queueId: quiet, state, enqueuedAt: now, stateSince } });
    };
    await add("done", 10, 200);
    await add("done", 20, 100);
    await add("done", 60, 300);
    await add("abandoned", null);
    await add("short_abandoned", null);
    await add("voicemail", null);
    await add("done", 5, 900, "outbound");
    interface Today {
      queues: { queueId: string }[];
    }
    const { queues } = (await client(own).get<Today>("/api/queues/figures")).body;
    expect(queues).toEqual([
      {
        queueId: quiet,
        calls: { answered: 3, answeredInTime: 2, abandoned: 1, shortAbandoned: 1, elsewhere: 1 },
        serviceLevelSeconds: 20,
        serviceLevel: 0.5,
        abandonment: 0.25,
        answerSeconds: 30,
        handleSeconds: 200,
      },
    ]);
    const all = (await client(manager).get<Today>("/api/queues/figures")).body.queues;
    expect(all.map((one) => one.queueId)).toEqual(expect.arrayContaining([quiet, queueId]));
  });
});
