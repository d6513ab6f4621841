import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { CHUNK_ROWS } from "@/modules/leads/domain/bulk";
import { createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { allRows, leadFacts, plansOf, reserved } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const emails = (agents: readonly TestAgent[]) => agents.map(({ email }) => email);
const preview = async (lead_ids: string[], agents: readonly TestAgent[], more: object = {}) =>
  (
    await plansOf(manager).create({
      kind: "assign",
      lead_ids,
      assignment_strategy: "round_robin",
      agents: emails(agents),
      ...more,
    })
  ).body.plan;
const after = (row: { changes: Record<string, { after?: unknown }> }) => row.changes.assigned_agent?.after;

describe("an assignment plan", () => {
  it("is dealt over the members of a team that is named instead of agents", async () => {
    const [one, two, other] = (await createAgents(house.db, 3)) as [TestAgent, TestAgent, TestAgent];
    await client(manager).post("/api/teams", { name: "North", agents: emails([one, two]) });
    const lead_ids = await createLeads(house.db, 4);
    const wish = { kind: "assign", lead_ids, assignment_strategy: "round_robin", team: "north" };
    const { status, body } = await plansOf(manager).create(wish);
    expect(status).toBe(201);
    expect(body.plan).toMatchObject({ request: { team: "North" }, counts: { will_change: 4 } });
    const given = (await allRows(manager, body.plan.plan_id)).map(after);
    expect(given.toSorted()).toEqual(emails([one, one, two, two]).toSorted());
    expect(given).not.toContain(other.email);
    expect((await plansOf(one).create(wish)).status).toBe(403);
    const refused = async (more: object) => (await plansOf(manager).create({ ...wish, ...more })).body;
    expect(await refused({ team: "South" })).toMatchObject({ status: 422, code: "unknown_team", team: "South" });
    expect(await refused({ agents: emails([one]) })).toMatchObject({ status: 400 });
    expect(await refused({ kind: "update", assignment_strategy: undefined, updates: { source: "x" } })).toMatchObject({
      status: 400,
    });
    // The six endpoints keep their shapes.
    const exact = { lead_ids, assignment_strategy: "round_robin", team: "North" };
    expect((await client(manager).post("/api/leads/bulk-assign", exact)).status).toBe(400);
  });

  it("names the agents in its rows, also one whose account has been switched off since", async () => {
    const [from, to] = (await createAgents(house.db, 2)) as [TestAgent, TestAgent];
    const id = await createLead(house.db, { assignedTo: from.agentId });
    await house.db.user.update({ where: { id: from.userId }, data: { disabledAt: new Date() } });
    const { body } = await plansOf(manager).rows((await preview([id], [to])).plan_id);
    expect(body.rows[0]?.changes).toEqual({ assigned_agent: { before: from.email, after: to.email } });
    expect(new Map(body.agents.map(({ agent, name }) => [agent, name]))).toEqual(
      new Map([from, to].map(({ email, name }) => [email, name])),
    );
  });

  it("previews without taking anything, and gives each lead to whom it was previewed for", async () => {
    const agents = await createAgents(house.db, 3, { maxCapacity: 500 });
    const ids = await createLeads(house.db, 1_100);
    const closed = await createLead(house.db, { disposition: "closed" });
    const locked = await createLead(house.db);
    await house.db.lead.update({ where: { id: locked }, data: { lockedAt: new Date(), lockReason: "Legal" } });
    const mine = await createLead(house.db, { assignedTo: (agents[0] as TestAgent).agentId });
    const plan = await preview([...ids, closed, locked, mine], agents, { priority: "high" });
    expect(plan).toMatchObject({ state: "ready", counts: { total: 1_103, will_change: 1_101, refused: 2 } });
    expect(plan.request).toMatchObject({ assignment_strategy: "round_robin", agents: emails(agents) });
    expect(await reserved(house.db)).toEqual(new Map());
    const rows = await allRows(manager, plan.plan_id);
    const shares = async () => (await plansOf(manager).shares(plan.plan_id)).body.shares;
    const came = (email: string) => rows.filter((row) => after(row) === email).length;
    const went = (email: string) => rows.filter(({ changes }) => changes.assigned_agent?.before === email).length;
    const expected = agents
      .map(({ email }) => ({ agent: email, leads: came(email), loses: went(email) }))
      .toSorted((one, other) => one.agent.localeCompare(other.agent));
    const dealt = async () =>
      (await shares())
        .map(({ agent, leads, loses }) => ({ agent, leads, loses }))
        .toSorted((one, other) => one.agent.localeCompare(other.agent));
    expect(await dealt()).toEqual(expected);
    expect(rows.slice(1_100, 1_102).map(({ code }) => code)).toEqual(["lead_closed", "lead_locked"]);
    expect(rows[0]?.changes).toMatchObject({
      assigned_agent: { before: null, after: expect.stringContaining("@") },
      priority: { before: "normal", after: "high" },
    });
    const applied = await plansOf(manager).apply(plan.plan_id);
    expect(applied.body.plan).toMatchObject({ state: "done", progress: { succeeded: 1_101, failed: 0 } });
    expect(await dealt()).toEqual(expected);
    const byId = new Map(agents.map(({ agentId, email }) => [agentId, email]));
    const leads = await leadFacts(house.db, [...ids, mine]);
    for (const row of rows.filter(({ status }) => status === "will_change")) {
      const lead = leads.get(row.lead_id);
      expect(lead).toMatchObject({ version: 2, priority: "high", touchedAt: null });
      // One of them may have been dealt to whom it was with: only its priority changes then.
      if (after(row) === undefined) continue;
      expect(byId.get(lead?.assignedAgentId ?? "")).toBe(after(row));
      expect(lead?.returnDueAt).not.toBeNull();
    }
    expect(await reserved(house.db)).toEqual(new Map());
    for (const { agentId } of agents) {
      const load = await loadOf(house.db, agentId);
      expect(load.openLeads).toBe(load.counted);
    }
  });

  it("leaves out who was reassigned, and never gives to an agent who is gone or full", async () => {
    const agents = (await createAgents(house.db, 3, { maxCapacity: 10 })) as [TestAgent, TestAgent, TestAgent];
    const [gone, full, fine] = agents;
    const ids = await createLeads(house.db, 9);
    const plan = await preview(ids, agents);
    const rows = await allRows(manager, plan.plan_id);
    const of = (agent: TestAgent) => rows.filter((row) => after(row) === agent.email).map(({ lead_id }) => lead_id);
    const [taken] = of(fine) as [string];
    await client(manager).post(`/api/leads/${taken}/assign`, { agent_email: fine.email });
    await client(manager).put(`/api/agents/${gone.email}/capacity`, { availability: "offline" });
    await client(manager).put(`/api/agents/${full.email}/capacity`, { max_capacity: 1 });
    const applied = await plansOf(manager).apply(plan.plan_id);
    expect(applied.body.plan.progress).toEqual({ processed: 9, succeeded: 3, failed: 6 });
    const failed = new Map((await allRows(manager, plan.plan_id, "failed")).map((row) => [row.lead_id, row.code]));
    expect(of(gone).map((id) => failed.get(id))).toEqual(Array.from({ length: 3 }, () => "agent_unavailable"));
    expect(of(full).map((id) => failed.get(id))).toEqual([undefined, "no_capacity", "no_capacity"]);
    // Once it has ended, the shares are what was written.
    expect((await plansOf(manager).shares(plan.plan_id)).body.shares).toEqual([
      expect.objectContaining({ agent: fine.email, leads: 2, loses: 0 }),
      expect.objectContaining({ agent: full.email, leads: 1, loses: 0 }),
    ]);
    expect((await plansOf(fine).shares(plan.plan_id)).status).toBe(403);
    expect(failed.get(taken)).toBe("changed_since");
    expect(await loadOf(house.db, gone.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    expect(await loadOf(house.db, full.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
    expect(await loadOf(house.db, fine.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
    expect(await reserved(house.db)).toEqual(new Map());
  });

  it("looks whether its agents are still there also where all have room", async () => {
    const agents = (await createAgents(house.db, 2, { maxCapacity: 10 })) as [TestAgent, TestAgent];
    const ids = await createLeads(house.db, 4);
    const plan = await preview(ids, agents);
    await client(manager).put(`/api/agents/${agents[0].email}/capacity`, { availability: "away" });
    const applied = await plansOf(manager).apply(plan.plan_id);
    expect(applied.body.plan.progress).toEqual({ processed: 4, succeeded: 2, failed: 2 });
    const failed = await allRows(manager, plan.plan_id, "failed");
    expect(failed.map(({ code }) => code)).toEqual(["agent_unavailable", "agent_unavailable"]);
    expect(await loadOf(house.db, agents[0].agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    expect(await loadOf(house.db, agents[1].agentId)).toMatchObject({ openLeads: 2, counted: 2 });
  });

  it("deals in the order of its search when room is short", async () => {
    const agents = await createAgents(house.db, 1, { maxCapacity: 2 });
    const ids: string[] = [];
    for (const name of ["Cora", "Abel", "Dana", "Bela"])
      ids.push(await createLead(house.db, { name, source: "short" }));
    const [cora, abel, dana, bela] = ids;
    const filter = { field: "source", op: "eq", value: "short" };
    const create = async (search: object) => {
      const { body } = await plansOf(manager).create({
        kind: "assign",
        search,
        assignment_strategy: "round_robin",
        agents: emails(agents),
      });
      return (await allRows(manager, body.plan.plan_id)).map(({ lead_id, status }) => [lead_id, status]);
    };
    const two = ["will_change", "will_change", "refused", "refused"];
    const expected = (order: (string | undefined)[]) => order.map((id, row) => [id, two[row]]);
    expect(await create({ filter })).toEqual(expected([cora, abel, dana, bela]));
    expect(await create({ filter, sort: { field: "name" } })).toEqual(expected([abel, bela, cora, dana]));
    expect(await create({ filter, sort: { field: "name", direction: "desc" } })).toEqual(
      expected([dana, cora, bela, abel]),
    );
  });

  it("takes few statements outside of its chunks, however many these are", async () => {
    const LEADS = 10_000;
    const agents = await createAgents(house.db, 100, { maxCapacity: 1_000 });
    const ids = await createLeads(house.db, LEADS);
    const said = new Map<pg.Client, string[]>();
    const { query } = pg.Client.prototype;
    pg.Client.prototype.query = function noted(this: pg.Client, ...given: unknown[]) {
      const [first] = given as [{ text?: string } | string];
      const text = typeof first === "string" ? first : (first.text ?? "");
      said.set(this, [...(said.get(this) ?? []), text]);
      return Reflect.apply(query, this, given) as unknown;
    } as typeof query;
    try {
      const { status } = await client(manager).post("/api/leads/bulk-assign", {
        lead_ids: ids,
        assignment_strategy: "capacity_based",
        agents: emails(agents),
      });
      expect(status).toBe(200);
    } finally {
      pg.Client.prototype.query = query;
    }
    // A chunk is everything on its connection from the BEGIN before it names its plan to its COMMIT.
    const connections = [...said.values()];
    const transactions = connections.flatMap((texts) => texts.join("\n;;\n").split(/(?=BEGIN)/));
    const chunks = transactions.filter((text) => text.includes("evenhand.reservation"));
    expect(chunks).toHaveLength(LEADS / CHUNK_ROWS);
    const inChunks = chunks.flatMap((text) => text.split(/(?<=COMMIT)/)[0]?.split("\n;;\n") ?? []);
    expect(inChunks.length / chunks.length).toBeLessThan(9);
    expect(connections.flat().length - inChunks.length).toBeLessThan(50);
  });
});
