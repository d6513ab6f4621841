import { beforeAll, describe, expect, it } from "vitest";
import { createAgent, loadOf } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { allRows, leadFacts, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;
let other: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  other = await createManager(house.db);
});

const UNKNOWN = "019aa000-0000-7000-8000-000000000000";

describe("an update plan", () => {
  it("previews exactly what it writes, row by row, and writes nothing before", async () => {
    const high = await createLead(house.db, { priority: "high", tags: ["a", "VIP"] });
    const plain = await createLeads(house.db, 700, { tags: ["a"] });
    const removed = await createLead(house.db, { deletedAt: new Date() });
    const lead_ids = [high, ...plain, removed, "not an id", UNKNOWN, high.toUpperCase()];
    const before = await leadFacts(house.db, [high, ...plain]);
    const { status, body } = await plansOf(manager).create({
      kind: "update",
      lead_ids,
      updates: { priority: "high", add_tags: ["vip", "spring"], remove_tags: ["A"] },
    });
    expect(status).toBe(201);
    expect(body.plan).toMatchObject({
      state: "ready",
      kind: "update",
      counts: { total: 704, will_change: 701, already_equal: 0, refused: 3 },
      may_apply: true,
      may_undo: false,
    });
    expect(await leadFacts(house.db, [high, ...plain])).toEqual(before);
    const rows = await allRows(manager, body.plan.plan_id);
    expect(rows).toHaveLength(704);
    expect(rows[0]).toMatchObject({
      place: 0,
      lead_id: high,
      status: "will_change",
      changes: { tags: { before: ["a", "VIP"], after: ["VIP", "spring"] } },
    });
    expect(rows[1]?.changes).toEqual({
      priority: { before: "normal", after: "high" },
      tags: { before: ["a"], after: ["vip", "spring"] },
    });
    expect(rows.slice(701).map(({ lead_id, status, code }) => [lead_id, status, code])).toEqual([
      [removed, "refused", "lead_not_found"],
      ["not an id", "refused", "lead_not_found"],
      [UNKNOWN, "refused", "lead_not_found"],
    ]);

    const applied = await plansOf(manager).apply(body.plan.plan_id);
    expect(applied).toMatchObject({
      status: 200,
      body: { plan: { state: "done", progress: { processed: 704, succeeded: 701, failed: 0 }, may_undo: true } },
    });
    const after = await leadFacts(house.db, [high, ...plain]);
    for (const row of rows.slice(0, 701)) {
      const lead = after.get(row.lead_id);
      expect(lead?.version).toBe(2);
      expect(lead?.tags).toEqual(row.changes.tags?.after);
      expect(lead?.priority).toBe("high");
    }
    const [audit] = await house.db.auditEntry.findMany({ where: { entityId: plain[0] as string } });
    expect(audit).toMatchObject({
      action: "lead.updated",
      actorId: manager.userId,
      before: { priority: "normal", tags: ["a"] },
      after: { priority: "high", tags: ["vip", "spring"] },
    });
    const shown = await allRows(manager, body.plan.plan_id);
    expect(shown[0]).toMatchObject({ status: "changed", at: expect.any(String), changes: rows[0]?.changes });
    expect((await allRows(manager, body.plan.plan_id, "refused")).length).toBe(3);
  });

  it("leaves out what somebody wrote, removed or locked since, and nothing else", async () => {
    const ids = await createLeads(house.db, 6);
    const [edited, noted, removed, locked, ...rest] = ids as [string, string, string, string, string, string];
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "planned" } });
    const http = client(manager);
    await http.patch(`/api/leads/${edited}`, { name: "Somebody else" });
    await http.post(`/api/leads/${noted}/notes`, { text: "Spoke with them" });
    await http.delete(`/api/leads/${removed}`);
    await house.db.lead.update({ where: { id: locked }, data: { lockedAt: new Date(), lockReason: "Legal" } });
    const applied = await plansOf(manager).apply(body.plan.plan_id);
    expect(applied.body.plan).toMatchObject({ state: "done", progress: { succeeded: 2, failed: 4 } });
    const failed = await allRows(manager, body.plan.plan_id, "failed");
    expect(failed.map(({ lead_id, code }) => [lead_id, code])).toEqual([
      [edited, "changed_since"],
      [noted, "changed_since"],
      [removed, "lead_not_found"],
      [locked, "lead_locked"],
    ]);
    const changed = await house.db.lead.findMany({ where: { source: "planned" }, orderBy: { id: "asc" } });
    expect(changed.map(({ id }) => id)).toEqual(rest);
  });

  it("is refused as a whole when asked to, with nothing written", async () => {
    const ids = await createLeads(house.db, 600);
    const { body } = await plansOf(manager).create({
      kind: "update",
      lead_ids: ids,
      updates: { disposition: "contacted" },
      on_changed: "refuse",
    });
    const last = ids.at(-1) as string;
    await client(manager).patch(`/api/leads/${last}`, { name: "Changed" });
    const before = await written(house.db);
    const refused = await plansOf(manager).apply(body.plan.plan_id);
    expect(refused).toMatchObject({ status: 409, body: { code: "plan_outdated", changed: 1, lead_ids: [last] } });
    expect(await written(house.db)).toEqual(before);
    expect(await plansOf(manager).read(body.plan.plan_id)).toMatchObject({ state: "ready", applied_at: null });
    // The same plan, skipping instead.
    const applied = await plansOf(manager).apply(body.plan.plan_id, { on_changed: "skip" });
    expect(applied.body.plan).toMatchObject({ state: "done", progress: { succeeded: 599, failed: 1 } });
    // And one that nothing has come in the way of.
    const second = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { priority: "high" } });
    const whole = await plansOf(manager).apply(second.body.plan.plan_id, { on_changed: "refuse" });
    expect(whole.body.plan).toMatchObject({ state: "done", progress: { processed: 600, succeeded: 600, failed: 0 } });
  });

  it("is applied once, however often and by however many it is asked", async () => {
    const ids = await createLeads(house.db, 1_100);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "once" } });
    const answers = await Promise.all([1, 2, 3].map(() => plansOf(manager).apply(body.plan.plan_id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const again = await plansOf(manager).apply(body.plan.plan_id);
    expect(again).toMatchObject({ status: 409, body: { code: "plan_already_applied", state: "done" } });
    expect(await house.db.lead.count({ where: { id: { in: ids }, version: 2, source: "once" } })).toBe(1_100);
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids } } })).toBe(1_100);
  });

  it("belongs to who made it; others look, and admins may do all", async () => {
    const ids = await createLeads(house.db, 3);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "mine" } });
    const { plan_id } = body.plan;
    expect(await plansOf(other).read(plan_id)).toMatchObject({ created_by: manager.email, may_apply: false });
    for (const verb of ["apply", "cancel", "undo"] as const) {
      expect(await plansOf(other)[verb](plan_id)).toMatchObject({ status: 403, body: { code: "not_your_plan" } });
    }
    const admin = await createAdmin(house.db);
    expect(await plansOf(admin).apply(plan_id)).toMatchObject({ status: 200 });
    const [audit] = await house.db.auditEntry.findMany({ where: { entityId: ids[0] as string } });
    expect(audit?.actorId).toBe(admin.userId);
    expect(await plansOf(manager).apply(UNKNOWN)).toMatchObject({ status: 404 });
    const mine = (await client(other).get<{ plans: { created_by: string }[] }>("/api/bulk-plans?limit=2")).body;
    expect(mine.plans.every(({ created_by }) => created_by === manager.email)).toBe(true);
  });

  it("finds at its preview that reopened leads have no room, and keeps to it", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 5 });
    const closed = await createLeads(house.db, 4, { assignedTo: agent.agentId, disposition: "not_interested" });
    await house.db.agent.update({ where: { id: agent.agentId }, data: { maxCapacity: 3 } });
    const { body } = await plansOf(manager).create({
      kind: "update",
      lead_ids: closed,
      updates: { disposition: "follow_up" },
    });
    expect(body.plan.counts).toEqual({ total: 4, will_change: 3, already_equal: 0, refused: 1 });
    // Two places are taken in between: only one is left, and only one row is written.
    await createLeads(house.db, 2, { assignedTo: agent.agentId });
    const applied = await plansOf(manager).apply(body.plan.plan_id);
    expect(applied.body.plan.progress).toMatchObject({ succeeded: 1, failed: 2 });
    const failed = await allRows(manager, body.plan.plan_id, "failed");
    expect(failed.map(({ lead_id, code }) => [lead_id, code])).toEqual([
      [closed[1], "no_capacity"],
      [closed[2], "no_capacity"],
    ]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
  });

  it("answers what finds nothing with an empty plan, and what means nothing with a refusal", async () => {
    const search = { filter: { field: "source", op: "eq", value: "nobody has this" } };
    const empty = await plansOf(manager).create({ kind: "update", search, updates: { priority: "high" } });
    expect(empty.body.plan).toMatchObject({ state: "ready", counts: { total: 0, will_change: 0 } });
    expect((await plansOf(manager).apply(empty.body.plan.plan_id)).body.plan.state).toBe("done");
    const bulk = await client(manager).post("/api/leads/bulk-update", { search, updates: { priority: "high" } });
    expect(bulk).toMatchObject({ status: 200, body: { updated_count: 0, failed_count: 0, results: [] } });
    const refusals: [object, number, string][] = [
      [{ kind: "update", lead_ids: [], updates: { priority: "high" } }, 400, "invalid_request"],
      [{ kind: "update", lead_ids: ["x"], updates: {} }, 400, "invalid_request"],
      [{ kind: "update", lead_ids: ["x"] }, 400, "invalid_request"],
      [{ kind: "update", lead_ids: ["x"], updates: { tags: ["a"], add_tags: ["b"] } }, 400, "invalid_request"],
      [{ kind: "update", lead_ids: ["x"], updates: { name: "All" } }, 400, "invalid_request"],
      [{ kind: "undo", lead_ids: ["x"] }, 400, "invalid_request"],
      [{ kind: "update", lead_ids: ["x"], updates: { disposition: "sold" } }, 422, "unknown_disposition"],
      [{ kind: "assign", lead_ids: ["x"], assignment_strategy: "manual" }, 400, "invalid_request"],
      [
        { kind: "assign", lead_ids: ["x"], assignment_strategy: "manual", agents: ["no@evenhand.test"] },
        404,
        "agent_not_found",
      ],
    ];
    for (const [request, status, code] of refusals) {
      expect(await plansOf(manager).create(request), JSON.stringify(request)).toMatchObject({ status, body: { code } });
    }
  });
});
