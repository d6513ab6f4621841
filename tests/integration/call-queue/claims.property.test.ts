import { beforeEach, describe, expect, it } from "vitest";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { systemActor } from "@/lib/principal";
import { isTerminal, QUEUED_CALL_STATES } from "@/modules/call-queue/domain/queued-call-transitions";
import { judgePresence } from "@/modules/agents/domain/presence";
import { CallClaimRepository, type WantedOffer } from "@/modules/call-queue/repositories/call-claim.repository";
import { DispatchRepository } from "@/modules/call-queue/repositories/dispatch.repository";
import { AgentDiscoveryService } from "@/modules/call-queue/services/agent-discovery.service";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { CallAssignmentService } from "@/modules/call-queue/services/call-assignment.service";
import { LoadBalancingService } from "@/modules/call-queue/services/load-balancing.service";
import { testDatabase } from "../../support/database";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue, createReadyAgent, type QueueInput } from "../../support/factories/queues";

/** Rounds of the first test: `npm run soak -- claims` runs a thousand. */
const ROUNDS = Math.min(1_000, Number(process.env.SOAK_RUNS ?? 1));
const database = testDatabase({ poolSize: 24 });
const actor = systemActor("test");

/** Serves one queue alone, so that the dispatchers of many are really at work at once. */
class OneQueue extends DispatchRepository {
  constructor(
    db: Db,
    private readonly only: string | undefined,
  ) {
    super(db);
  }

  override async findQueues(anyDevice: boolean) {
    const queues = await super.findQueues(anyDevice);
    return queues.filter(({ queueId }) => this.only === undefined || queueId === this.only);
  }
}

/** A dispatcher as one process has it; several over one database are several processes. */
function dispatcher(db: Db, onlyQueue?: string): CallAssignmentService {
  const discovery = new AgentDiscoveryService(
    (member) => {
      const facts = { ...member, device: null };
      const { readiness } = judgePresence(facts, { intervalSeconds: 30, leaseBeats: 3 });
      return { score: readiness.score, ready: readiness.ready, reasons: readiness.issues.map((issue) => issue.code) };
    },
    { standing: () => Promise.resolve({ offHere: [], rolledBack: false, settings: new Map() }) },
    { warn: () => undefined },
  );
  const queues = new OneQueue(db, onlyQueue);
  return new CallAssignmentService(queues, new CallClaimRepository(db), new LoadBalancingService(discovery));
}

/** The same with its wake-ups coalesced. */
function polling(db: Db): AgentPollingService {
  return new AgentPollingService(
    dispatcher(db),
    { kick: () => undefined },
    { error: () => undefined },
    { validate: () => Promise.resolve([]) },
  );
}

async function scene(input: { calls: number; agents: number; slots?: number; queue?: QueueInput }) {
  const { db } = database;
  const queueId = await createQueue(db, input.queue);
  const agents = [];
  for (let i = 0; i < input.agents; i += 1) {
    agents.push(await createReadyAgent(db, queueId, { maxConcurrentCalls: input.slots ?? 1 }));
  }
  return { queueId, agents, entries: await createWaitingCalls(db, queueId, input.calls) };
}

beforeEach(async () => {
  const { db } = database;
  await db.agentCallSlot.deleteMany();
  await db.queuedCall.deleteMany();
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
});

describe("claims under load", () => {
  it(`200 wake-ups in 20 processes give 50 agents one call each, and no call to two (laws 1 and 2), ${ROUNDS} times`, async () => {
    const { db } = database;
    const { queueId, agents } = await scene({ calls: 0, agents: 50 });
    const processes = Array.from({ length: 20 }, () => polling(db));
    for (let round = 0; round < ROUNDS; round += 1) {
      await db.agentCallSlot.deleteMany();
      await db.queuedCall.deleteMany();
      // A thousand rounds take longer than a lease.
      await db.agentSession.updateMany({ where: { logoutAt: null }, data: { lastHeartbeat: new Date() } });
      const entries = await createWaitingCalls(db, queueId, 80);
      await Promise.all(Array.from({ length: 200 }, async (_, i) => processes[i % 20]?.run()));
      const open = await db.callOffer.findMany({ where: { status: "open" } });
      expect(open).toHaveLength(50);
      expect(new Set(open.map((offer) => offer.agentId))).toEqual(new Set(agents.map((agent) => agent.agentId)));
      // The head of the line is served first: the 50 that came first, in whatever order the agents were.
      expect(new Set(open.map((offer) => offer.queuedCallId))).toEqual(new Set(entries.slice(0, 50)));
      expect(await db.agentCallSlot.count()).toBe(50);
      const ordered = { kind: "ring_agent", status: "pending" as const, queuedCallId: { in: entries } };
      expect(await db.carrierCommand.count({ where: ordered })).toBe(50);
    }
  });

  it(`200 parallel claims on 50 agents, four for each, make one offer an agent, ${ROUNDS} times`, async () => {
    const { db } = database;
    const { queueId, agents } = await scene({ calls: 0, agents: 50 });
    const dispatch = new DispatchRepository(db);
    const claims = new CallClaimRepository(db);
    for (let round = 0; round < ROUNDS; round += 1) {
      await db.agentCallSlot.deleteMany();
      await db.queuedCall.deleteMany();
      await createWaitingCalls(db, queueId, 200);
      const calls = await dispatch.findWaiting([queueId], 200);
      const wanted = calls.map(({ entryId, callId }, at): WantedOffer => {
        const { agentId = "", sessionId = "" } = agents[at % 50] ?? {};
        const why = { policy: "test", seed: "test", chosen: agentId, why: "test", discovery: "enhanced" as const };
        const explanation = { ...why, candidates: [], candidateCount: 1, excluded: [], excludedCount: 0 };
        const offer = { offerId: newId(), entryId, callId, queueId, agentId, sessionId, explanation };
        return { ...offer, ringSeconds: 20, expiresInSeconds: 25 };
      });
      const outcomes = await Promise.all(wanted.map(async (one) => claims.claim([one], false, actor)));
      const made = outcomes.flat().filter((outcome) => outcome.made);
      expect(made).toHaveLength(50);
      const open = await db.callOffer.findMany({ where: { status: "open" } });
      expect(open.map((offer) => offer.queuedCallId).toSorted()).toEqual(made.map(({ entryId }) => entryId).toSorted());
      expect(new Set(open.map((offer) => offer.agentId)).size).toBe(50);
      expect(await db.agentCallSlot.count()).toBe(50);
    }
  });

  it("20 queues, whose dispatchers know nothing of each other, claim 50 shared agents for 200 callers: each once", async () => {
    const { db } = database;
    const { agents, queueId: first } = await scene({ calls: 10, agents: 50 });
    const queues = [first];
    for (let i = 1; i < 20; i += 1) {
      const queueId = await createQueue(db);
      queues.push(queueId);
      await db.queueMembership.createMany({ data: agents.map(({ agentId }) => ({ queueId, agentId })) });
      await createWaitingCalls(db, queueId, 10);
    }
    await Promise.all(queues.map((only) => dispatcher(db, only).offerWaiting(actor)));
    const open = await db.callOffer.findMany({ where: { status: "open" } });
    expect(open).toHaveLength(50);
    expect(new Set(open.map((offer) => offer.agentId)).size).toBe(50);
    expect(new Set(open.map((offer) => offer.queuedCallId)).size).toBe(50);
  });

  it("gives a burst of 50 calls to 10 agents, one each", async () => {
    const { db } = database;
    await scene({ calls: 50, agents: 10 });
    await Promise.all(Array.from({ length: 20 }, () => dispatcher(db).offerWaiting(actor)));
    const open = await db.callOffer.groupBy({ by: ["agentId"], where: { status: "open" }, _count: true });
    expect(open.map((row) => row._count)).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it("never rings one of 10 agents twice in a burst of 50 calls while another is idle, though each could take five", async () => {
    const { db } = database;
    const { queueId, agents } = await scene({ calls: 0, agents: 10, slots: 5 });
    // One has been idle for longer than all others, whatever they are given.
    const sessionId = agents[0]?.sessionId ?? "";
    const longAgo = new Date(Date.now() - 600_000);
    await db.agentSession.update({ where: { id: sessionId }, data: { loginAt: longAgo, statusSince: longAgo } });
    const one = dispatcher(db);
    for (let call = 0; call < 50; call += 1) {
      await createWaitingCalls(db, queueId, 1);
      expect(await one.offerWaiting(actor)).toBe(1);
      const open = await db.callOffer.groupBy({ by: ["agentId"], where: { status: "open" }, _count: true });
      const held = agents.map(({ agentId }) => open.find((row) => row.agentId === agentId)?._count ?? 0);
      expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
    }
  });

  it("lets agents of two queues be claimed by both at once, each agent once", async () => {
    const { db } = database;
    const { agents } = await scene({ calls: 30, agents: 30 });
    const second = await createQueue(db);
    for (const { agentId } of agents) await db.queueMembership.create({ data: { queueId: second, agentId } });
    await createWaitingCalls(db, second, 30);
    await Promise.all(Array.from({ length: 40 }, () => dispatcher(db).offerWaiting(actor)));
    const open = await db.callOffer.findMany({ where: { status: "open" } });
    expect(open).toHaveLength(30);
    expect(new Set(open.map((offer) => offer.agentId)).size).toBe(30);
  });

  it("never passes maxConcurrentCalls, and uses all of it", async () => {
    const { db } = database;
    await scene({ calls: 40, agents: 5, slots: 3 });
    await Promise.all(Array.from({ length: 30 }, () => dispatcher(db).offerWaiting(actor)));
    const held = await db.agentCallSlot.groupBy({ by: ["agentId"], _count: true });
    expect(held.map((row) => row._count)).toEqual([3, 3, 3, 3, 3]);
  });

  it("knows which sessions have room, whatever comes and goes at once", async () => {
    const { db } = database;
    const { agents, entries, queueId } = await scene({ calls: 60, agents: 10, slots: 3 });
    const slots = agents.flatMap(({ agentId }) => [0, 1, 2].map((slot) => ({ agentId, slot })));
    const marks = async (): Promise<boolean[]> =>
      (await db.agentSession.findMany({ where: { logoutAt: null } })).map((session) => session.hasRoom);
    // Each slot is taken and given back in turn with the others of its agent, all at once.
    await Promise.all(
      slots.map(async ({ agentId, slot }, at) => {
        for (let turn = 0; turn < 4; turn += 1) {
          await db.agentCallSlot.create({ data: { agentId, slot, queuedCallId: entries[at * 2 + (turn % 2)] ?? "" } });
          await db.agentCallSlot.deleteMany({ where: { agentId, slot } });
        }
        await db.agentCallSlot.create({ data: { agentId, slot, queuedCallId: entries[at * 2] ?? "" } });
      }),
    );
    expect(await marks()).toEqual(agents.map(() => false));
    await Promise.all(slots.map((slot) => db.agentCallSlot.deleteMany({ where: slot })));
    expect(await marks()).toEqual(agents.map(() => true));
    await dispatcher(db).offerWaiting(actor);
    await db.agentSession.updateMany({ data: { maxConcurrentCalls: 4 } });
    expect(await marks()).toEqual(agents.map(() => true));
    expect(await dispatcher(db).offerWaiting(actor)).toBe(10);
    expect(await db.queuedCall.count({ where: { queueId, state: "offered" } })).toBe(40);
  });

  it("keeps the database's own refusals: a second open offer, a slot too many, a second owner", async () => {
    const { db } = database;
    const { agents, entries } = await scene({ calls: 2, agents: 2 });
    await dispatcher(db).offerWaiting(actor);
    const [agent] = agents;
    const offer = { agentId: agent?.agentId ?? "", sessionId: newId(), expiresAt: new Date(), explanation: {} };
    await expect(
      db.callOffer.create({ data: { ...offer, id: newId(), queuedCallId: entries[0] ?? "" } }),
    ).rejects.toThrow(/Unique constraint/);
    const third = (await createWaitingCalls(db, (await db.callQueue.findFirstOrThrow()).id, 1))[0] ?? "";
    await expect(
      db.agentCallSlot.create({ data: { agentId: agent?.agentId ?? "", slot: 1, queuedCallId: third } }),
    ).rejects.toThrow(/has no call slot 1/);
    const free = await createReadyAgent(db, (await db.callQueue.findFirstOrThrow()).id);
    const held = await db.agentCallSlot.findFirstOrThrow({ where: { owns: true } });
    const second = { agentId: free.agentId, slot: 0, queuedCallId: held.queuedCallId };
    await expect(db.agentCallSlot.create({ data: { ...second, owns: true } })).rejects.toThrow(/Unique constraint/);
    await db.agentCallSlot.create({ data: { ...second, owns: false } });
  });

  it.each(QUEUED_CALL_STATES.filter(isTerminal))(
    "the database lets nobody move a call that has ended: %s (law 3)",
    async (state) => {
      const { db } = database;
      const [id = ""] = (await scene({ calls: 1, agents: 0 })).entries;
      await db.queuedCall.update({ where: { id }, data: { state } });
      for (const other of QUEUED_CALL_STATES.filter((one) => one !== state)) {
        await expect(db.queuedCall.update({ where: { id }, data: { state: other } })).rejects.toThrow(/stays so/);
      }
      await db.queuedCall.update({ where: { id }, data: { state, lastSeenAt: new Date() } });
    },
  );
});

describe("who is asked", () => {
  it("does not hold up the line for a caller whom everybody ready has just declined", async () => {
    const { db } = database;
    const { agents, entries } = await scene({ calls: 2, agents: 1 });
    const agent = agents[0];
    await db.callOffer.create({
      data: {
        id: newId(),
        queuedCallId: entries[0] ?? "",
        agentId: agent?.agentId ?? "",
        sessionId: agent?.sessionId ?? "",
        status: "declined",
        expiresAt: new Date(),
        resolvedAt: new Date(),
        explanation: {},
      },
    });
    expect(await dispatcher(db).offerWaiting(actor)).toBe(1);
    expect(await db.callOffer.findFirst({ where: { status: "open" } })).toMatchObject({ queuedCallId: entries[1] });
  });

  it("offers nothing to somebody away, silent, without a device, in wrap-up or disabled", async () => {
    const { db } = database;
    const { agents } = await scene({ calls: 5, agents: 4 });
    const [away, silent, deaf, disabled] = agents;
    await db.agentSession.update({ where: { id: away?.sessionId ?? "" }, data: { status: "away" } });
    await db.agentSession.update({
      where: { id: silent?.sessionId ?? "" },
      data: { lastHeartbeat: new Date(Date.now() - 91_000) },
    });
    await db.agentSession.update({ where: { id: deaf?.sessionId ?? "" }, data: { deviceConnected: false } });
    await db.user.update({ where: { id: disabled?.userId ?? "" }, data: { disabledAt: new Date() } });
    expect(await dispatcher(db).offerWaiting(actor)).toBe(0);
  });

  it("stores why: the candidates, who was left out and the reason", async () => {
    const { db } = database;
    const { agents } = await scene({ calls: 1, agents: 3 });
    const [away, longest] = agents;
    await db.agentSession.update({ where: { id: away?.sessionId ?? "" }, data: { status: "away" } });
    await db.agentSession.update({
      where: { id: longest?.sessionId ?? "" },
      data: { loginAt: new Date(Date.now() - 600_000), statusSince: new Date(Date.now() - 600_000) },
    });
    await dispatcher(db).offerWaiting(actor);
    const offer = await db.callOffer.findFirstOrThrow({ where: { status: "open" } });
    expect(offer.agentId).toBe(longest?.agentId);
    expect(offer.explanation).toMatchObject({
      policy: "longest_idle/3",
      seed: offer.id,
      why: expect.stringMatching(/^longest idle \(\d+ s\) of 2 ready$/),
      candidateCount: 2,
      excluded: [{ agentId: away?.agentId, reason: expect.stringContaining("on_away") }],
    });
  });
});
