import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { asKeyedRequest } from "@/lib/db/request-steps";
import { setClock } from "@/tests/support/clock";
import { type CuttingProxy, cuttingProxy } from "@/tests/support/cutting-proxy";
import { testDatabase } from "@/tests/support/database";
import { createAgent, createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { type House, openHouse } from "@/tests/support/house";
import { type Answer, client } from "@/tests/support/http";

// The product speaks with its database over a line that can be cut; the test looks directly.
const database = testDatabase();
let proxy: CuttingProxy;
let house: House;
let manager: TestUser;

beforeAll(async () => {
  proxy = await cuttingProxy(database.url);
  house = openHouse(proxy.url);
  manager = await createManager(database.db);
  // Signed in before any line is cut.
  await client(manager).get("/api/tags");
});
afterAll(async () => {
  await house.close();
  await proxy.close();
});

interface Interrupted {
  first: Answer<Record<string, unknown>>;
  again: Answer<Record<string, unknown>>;
}

/** Asks; the answer to a COMMIT (or to another statement) is lost; asks again with the same key, twice. */
async function interrupted(
  ask: (options: { idempotencyKey: string }) => Promise<Answer<Record<string, unknown>>>,
  cutAt: { text?: string; skip?: number } = {},
): Promise<Interrupted> {
  const before = proxy.cuts();
  const options = { idempotencyKey: newId() };
  proxy.cutAfter(cutAt.text ?? "COMMIT", cutAt.skip);
  const first = await ask(options);
  expect(proxy.cuts()).toBe(before + 1);
  const again = await ask(options);
  const replayed = await ask(options);
  expect(replayed.headers.get("idempotent-replayed")).toBe("true");
  expect(replayed).toMatchObject({ status: again.status, body: again.body });
  expect(replayed.headers.get("bulk-plan-id")).toBe(again.headers.get("bulk-plan-id"));
  return { first, again };
}

const audited = (ids: string[]) => database.db.auditEntry.count({ where: { entityId: { in: ids } } });
const plansAbout = (ids: string[]) =>
  database.db.bulkPlan.count({ where: { chunks: { some: { leadIds: { hasSome: ids } } } } });

describe("a request whose commit was carried out and whose answer was lost", () => {
  it("writes a note once, and a repeat has its id", async () => {
    const leadId = await createLead(database.db);
    const { first, again } = await interrupted((options) =>
      client(manager).post(`/api/leads/${leadId}/notes`, { text: "Called back" }, options),
    );
    expect(first.status).toBe(503);
    const [note, ...more] = await database.db.leadActivity.findMany({ where: { leadId, type: "note" } });
    expect(more).toEqual([]);
    expect(again.status).toBeLessThan(300);
    expect(JSON.stringify(again.body)).toContain(`"${note?.id}"`);
    expect(await database.db.lead.findUnique({ where: { id: leadId } })).toMatchObject({ notesCount: 1 });
  });

  it("makes one lead, not two", async () => {
    const { again } = await interrupted((options) =>
      client(manager).post("/api/leads", { name: "Only One", phone: "+15550123456" }, options),
    );
    expect(again.status).toBe(200);
    const leads = await database.db.lead.findMany({ where: { name: "Only One" } });
    expect(leads.map(({ id }) => id)).toEqual([again.body.lead_id]);
  });

  it("assigns once, and the answer is of the first time whoever has the lead by then", async () => {
    const [one, two] = (await createAgents(database.db, 2, { maxCapacity: 5 })) as [TestAgent, TestAgent];
    const leadId = await createLead(database.db);
    const key = { idempotencyKey: newId() };
    const assign = () =>
      client(manager).post(`/api/leads/${leadId}/assign`, { agent_email: one.email, notes: "Yours" }, key);
    proxy.cutAfter("named assign_lead");
    expect((await assign()).status).toBe(503);
    // Before the repeat comes, somebody else has given the lead to another agent: that must stay.
    expect(
      await client(manager).put(`/api/leads/${leadId}/reassign`, { new_agent: two.email, reason: "Language" }),
    ).toMatchObject({ status: 200 });
    const again = await assign();
    expect(again).toMatchObject({ status: 200, body: { lead: { assigned_agent: one.email } } });
    expect(again.body).toMatchObject((await assign()).body);
    expect(await database.db.lead.findUnique({ where: { id: leadId } })).toMatchObject({
      assignedAgentId: two.agentId,
    });
    expect(await database.db.assignmentDecision.count({ where: { leadId } })).toBe(2);
    expect(await loadOf(database.db, one.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
  });

  it.each([
    ["making the plan", 0, 503],
    ["writing its second chunk", 2, 202],
    ["ending it", 3, 202],
  ])("does bulk work once, cut while %s, and goes on with what was left", async (_name, skip, status) => {
    const ids = await createLeads(database.db, 900);
    const { first, again } = await interrupted(
      (options) =>
        client(manager).post("/api/leads/bulk-update", { lead_ids: ids, updates: { source: `cut-${skip}` } }, options),
      { skip },
    );
    expect(first.status).toBe(status);
    expect(await plansAbout(ids)).toBe(1);
    const planId = again.headers.get("bulk-plan-id") as string;
    if (status === 503) expect(again).toMatchObject({ status: 200, body: { updated_count: 900 } });
    else {
      // Begun work stands: the first answer said so already, and whoever has the time goes on.
      expect(again).toMatchObject({ status: 202, body: { plan_id: planId } });
      await setClock(database.db, 60 * (skip + 1));
      await house.container.planRunner.run(planId, "another");
    }
    expect(await database.db.lead.count({ where: { id: { in: ids }, source: `cut-${skip}`, version: 2 } })).toBe(900);
    expect(await audited(ids)).toBe(900);
    expect(await database.db.bulkPlan.findUnique({ where: { id: planId } })).toMatchObject({ state: "done" });
  });

  it("deals leads once, and undoes and deletes once", async () => {
    const agents = await createAgents(database.db, 3, { maxCapacity: 100 });
    const ids = await createLeads(database.db, 30);
    const emails = agents.map(({ email }) => email);
    const dealt = await interrupted((options) =>
      client(manager).post(
        "/api/leads/bulk-assign",
        { lead_ids: ids, assignment_strategy: "round_robin", agents: emails },
        options,
      ),
    );
    expect(dealt.again).toMatchObject({ status: 200, body: { summary: { successfully_assigned: 30 } } });
    expect(await plansAbout(ids)).toBe(1);
    for (const { agentId } of agents) expect(await loadOf(database.db, agentId)).toMatchObject({ openLeads: 10 });
    const planId = dealt.again.headers.get("bulk-plan-id");
    const undone = await interrupted((options) => client(manager).post(`/api/bulk-plans/${planId}/undo`, {}, options));
    expect(undone.again).toMatchObject({
      status: 200,
      body: { plan: { state: "done", undo_of: planId, progress: { succeeded: 30 } } },
    });
    expect(await plansAbout(ids)).toBe(2);
    const team = await client(manager).post("/api/teams", { name: "Short lived" });
    const removed = await interrupted(
      (options) => client(manager).delete(`/api/teams/${String(team.body.team_id)}`, options),
      { skip: 1 },
    );
    expect(removed.again.status).toBe(200);
  });

  it("applies a plan that is to refuse once: the repeat is not told that it was applied already", async () => {
    const ids = await createLeads(database.db, 5);
    const wish = { kind: "update", lead_ids: ids, updates: { source: "whole" }, on_changed: "refuse" };
    const { body } = await client(manager).post<{ plan: { plan_id: string } }>("/api/bulk-plans", wish);
    const { again } = await interrupted((options) =>
      client(manager).post(`/api/bulk-plans/${body.plan.plan_id}/apply`, {}, options),
    );
    expect(again).toMatchObject({ status: 200, body: { plan: { state: "done", progress: { succeeded: 5 } } } });
    expect(await audited(ids)).toBe(5);
  });
});

describe("a request whose process died", () => {
  it("before it could keep its answer is answered from what it had committed", async () => {
    const agent = await createAgent(database.db, { maxCapacity: 5 });
    const leadId = await createLead(database.db, { assignedTo: agent.agentId });
    const key = { idempotencyKey: newId() };
    const note = () => client(manager).post(`/api/leads/${leadId}/notes`, { text: "Once" }, key);
    const given = await note();
    // As a process leaves it that is gone between its commit and this row.
    await database.db.idempotencyKey.updateMany({ where: { key: key.idempotencyKey }, data: { status: null } });
    expect(await note()).toMatchObject({ status: 409, body: { code: "still_running" } });
    await setClock(database.db, 3_600);
    expect(await note()).toMatchObject({ status: given.status, body: given.body });
    expect(await database.db.leadActivity.count({ where: { leadId, type: "note" } })).toBe(1);
  });

  it("is not done by two of its repeats at once: one has the other's result", async () => {
    const leadId = await createLead(database.db);
    const principal = manager.userId;
    const row = { principal, key: newId(), fingerprint: "x", lockedUntil: new Date(0) };
    await database.db.idempotencyKey.create({ data: row });
    const repeat = (run: string) =>
      asKeyedRequest({ principal, key: row.key, run, done: new Map() }, () =>
        house.container.leadTimeline.addNote(
          { ...manager, kind: "user", sessionId: "", agentId: undefined, timeZone: "UTC" },
          leadId,
          { text: "Twice?" },
        ),
      );
    const ids = await Promise.all(["a", "b", "c", "d"].map(repeat));
    expect(new Set(ids).size).toBe(1);
    expect(await database.db.leadActivity.count({ where: { leadId, type: "note" } })).toBe(1);
  });

  it("frees its key after a refusal: the same key may then ask for something else", async () => {
    const key = { idempotencyKey: newId() };
    const make = (body: object) => client(manager).post("/api/teams", body, key);
    await client(manager).post("/api/teams", { name: "Taken" });
    expect((await make({ name: "Taken" })).status).toBe(409);
    expect((await make({ name: "Free" })).status).toBeLessThan(300);
    expect(await make({ name: "Another" })).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});
