import { beforeAll, expect, it } from "vitest";
import type { PerformanceOverview } from "@/modules/agents/performance.schemas";
import { setClock } from "@/tests/support/clock";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const HOUR = 3_600_000;
let manager: TestUser;
let winner: TestAgent;
let loser: TestAgent;
let newcomer: TestAgent;

const read = async (person: TestUser) => {
  const { status, body } = await client(person).get<PerformanceOverview>("/api/agents/performance");
  expect(status).toBe(200);
  return body;
};
const partsOf = (overview: PerformanceOverview, agent: TestAgent) =>
  new Map(overview.agents.find(({ agent_id }) => agent_id === agent.email)?.parts.map((part) => [part.name, part]));

beforeAll(async () => {
  manager = await createManager(house.db);
  winner = await createAgent(house.db, { name: "Winnie" });
  loser = await createAgent(house.db, { name: "Lou" });
  newcomer = await createAgent(house.db, { name: "Nico" });
});

it("is the team's mean for everybody while there are no leads", async () => {
  const { agents, computed_at } = await read(manager);
  expect(agents.map(({ score, n, comparable_with }) => ({ score, n, comparable_with }))).toEqual(
    [1, 2, 3].map(() => ({ score: 50, n: 0, comparable_with: 2 })),
  );
  expect(computed_at).not.toBeNull();
});

it("counts each lead where it belongs: reached, won, touched in time", async () => {
  const assignedAt = new Date(Date.now() - 48 * HOUR);
  const after = (hours: number) => new Date(assignedAt.getTime() + hours * HOUR);
  const lead = async (disposition: string, touched: Date | null, extra: object = {}) => {
    const id = await createLead(house.db, { assignedTo: winner.agentId, assignedAt, disposition });
    await house.db.lead.update({ where: { id }, data: { firstTouchedAt: touched, touchedAt: touched, ...extra } });
    return id;
  };
  await lead("converted", after(1));
  await lead("not_interested", after(30));
  await lead("wrong_number", after(2));
  await lead("interested", after(3));
  await lead("attempted", after(24));
  // Untouched for longer than a day; touched by an earlier agent only.
  await lead("new", null);
  await lead("new", null, { firstTouchedAt: after(-9) });
  // Too young to tell; closed by a manager before anybody could touch it; removed; assigned too long ago.
  await createLead(house.db, { assignedTo: winner.agentId, assignedAt: new Date() });
  await lead("closed", null);
  await lead("converted", after(1), { deletedAt: new Date() });
  await lead("converted", after(1), { assignedAt: new Date(Date.now() - 200 * 24 * HOUR) });
  // Taken back untouched: against whom it was taken from.
  const returned = await createLead(house.db);
  await house.db.assignmentDecision.create({
    data: {
      leadId: returned,
      agentId: null,
      previousId: winner.agentId,
      strategy: "return_timer",
      policyVersion: "return-1",
      explanation: {},
    },
  });
  await house.container.performance.refresh();
  const counted = [...partsOf(await read(manager), winner).values()].map(({ name, n, good }) => [name, n, good]);
  expect(counted).toEqual([
    // converted, not_interested, wrong_number, interested, attempted, one touched by an earlier agent, closed
    ["contact", 7, 3],
    ["conversion", 2, 1],
    // five touched, two untouched, one returned; in time are all that were touched but the one after 30 hours
    ["promptness", 8, 4],
  ]);
});

it("puts who wins more before who wins less, and says whom it cannot tell apart", async () => {
  await house.db.lead.updateMany({ data: { deletedAt: new Date() } });
  await createLeads(house.db, 90, { assignedTo: winner.agentId, disposition: "converted" });
  await createLeads(house.db, 30, { assignedTo: winner.agentId, disposition: "not_interested" });
  await createLeads(house.db, 30, { assignedTo: loser.agentId, disposition: "converted" });
  await createLeads(house.db, 90, { assignedTo: loser.agentId, disposition: "not_interested" });
  expect(await house.container.performance.refresh()).toBe(true);
  const { agents } = await read(manager);
  expect(agents.map(({ agent_id }) => agent_id)).toEqual([winner.email, newcomer.email, loser.email]);
  expect(agents.map(({ best_rank, worst_rank, comparable_with }) => [best_rank, worst_rank, comparable_with])).toEqual([
    [1, 2, 1],
    [1, 3, 2],
    [2, 3, 1],
  ]);
  expect(agents[1]).toMatchObject({ score: 50, n: 0 });
  const { body } = await client(manager).get<{ agents: { agent_id: string; performance_score: number }[] }>(
    "/api/agents",
  );
  for (const { agent_id, performance_score } of body.agents) {
    expect(performance_score).toBe(agents.find((own) => own.agent_id === agent_id)?.score);
  }
});

it("shows agents their own and strangers nothing", async () => {
  const own = await read(loser);
  expect(own.agents.map(({ agent_id }) => agent_id)).toEqual([loser.email]);
  expect(own.agents[0]).toMatchObject({ comparable_with: 1, worst_rank: 3 });
  expect((await client().get("/api/agents/performance")).status).toBe(401);
});

it("is computed once by many who ask at once, again only when it is old, and by the cron route each minute", async () => {
  const stamp = async () => (await house.db.agentPerformance.findFirstOrThrow()).computedAt.getTime();
  const cron = () =>
    client().get<{ refreshed: boolean }>("/api/cron/agent-performance", {
      headers: { authorization: `Bearer ${CRON_SECRET}` },
    });
  expect((await client().get("/api/cron/agent-performance")).status).toBe(401);
  const first = await stamp();
  await read(manager);
  expect((await cron()).body.refreshed).toBe(false);
  expect(await stamp()).toBe(first);
  await setClock(house.db, 61);
  expect((await cron()).body).toEqual({ success: true, refreshed: true });
  const second = await stamp();
  expect(second).toBeGreaterThan(first);
  await setClock(house.db, 61 + 590);
  await read(manager);
  expect(await stamp()).toBe(second);
  await setClock(house.db, 61 + 605);
  await Promise.all([read(manager), read(loser), read(manager)]);
  expect(await stamp()).toBeGreaterThan(second);
  await setClock(house.db, 0);
});

it("computes no scores within a transaction; whoever deals by them has them computed before", async () => {
  await house.db.agentPerformance.deleteMany();
  const within = () => house.db.$transaction((tx) => house.container.agentDirectory.performance(tx));
  expect((await within())(winner.agentId)).toBe(50);
  expect(await house.db.agentPerformance.count()).toBe(0);
  const deal = {
    kind: "assign",
    assignment_strategy: "performance_weighted",
    lead_ids: await createLeads(house.db, 1),
  };
  expect((await client(manager).post("/api/bulk-plans", deal)).status).toBe(201);
  const scores = await within();
  expect(scores(winner.agentId)).toBeGreaterThan(60);
  expect(scores(newcomer.agentId)).toBe(50);
  expect(scores("00000000-0000-7000-8000-00000000dead")).toBe(50);
});

it("treats a text without end of sources as one", async () => {
  for (let source = 0; source < 60; source += 1) {
    await createLeads(house.db, 1 + (source % 3), {
      assignedTo: winner.agentId,
      source: `s${source}`,
      disposition: "converted",
    });
  }
  await house.container.performance.refresh();
  expect(partsOf(await read(manager), winner).get("conversion")).toMatchObject({ n: 240, good: 210 });
});
