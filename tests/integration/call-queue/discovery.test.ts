import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { env } from "@/lib/config/env";
import { systemActor } from "@/lib/principal";
import type { reportDeviceTest } from "@/modules/agents/presence.schemas";
import type { PoolAgentView } from "@/modules/call-queue/readiness.schemas";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import { dispatchWorld } from "@/scripts/bench/dispatch-world";
import { PaperCarrier } from "@/tests/support/calls/paper-carrier";
import { createWaitingCalls } from "@/tests/support/factories/queued-calls";
import { createQueue, createReadyAgent } from "@/tests/support/factories/queues";
import { createAdmin, createManager } from "@/tests/support/factories/users";
import { client, type SignedInAs } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import type { z } from "zod";

const house = testHouse();
/** The call side over a carrier on paper: rings are taken, and nobody answers them by themselves. */
let side: CallSide;
let admin: SignedInAs;
let manager: SignedInAs;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

beforeAll(async () => {
  const { presenceChanges, flags } = house.container;
  side = createCallSide(env(), house.db, presenceChanges, flags, new PaperCarrier());
  admin = await createAdmin(house.db);
  manager = await createManager(house.db);
});

beforeEach(async () => {
  const { db } = house;
  await db.agentCallSlot.deleteMany();
  await db.queuedCall.deleteMany();
  await db.featureFlag.deleteMany();
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  house.container.flags.forget();
  queueId = await createQueue(db, { missedRingsToAway: 5 });
  agent = await createReadyAgent(db, queueId);
});

const session = () => house.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } });
const setSession = (data: object) => house.db.agentSession.update({ where: { id: agent.sessionId }, data });
const flag = (name: string, enabled: boolean) => client(admin).put(`/api/flags/FEATURE_${name}`, { enabled });
const dispatch = () => side.dispatcher.run();

async function waiting(arms: Record<string, boolean> = {}): Promise<string> {
  const [id = ""] = await createWaitingCalls(house.db, queueId, 1);
  const { callId } = await house.db.queuedCall.findUniqueOrThrow({ where: { id } });
  await house.db.call.update({ where: { id: callId }, data: { arms } });
  return id;
}

const offerOf = (queuedCallId: string) => house.db.callOffer.findFirst({ where: { queuedCallId, status: "open" } });

async function endRing(reason: string, rang: boolean, as: "missed" | "failed" = "missed"): Promise<void> {
  const id = await waiting();
  await dispatch();
  const offer = await offerOf(id);
  if (!offer) throw new Error("no offer was made");
  if (rang) await house.db.callOffer.update({ where: { id: offer.id }, data: { ringingAt: new Date() } });
  const missed = { as, reason, endLeg: false, blameDevice: true };
  await house.db.carrierCommand.updateMany({ where: { offerId: offer.id }, data: { status: "done" } });
  await side.offerEnding.unanswered(offer.id, missed, systemActor("test"));
  await house.db.queuedCall.update({ where: { id }, data: { state: "abandoned", agentId: null } });
  await house.db.agentCallSlot.deleteMany({ where: { queuedCallId: id } });
}

async function readiness(): Promise<PoolAgentView | undefined> {
  const answer = await client(manager).get<{ agents: PoolAgentView[] }>("/api/agents/readiness");
  expect(answer.status).toBe(200);
  return answer.body.agents.find(({ agentId }) => agentId === agent.agentId);
}

describe("a crowd that has been free for longer", () => {
  /** More agents than are looked at, in front of ours by the queue's strategy. */
  async function crowd(): Promise<string[]> {
    const { agentIds } = await dispatchWorld(house.db, { agents: 120, callers: 0 });
    await house.db.queueMembership.createMany({ data: agentIds.map((agentId) => ({ agentId, queueId })) });
    const long = new Date(Date.now() - 3_600_000);
    await house.db.agentSession.updateMany({
      where: { agentId: { in: agentIds } },
      data: { status: "available", loginAt: long, statusSince: long },
    });
    return agentIds;
  }

  it("and whose phones did not ring hides nobody whose phone does", async () => {
    const agentIds = await crowd();
    await house.db.agentSession.updateMany({ where: { agentId: { in: agentIds } }, data: { silentRings: 1 } });
    const id = await waiting();
    await dispatch();
    expect(await offerOf(id)).toMatchObject({ agentId: agent.agentId });
  });

  it("and lacks the skill that the call requires hides nobody who has it", async () => {
    await crowd();
    await house.db.agent.update({ where: { id: agent.agentId }, data: { skills: ["welsh"] } });
    const id = await waiting();
    await house.db.queuedCall.update({ where: { id }, data: { requiredSkills: ["welsh"] } });
    await dispatch();
    expect(await offerOf(id)).toMatchObject({ agentId: agent.agentId });
  });
});

describe("whom a call may be offered to goes by the arms it began with", () => {
  it("an agent without a device: only for calls to which the device does not matter", async () => {
    await setSession({ deviceConnected: false });
    const strict = await waiting();
    const loose = await waiting({ FEATURE_DEVICE_CONNECTIVITY: false });
    await dispatch();
    expect(await offerOf(strict)).toBeNull();
    expect(await offerOf(loose)).toBeNull();
    // The switch, as whoever changed it would have set it; it stands on again while both calls still wait.
    await flag("DEVICE_CONNECTIVITY", true);
    await dispatch();
    expect(await offerOf(strict)).toBeNull();
    expect((await offerOf(loose))?.explanation).toMatchObject({ discovery: "enhanced" });
  });

  it("a silent agent: not while heartbeats count; legacy discovery asks only for status and a slot", async () => {
    await setSession({ lastHeartbeat: new Date(Date.now() - 600_000), deviceConnected: false });
    await flag("ENHANCED_DISCOVERY", true);
    const strict = await waiting();
    await dispatch();
    expect(await offerOf(strict)).toBeNull();
    const loose = await waiting({ FEATURE_ENHANCED_DISCOVERY: false });
    await dispatch();
    expect((await offerOf(loose))?.explanation).toMatchObject({ discovery: "legacy" });
  });

  it("a silent agent whose calls do not go by heartbeats is proven by all the rest", async () => {
    await setSession({ lastHeartbeat: new Date(Date.now() - 600_000) });
    await flag("AGENT_HEARTBEAT", true);
    const strict = await waiting();
    const loose = await waiting({ FEATURE_AGENT_HEARTBEAT: false });
    await dispatch();
    expect(await offerOf(strict)).toBeNull();
    expect((await offerOf(loose))?.explanation).toMatchObject({ discovery: "enhanced" });
  });

  it("a report that cannot be read: by the fallback, told as such and counted; not without it", async () => {
    await setSession({ device: { problems: 7 } });
    const before = side.discovery.fallbacks;
    const careful = await waiting({ FEATURE_DISCOVERY_FALLBACK: false });
    await dispatch();
    expect(await offerOf(careful)).toBeNull();
    const usual = await waiting();
    await dispatch();
    expect((await offerOf(usual))?.explanation).toMatchObject({ discovery: "fallback" });
    expect(side.discovery.fallbacks).toBeGreaterThan(before);
  });

  it("without load balancing the strategy of the queue is not asked", async () => {
    await house.db.callQueue.update({ where: { id: queueId }, data: { strategy: "least_calls" } });
    const plain = await waiting({ FEATURE_LOAD_BALANCING: false });
    await dispatch();
    expect((await offerOf(plain))?.explanation).toMatchObject({ policy: expect.stringMatching(/^longest_idle/) });
  });
});

describe("switched off as features", () => {
  it("heartbeats sign nobody out, and events wake no discovery", async () => {
    await setSession({ lastHeartbeat: new Date(0) });
    await flag("AGENT_HEARTBEAT", false);
    expect(await house.container.presenceChanges.sweep()).toBe(0);
    expect((await readiness())?.issues).toEqual([]);
    await flag("AGENT_HEARTBEAT", true);
    expect((await readiness())?.issues.map(({ code }) => code)).toEqual(["lease_expired"]);
    expect(await house.container.presenceChanges.sweep()).toBe(1);
  });

  it("the device counts for nobody", async () => {
    await setSession({ deviceConnected: false });
    await flag("DEVICE_CONNECTIVITY", false);
    expect((await readiness())?.issues).toEqual([]);
    await flag("DEVICE_CONNECTIVITY", true);
    expect((await readiness())?.issues.map(({ code }) => code)).toEqual(["device_disconnected"]);
  });

  it("continuous discovery leaves events without effect; rounds by the clock go on", async () => {
    const run = vi.spyOn(side.dispatcher, "run");
    await flag("CONTINUOUS_DISCOVERY", false);
    const call = await waiting();
    side.dispatcher.wake();
    // Longer than asking the flag takes.
    await readiness();
    expect(run).not.toHaveBeenCalled();
    await flag("CONTINUOUS_DISCOVERY", true);
    side.dispatcher.wake();
    await expect.poll(async () => (await offerOf(call))?.agentId).toBe(agent.agentId);
  });
});

describe("what the carrier saw of a ring", () => {
  it("takes an agent out whose phone did not ring, with what to do about it; a passed test brings them back", async () => {
    expect(await readiness()).toMatchObject({ ready: true, score: 100, issues: [] });
    await endRing("no_answer", false);
    const judged = await readiness();
    expect(judged?.ready).toBe(false);
    expect(judged?.issues).toContainEqual(
      expect.objectContaining({ code: "device_did_not_ring", blocking: true, remedy: expect.stringMatching(/test/) }),
    );
    const call = await waiting();
    await dispatch();
    expect(await offerOf(call)).toBeNull();

    const failed = await client(agent).post("/api/agent-device-test", {
      testId: "t1",
      passed: false,
      problems: ["mic_silent"],
    });
    expect(failed.status).toBe(200);
    expect((await session()).silentRings).toBe(1);
    const passed = await client(agent).post<z.infer<NonNullable<(typeof reportDeviceTest)["response"]>>>(
      "/api/agent-device-test",
      { testId: "t2", passed: true },
    );
    expect(passed.body).toMatchObject({ returned: false, session: { readiness: { ready: true } } });
    await dispatch();
    expect((await offerOf(call))?.agentId).toBe(agent.agentId);
  });

  it.each([
    [
      "a ring that was heard and missed",
      "no_answer",
      true,
      "missed",
      { missedRings: 1, silentRings: 0, carrierErrors: 0 },
    ],
    ["an offer that ran out without a word", "offer_expired", false, "missed", { missedRings: 1, silentRings: 0 }],
    ["a leg that failed", "ring_failed", false, "failed", { missedRings: 1, silentRings: 0, carrierErrors: 1 }],
  ] as const)("%s", async (_name, reason, rang, as, expected) => {
    await endRing(reason, rang, as);
    expect(await session()).toMatchObject(expected);
    expect((await readiness())?.ready).toBe(true);
  });
});

describe("an agent set to away after missed rings", () => {
  beforeEach(() => setSession({ status: "away", statusReason: "missed_rings", missedRings: 2, silentRings: 1 }));

  it("stays away when a test passes, unless the settings bring them back by it, once and audited", async () => {
    const report = { testId: "first", passed: true };
    expect((await client(agent).post("/api/agent-device-test", report)).body).toMatchObject({ returned: false });
    expect(await session()).toMatchObject({ status: "away", missedRings: 2, silentRings: 0 });
    const change = await client(manager).put("/api/settings/presence", { missedRingsReturn: "when_proven" });
    expect(change.body).toMatchObject({ missedRingsReturn: "when_proven" });
    // The same test again is no news.
    expect((await client(agent).post("/api/agent-device-test", report)).body).toMatchObject({ returned: false });
    const next = { testId: "second", passed: true };
    expect((await client(agent).post("/api/agent-device-test", next)).body).toMatchObject({ returned: true });
    expect((await client(agent).post("/api/agent-device-test", next)).body).toMatchObject({ returned: false });
    expect(await session()).toMatchObject({ status: "available", statusReason: null, missedRings: 0 });
    const audits = await house.db.auditEntry.findMany({ where: { action: "agent_session.returned_by_test" } });
    expect(audits).toHaveLength(1);
    await client(manager).put("/api/settings/presence", { missedRingsReturn: "by_hand" });
  });

  it("who chose to be away is not brought back by a test", async () => {
    await client(manager).put("/api/settings/presence", { missedRingsReturn: "when_proven" });
    await setSession({ statusReason: null });
    const answer = await client(agent).post("/api/agent-device-test", { testId: "x", passed: true });
    expect(answer.body).toMatchObject({ returned: false, session: { chosenStatus: "away" } });
    await client(manager).put("/api/settings/presence", { missedRingsReturn: "by_hand" });
  });

  it("needs a softphone that is on, and its own agent", async () => {
    await setSession({ logoutAt: new Date() });
    expect((await client(agent).post("/api/agent-device-test", { testId: "y", passed: true })).status).toBe(409);
    expect((await client(manager).post("/api/agent-device-test", { testId: "y", passed: true })).status).toBe(403);
  });
});

describe("beats that come late in a pattern", () => {
  it("are counted until one comes in time", async () => {
    const beat = () =>
      client(agent).post("/api/agent-heartbeat", {
        agentId: agent.agentId,
        deviceConnected: true,
        currentStatus: "available",
        clientId: "test",
      });
    await beat();
    for (let i = 1; i <= 3; i += 1) {
      await setSession({ lastHeartbeat: new Date(Date.now() - 60_000) });
      await beat();
      expect((await session()).lateBeats).toBe(i);
    }
    expect((await readiness())?.issues.map(({ code }) => code)).toEqual(["beats_held_back"]);
    await beat();
    expect((await session()).lateBeats).toBe(0);
  });
});
