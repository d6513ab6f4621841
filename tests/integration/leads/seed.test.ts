import { expect, it } from "vitest";
import { systemActor } from "@/lib/principal";
import { seedDemo } from "@/prisma/seed";
import type { Lead } from "@/modules/leads/schemas";
import { client } from "@/tests/support/http";
import { replay } from "@/tests/support/replay";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();

it("makes the demonstration once, also when two starters do it at once, with every count exact", async () => {
  await Promise.all([seedDemo(house.url, "evenhand-demo"), seedDemo(house.url, "evenhand-demo")]);
  const before = await written(house.db);
  await seedDemo(house.url, "another password");
  expect(await written(house.db)).toEqual(before);

  const credentials = { email: "manager@evenhand.test", password: "evenhand-demo" };
  expect(await client().post("/api/auth/token", credentials)).toMatchObject({ status: 200 });
  const manager = await house.db.user.findUniqueOrThrow({ where: { email: "manager@evenhand.test" } });
  const http = client({ userId: manager.id });
  const { body } = await http.get<{ agents: { agent_id: string; capacity: { percentage: number } }[] }>(
    "/api/agents?include_capacity=true",
  );
  const percentages = body.agents.map(({ capacity }) => capacity.percentage);
  expect(body.agents.map(({ agent_id }) => agent_id)).toContain("agent8@evenhand.test");
  expect(Math.max(...percentages)).toBe(100);
  expect(percentages.some((percentage) => percentage > 80 && percentage < 100)).toBe(true);

  const { body: found } = await http.get<{ leads: Lead[]; total: number }>("/api/leads?q=%2B15550100100");
  expect(found).toMatchObject({
    total: 1,
    leads: [{ name: "Dana Whitfield", assigned_agent: "agent1@evenhand.test" }],
  });
  // Every decision of the demonstration says why, and is derived from its counters again.
  const { counts, found: disagreements } = await replay(house.db);
  expect(disagreements).toEqual([]);
  expect(counts.single).toBe(await house.db.assignmentDecision.count());

  const wrong = await house.db.$queryRaw<{ email: string }[]>`
    SELECT u.email FROM agents a JOIN users u ON u.id = a.user_id WHERE a.open_leads <> (
      SELECT count(*) FROM leads l JOIN dispositions d ON d.code = l.disposition
      WHERE l.assigned_agent = a.id AND d.is_open AND l.deleted_at IS NULL)`;
  expect(wrong).toEqual([]);
  const late = await house.db.lead.count({ where: { lastActivityAt: { gt: new Date() } } });
  expect(late).toBe(0);
  expect(await house.db.queueMembership.count()).toBe(13);

  const { body: lists } = await http.get<{ teams: { name: string; agents: unknown[] }[] }>("/api/teams");
  expect(lists.teams.map(({ name, agents }) => [name, agents.length])).toEqual([
    ["Enterprise", 4],
    ["Small business", 4],
  ]);
  const ofTeams = await house.db.lead.groupBy({ by: ["teamId"], _count: true, where: { assignedAgentId: null } });
  expect(ofTeams.map(({ _count }) => _count).toSorted()).toEqual([13, 13, 36]);

  // Untouched leads of agents, and no others, have a timer; it ends late enough to be looked at.
  const timed = await house.db.lead.findMany({ where: { returnDueAt: { not: null } } });
  const untouched = { assignedAgentId: { not: null }, touchedAt: null, disposition: { isOpen: true } };
  expect(timed.length).toBe(await house.db.lead.count({ where: untouched }));
  expect(timed.length).toBeGreaterThan(3);
  expect(timed.every(({ returnDueAt }) => (returnDueAt?.getTime() ?? 0) > Date.now() + 3_600_000)).toBe(true);
  expect((await house.container.returns.run(systemActor("test"))).returned).toBe(0);
  const { body: scores } = await http.get<{ agents: { score: number; n: number }[] }>("/api/agents/performance");
  expect(scores.agents).toHaveLength(8);
  expect(scores.agents.every(({ n }) => n > 0)).toBe(true);
  expect((scores.agents[0]?.score ?? 0) - (scores.agents[7]?.score ?? 100)).toBeGreaterThan(3);
});
