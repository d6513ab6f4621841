import { beforeAll, describe, expect, it } from "vitest";
import { createAgent, loadOf } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { allRows, leadFacts, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

interface Suggestion {
  moves: { from: string; to: string; leads: number }[];
  over_capacity: number;
  left_over: number;
}

describe("rebalancing", () => {
  it("suggests moves, previews and applies them as a plan, untouched and unlocked leads first, and takes them back", async () => {
    const full = await createAgent(house.db, { maxCapacity: 10 });
    const free = await createAgent(house.db, { maxCapacity: 10 });
    const begun = await createLeads(house.db, 3, { assignedTo: full.agentId });
    const untouched = await createLeads(house.db, 4, { assignedTo: full.agentId });
    const [locked = ""] = untouched;
    await client(manager).put(`/api/agents/${full.email}/capacity`, { max_capacity: 4 });
    await house.db.lead.updateMany({ where: { id: { in: begun } }, data: { touchedAt: new Date() } });
    await house.db.lead.update({ where: { id: locked }, data: { lockedAt: new Date(), lockReason: "Legal" } });

    const { body } = await client(manager).get<Suggestion>("/api/agents/rebalance");
    expect(body).toEqual({
      goal: "relieve",
      moves: [{ from: full.email, to: free.email, leads: 3 }],
      over_capacity: 3,
      left_over: 0,
    });
    expect((await loadOf(house.db, full.agentId)).openLeads).toBe(7);

    const { status, body: made } = await plansOf(manager).create({ kind: "rebalance", moves: body.moves });
    expect(status).toBe(201);
    expect(made.plan).toMatchObject({
      kind: "assign",
      state: "ready",
      selection: { moves: body.moves },
      request: { assignment_strategy: "manual", agents: [free.email], split: [3] },
      counts: { total: 3, will_change: 3, refused: 0 },
    });
    const rows = await allRows(manager, made.plan.plan_id);
    expect(rows.map(({ lead_id }) => lead_id).toSorted()).toEqual(untouched.slice(1).toSorted());
    const applied = await plansOf(manager).apply(made.plan.plan_id);
    expect(applied.body.plan).toMatchObject({ state: "done", progress: { succeeded: 3, failed: 0 } });
    expect(await loadOf(house.db, full.agentId)).toMatchObject({ openLeads: 4, counted: 4 });
    expect(await loadOf(house.db, free.agentId)).toMatchObject({ openLeads: 3, counted: 3 });

    await client(manager).put(`/api/agents/${full.email}/capacity`, { max_capacity: 10 });
    await plansOf(manager).undo(made.plan.plan_id);
    const back = await leadFacts(house.db, untouched);
    expect([...back.values()].map(({ assignedAgentId }) => assignedAgentId)).toEqual(untouched.map(() => full.agentId));
  });

  it("moves leads of a team to its members only", async () => {
    const from = await createAgent(house.db, { maxCapacity: 20 });
    const [member, stranger] = [await createAgent(house.db), await createAgent(house.db)];
    await client(manager).post("/api/teams", { name: "North", agents: [from.email, member.email] });
    const ids = await createLeads(house.db, 2, { assignedTo: from.agentId });
    for (const id of ids) await client(manager).patch(`/api/leads/${id}`, { team: "North" });
    const total = async (to: string) => {
      const wish = { kind: "rebalance", moves: [{ from: from.email, to, leads: 5 }] };
      return (await plansOf(manager).create(wish)).body.plan.counts;
    };
    expect(await total(stranger.email)).toMatchObject({ total: 0 });
    expect(await total(member.email)).toMatchObject({ total: 2, will_change: 2 });
  });

  it("is for managers; says what it does not take", async () => {
    const [one, other, third] = [await createAgent(house.db), await createAgent(house.db), await createAgent(house.db)];
    const refused = async (body: object) => (await plansOf(manager).create(body)).body;
    const move = (from: { email: string }, to: { email: string }) => ({ from: from.email, to: to.email, leads: 1 });
    expect(await refused({ kind: "rebalance", moves: [move(one, other), move(other, third)] })).toMatchObject({
      status: 422,
      code: "moves_in_a_circle",
      agent: other.email,
    });
    expect(await refused({ kind: "rebalance", moves: [move(one, { email: "no@one.test" })] })).toMatchObject({
      status: 404,
      code: "agent_not_found",
    });
    for (const body of [
      { kind: "rebalance" },
      { kind: "rebalance", moves: [] },
      { kind: "rebalance", moves: [{ ...move(one, other), leads: 0 }] },
      { kind: "rebalance", moves: [move(one, other)], lead_ids: ["x"] },
      { kind: "rebalance", moves: [move(one, other)], assignment_strategy: "manual" },
      { kind: "assign", moves: [move(one, other)], assignment_strategy: "round_robin" },
    ]) {
      expect(await refused(body), JSON.stringify(body)).toMatchObject({ status: 400 });
    }
    expect((await plansOf(one).create({ kind: "rebalance", moves: [move(one, other)] })).status).toBe(403);
  });
});

describe("GET /api/agents/calls", () => {
  it("counts each agent's calls and missed rings by the asker's days, today last", async () => {
    const agent = await createAgent(house.db);
    const { body: none } = await client(manager).get<{ dates: string[]; agents: unknown[] }>(
      "/api/agents/calls?days=3",
    );
    expect(none).toMatchObject({ agents: [], dates: [expect.any(String), expect.any(String), expect.any(String)] });
    const noon = (date: string | undefined) => Date.parse(`${date}T12:00:00Z`);
    const call = (at: number, talkSeconds: number | undefined, number: number) => ({
      id: crypto.randomUUID(),
      callSid: `CA${String(number).padStart(32, "0")}`,
      direction: "inbound",
      fromNumber: "+15550100001",
      toNumber: "+15550100000",
      carrierStatus: "completed",
      agentId: agent.agentId,
      startedAt: new Date(at),
      ...(talkSeconds !== undefined && {
        answeredAt: new Date(at + 5_000),
        endedAt: new Date(at + 5_000 + talkSeconds * 1_000),
      }),
    });
    const [first, second, today] = none.dates;
    await house.db.call.createMany({
      data: [
        call(noon(first), 60, 1),
        call(noon(first), 30, 2),
        call(noon(second), undefined, 3),
        call(noon(today), 7, 4),
        // Of the day before the first one asked for.
        call(Date.parse(`${first}T00:00:00Z`) - 1_000, 9, 5),
      ],
    });
    const { body } = await client(manager).get("/api/agents/calls?days=3");
    expect(body).toEqual({
      dates: none.dates,
      agents: [{ agent_id: agent.email, answered: [2, 0, 1], missed: [0, 0, 0], talk_seconds: [90, 0, 7] }],
    });
    expect((await client(agent).get("/api/agents/calls")).status).toBe(403);
  });
});
