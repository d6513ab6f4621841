import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createUser, type TestUser } from "../../support/factories/users";
import { client } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const HANDLED = 40;
let queueId: string;
let entries: string[];
let manager: TestUser;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

/** Four busy agents and a past of 40 calls, each rung for 5 s and held for 100 s in all. */
beforeAll(async () => {
  const { db } = house;
  queueId = await createQueue(db, { announceEverySeconds: 0 });
  manager = await createUser(db, { role: "manager" });
  const agents = await Promise.all(Array.from({ length: 4 }, () => createReadyAgent(db, queueId)));
  agent = agents[0] as typeof agent;
  const past = await createWaitingCalls(db, queueId, HANDLED);
  const talking = await createWaitingCalls(db, queueId, agents.length);
  for (const [i, { agentId }] of agents.entries()) {
    const queuedCallId = talking[i] as string;
    await db.queuedCall.update({ where: { id: queuedCallId }, data: { state: "in_conversation", agentId } });
    await db.agentCallSlot.create({
      data: { agentId, slot: 0, queuedCallId, since: new Date(Date.now() - 20_000 * (i + 1)) },
    });
  }
  const { agentId, sessionId } = agent;
  for (const id of past) {
    const offered = Date.now() - 110_000;
    await db.callOffer.create({
      data: {
        id: newId(),
        queuedCallId: id,
        agentId,
        sessionId,
        status: "accepted",
        createdAt: new Date(offered),
        expiresAt: new Date(),
        explanation: {},
      },
    });
    await db.queuedCall.update({
      where: { id },
      data: { state: "done", connectedAt: new Date(offered + 5_000), stateSince: new Date(offered + 100_000) },
    });
  }
  entries = await createWaitingCalls(db, queueId, 3);
});

const callSidOf = async (entryId: string): Promise<string> =>
  (await house.db.queuedCall.findUniqueOrThrow({ where: { id: entryId }, include: { call: true } })).call.callSid;

async function tick(entryId: string): Promise<string> {
  const document = await house.container.callerLine.tick({
    params: { CallSid: await callSidOf(entryId), QueueSid: "QU1", QueueTime: "1" },
    query: new URLSearchParams(),
    url: "http://127.0.0.1/",
    requestId: newId(),
  });
  return JSON.stringify(document);
}

describe("announced waits", () => {
  it("are stored with the estimate, what it was made from, and what simpler estimators would say", async () => {
    const [first, second, third] = entries as [string, string, string];
    for (const id of [first, second, third]) expect(await tick(id)).toContain("Welcome. Thank you for calling.");
    const rows = await house.db.waitAnnouncement.findMany({ where: { queueId }, orderBy: { id: "asc" } });
    expect(rows.map((row) => [row.queuedCallId, row.position, row.ahead, row.basis, row.outcome])).toEqual([
      [first, 1, 0, "measured", null],
      [second, 2, 1, "measured", null],
      [third, 3, 2, "measured", null],
    ]);
    const [one, , last] = rows as [(typeof rows)[0], unknown, (typeof rows)[0]];
    // Every call takes its agent 100 s, and the one held longest has been held for 80.
    expect(one.expectedSeconds).toBeGreaterThan(15);
    expect(one.expectedSeconds).toBeLessThan(40);
    expect(last.expectedSeconds).toBeGreaterThan(one.expectedSeconds);
    expect(last.lowSeconds).toBeLessThan(last.highSeconds);
    expect(one.facts).toMatchObject({ staffedAgents: 4, readyAgents: 0, handledCalls: HANDLED, inLine: 3 });
    expect(one.averageWaitSeconds).not.toBeNull();
  });

  it("are judged by what became of the callers, and only where that can be told", async () => {
    const { db } = house;
    const [first, second, third] = entries as [string, string, string];
    const told = await db.waitAnnouncement.findMany({ where: { queueId }, orderBy: { id: "asc" } });
    const [a, b] = told as [(typeof told)[0], (typeof told)[0]];
    const after = (row: { at: Date }, seconds: number) => new Date(row.at.getTime() + seconds * 1_000);
    // The first is answered right in the middle, the second gives up when its range has long passed, the third early.
    await db.queuedCall.update({
      where: { id: first },
      data: { state: "in_conversation", connectedAt: after(a, (a.lowSeconds + a.highSeconds) / 2) },
    });
    await db.queuedCall.update({
      where: { id: second },
      data: { state: "abandoned", stateSince: after(b, b.highSeconds + 10) },
    });
    await db.queuedCall.update({ where: { id: third }, data: { state: "abandoned", stateSince: new Date() } });
    const read = await client(manager).get(`/api/queues/${queueId}/wait-accuracy`);
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({
      announcements: { total: 3, waiting: 0, answered: 1, abandoned: 2, judged: 2 },
      coverage: { range: 0.5, sooner: 0, later: 0.5, aim: 0.8 },
      compared: { announcements: 1 },
    });
    // Settled once: losing the agent later does not change that the caller was answered.
    await db.queuedCall.update({ where: { id: first }, data: { state: "abandoned", connectedAt: null } });
    expect(await house.container.waitAccuracy.settle()).toBe(0);
  });

  it("are read by staff and by agents of the queue", async () => {
    const outside = await createReadyAgent(house.db, await createQueue(house.db));
    const read = (user: TestUser) => client(user).get(`/api/queues/${queueId}/wait-accuracy?hours=1`);
    expect((await read(agent)).status).toBe(200);
    expect((await read(outside)).status).toBe(403);
    expect((await client(manager).get(`/api/queues/${newId()}/wait-accuracy`)).status).toBe(404);
  });
});
