import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;
let active: TestAgent;
let away: TestAgent;

interface Overview {
  agents: { agent_id: string; status: string; performance_score: number; capacity?: unknown }[];
  summary: Record<string, number>;
}

beforeAll(async () => {
  manager = await createManager(house.db);
  active = await createAgent(house.db, { name: "Aisha", maxCapacity: 8 });
  away = await createAgent(house.db, { name: "Ben", maxCapacity: 4, availability: "away" });
  const gone = await createAgent(house.db, { name: "Carl" });
  await house.db.user.update({ where: { id: gone.userId }, data: { disabledAt: new Date() } });
  await createLeads(house.db, 3, { assignedTo: active.agentId });
  await createLeads(house.db, 10, { assignedTo: active.agentId, disposition: "converted" });
  await createLeads(house.db, 10, { assignedTo: away.agentId, disposition: "not_interested" });
});

describe("GET /api/agents", () => {
  it("lists agents with their capacity in the exact shape", async () => {
    const beat = new Date("2026-11-20T10:00:00.000Z");
    await house.db.agentSession.create({
      data: { id: newId(), agentId: active.agentId, clientId: "tab", loginAt: beat, lastHeartbeat: beat },
    });
    const { status, body } = await client(manager).get<Overview>("/api/agents?include_capacity=true");
    expect(status).toBe(200);
    expect(body).toEqual({
      agents: [
        {
          agent_id: active.email,
          name: "Aisha",
          capacity: { current: 3, max: 8, percentage: 38, available_slots: 5 },
          status: "active",
          last_seen: "2026-11-20T10:00:00.000Z",
          performance_score: expect.any(Number),
        },
        {
          agent_id: away.email,
          name: "Ben",
          capacity: { current: 0, max: 4, percentage: 0, available_slots: 4 },
          status: "away",
          last_seen: null,
          performance_score: expect.any(Number),
        },
      ],
      summary: { total_agents: 2, active_agents: 1, total_capacity: 12, used_capacity: 3, utilization_percentage: 25 },
    });
    const [first, second] = body.agents;
    expect(first?.performance_score).toBeGreaterThan(second?.performance_score ?? 100);
  });

  it("filters by status without touching the summary, and leaves capacity out unless it is asked for", async () => {
    const { body } = await client(manager).get<Overview>("/api/agents?status=away");
    expect(body.agents.map((agent) => agent.agent_id)).toEqual([away.email]);
    expect(body.agents[0]).not.toHaveProperty("capacity");
    expect(body.summary).toMatchObject({ total_agents: 2, active_agents: 1 });
  });

  it("refuses agents, strangers and queries it does not know", async () => {
    expect(await client(active).get("/api/agents")).toMatchObject({ status: 403 });
    expect(await client().get("/api/agents")).toMatchObject({ status: 401 });
    expect(await client(manager).get("/api/agents?status=asleep")).toMatchObject({ status: 400 });
    expect(await client(manager).get("/api/agents?order=name")).toMatchObject({ status: 400 });
  });
});

describe("PUT /api/agents/{agentId}/capacity", () => {
  const change = (id: string, body: unknown, by: TestUser = manager) =>
    client(by).put(`/api/agents/${id}/capacity`, body);

  it("changes capacity and availability by e-mail or id, audited, also below the load", async () => {
    expect(await change(active.email, { max_capacity: 2 })).toMatchObject({
      status: 200,
      body: {
        success: true,
        agent: { agent_id: active.email, max_capacity: 2, current_capacity: 3, availability: "active" },
      },
    });
    expect(await change(active.agentId, { availability: "busy", max_capacity: 6 })).toMatchObject({
      body: { agent: { agent_id: active.email, max_capacity: 6, current_capacity: 3, availability: "busy" } },
    });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: active.agentId }, orderBy: { id: "asc" } });
    expect(audit.map(({ before, after }) => [before, after])).toEqual([
      [
        { max_capacity: 8, availability: "active" },
        { max_capacity: 2, availability: "active" },
      ],
      [
        { max_capacity: 2, availability: "active" },
        { max_capacity: 6, availability: "busy" },
      ],
    ]);
  });

  it("writes nothing for values it has already, and nothing when it refuses", async () => {
    const before = await written(house.db);
    expect(await change(away.email, { max_capacity: 4 })).toMatchObject({ status: 200 });
    expect(await change("nobody@evenhand.test", { max_capacity: 4 })).toMatchObject({
      status: 404,
      body: { code: "agent_not_found" },
    });
    expect(await change(manager.email, { max_capacity: 4 })).toMatchObject({ status: 404 });
    expect(await change("%00", { max_capacity: 4 })).toMatchObject({ status: 404 });
    expect(await change(away.email, { max_capacity: 5 }, active)).toMatchObject({ status: 403 });
    for (const body of [{}, { max_capacity: -1 }, { max_capacity: 1.5 }, { max_capacity: "9" }, { surprise: 1 }]) {
      expect(await change(away.email, body)).toMatchObject({ status: 400 });
    }
    expect(await written(house.db)).toEqual(before);
  });
});
