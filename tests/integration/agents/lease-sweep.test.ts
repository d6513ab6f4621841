import { beforeEach, expect, it } from "vitest";
import type { PresenceSession } from "@/modules/agents/schemas";
import { createAgent, createAgents, type TestAgent } from "@/tests/support/factories/agents";
import { setClock } from "@/tests/support/clock";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

// Three beats of 30 s: the lease runs out after 90 s.
const house = testHouse();

const beat = (agent: TestAgent) =>
  client(agent).post<{ session: PresenceSession }>("/api/agent-heartbeat", {
    agentId: agent.agentId,
    deviceConnected: true,
    currentStatus: "available",
    clientId: "tab",
    choiceId: "choice",
  });
const cleanup = () =>
  client().get<{ sweptOffline: number }>("/api/cron/heartbeat-cleanup", {
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
const openSessions = (agent: TestAgent) =>
  house.db.agentSession.count({ where: { agentId: agent.agentId, logoutAt: null } });

beforeEach(async () => {
  await setClock(house.db, 1_000_000);
  await cleanup();
  await setClock(house.db, 0);
});

it("closes the silent session and leaves its twin, which has beaten once more", async () => {
  const [silent, alive] = (await createAgents(house.db, 2)) as [TestAgent, TestAgent];
  await beat(silent);
  await beat(alive);
  await setClock(house.db, 80);
  await beat(alive);
  expect((await cleanup()).body.sweptOffline).toBe(0);
  await setClock(house.db, 95);
  expect((await cleanup()).body).toEqual({ success: true, sweptOffline: 1 });
  expect(await openSessions(silent)).toBe(0);
  expect(await openSessions(alive)).toBe(1);
  const row = await house.db.agentSession.findFirstOrThrow({ where: { agentId: silent.agentId } });
  expect(row).toMatchObject({ status: "offline", logoutReason: "lease_expired", deviceConnected: false });
  const audit = await house.db.auditEntry.findFirstOrThrow({ where: { entityId: row.id, actorType: "cron" } });
  expect(audit).toMatchObject({ action: "agent_session.lease_expired", before: { status: "available" } });
  expect(await house.db.liveEvent.count({ where: { audience: `agent:${silent.agentId}` } })).toBe(2);
});

it("never touches availability, which belongs to leads", async () => {
  const agent = await createAgent(house.db, { availability: "busy" });
  await beat(agent);
  await setClock(house.db, 200);
  await cleanup();
  const row = await house.db.agent.findUniqueOrThrow({ where: { id: agent.agentId } });
  expect(row.availability).toBe("busy");
});

it("lets the softphone come back by itself with its next beat", async () => {
  const agent = await createAgent(house.db);
  const before = (await beat(agent)).body.session;
  await setClock(house.db, 200);
  await cleanup();
  const after = (await beat(agent)).body.session;
  expect(after).toMatchObject({ status: "available", readiness: { ready: true } });
  expect(after.sessionId).not.toBe(before.sessionId);
});

it("sweeps each session once when ten sweeps run at once", async () => {
  const agents = await createAgents(house.db, 12);
  for (const agent of agents) await beat(agent);
  await setClock(house.db, 200);
  const swept = await Promise.all(Array.from({ length: 10 }, cleanup));
  expect(swept.reduce((sum, answer) => sum + answer.body.sweptOffline, 0)).toBe(12);
  const audits = await house.db.auditEntry.groupBy({
    by: ["entityId"],
    where: { action: "agent_session.lease_expired" },
    _count: true,
  });
  expect(audits.every((row) => row._count === 1)).toBe(true);
});

it("does not close a session whose beat is committing at the same moment", async () => {
  const agent = await createAgent(house.db);
  await beat(agent);
  await setClock(house.db, 200);
  await house.db.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE "agent_sessions" SET "lastHeartbeat" = evenhand_now() WHERE "agentId" = ${agent.agentId}::uuid`;
    expect((await cleanup()).body.sweptOffline).toBe(0);
  });
  expect((await cleanup()).body.sweptOffline).toBe(0);
  expect(await openSessions(agent)).toBe(1);
});

it("wants its own secret", async () => {
  expect((await client().get("/api/cron/heartbeat-cleanup")).status).toBe(401);
  const agent = await createAgent(house.db);
  expect((await client(agent).get("/api/cron/heartbeat-cleanup")).status).toBe(401);
});
