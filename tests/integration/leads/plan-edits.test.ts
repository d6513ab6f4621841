import { beforeAll, describe, expect, it } from "vitest";
import type { BulkUpdated } from "@/modules/leads/bulk.schemas";
import { createAgent, loadOf } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { replay } from "@/tests/support/replay";
import { allRows, leadFacts, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const edit = (edits: unknown[], by: TestUser = manager) =>
  client(by).post<BulkUpdated & { code: string }>("/api/leads/bulk-edit", { edits });
const facts = async (id: string) => (await leadFacts(house.db, [id])).get(id);

describe("edits of many leads, each its own", () => {
  it("writes each row's values with timeline and audit, and gives back exactly those", async () => {
    const ids = await createLeads(house.db, 300, { email: "old@example.com", tags: ["a"] });
    const [first = "", second = "", third = "", same = ""] = ids;
    const before = await leadFacts(house.db, ids);
    const answer = await edit([
      { lead_id: first, version: 1, set: { name: "Ada", phone: "+49 30 5550123", email: null } },
      { lead_id: second, version: 1, set: { tags: ["VIP", "vip", " x  y "], priority: "urgent" } },
      { lead_id: third, set: { source: "fair", disposition: "contacted" } },
      { lead_id: same, version: 1, set: { email: "OLD@example.com", tags: ["a"] } },
      ...ids.slice(4).map((lead_id, at) => ({ lead_id, version: 1, set: { name: `Row ${at}` } })),
    ]);
    expect(answer).toMatchObject({ status: 200, body: { updated_count: 299, failed_count: 0 } });
    expect(answer.body.results[3]).toMatchObject({ lead_id: same, status: "unchanged" });
    expect(await facts(first)).toMatchObject({
      name: "Ada",
      phone: "+49305550123",
      email: null,
      version: 2,
      tags: ["a"],
    });
    expect(await facts(second)).toMatchObject({ tags: ["VIP", "x y"], priority: "urgent", email: "old@example.com" });
    expect(await facts(third)).toMatchObject({ source: "fair", dispositionCode: "contacted" });
    expect(await facts(ids[299] ?? "")).toMatchObject({ name: "Row 295", version: 2 });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: first } });
    expect(audit).toMatchObject([
      {
        action: "lead.updated",
        before: { name: before.get(first)?.name, email: "old@example.com" },
        after: { name: "Ada", phone: "+49305550123", email: null },
      },
    ]);
    const found = await client(manager).get<{ total: number }>("/api/leads?q=5550123");
    expect(found.body.total, "the search follows").toBe(1);

    const planId = answer.headers.get("bulk-plan-id") ?? "";
    expect(await plansOf(manager).read(planId)).toMatchObject({ kind: "edits", state: "done", may_undo: true });
    await client(manager).patch(`/api/leads/${second}`, { priority: "normal" });
    const undo = await plansOf(manager).undo(planId);
    expect(undo.body.plan).toMatchObject({ progress: { succeeded: 298 }, counts: { refused: 1 } });
    const after = await leadFacts(house.db, ids);
    const values = (rows: typeof before, id: string) => {
      const { name, phone, email, tags, priority, source, dispositionCode } = rows.get(id) ?? {};
      return { name, phone, email, tags, priority, source, dispositionCode };
    };
    for (const id of ids.filter((each) => each !== second)) expect(values(after, id)).toEqual(values(before, id));
    expect(after.get(second)).toMatchObject({ priority: "normal", tags: ["VIP", "x y"] });
    const redo = await plansOf(manager).undo(undo.body.plan.plan_id);
    expect(redo.body.plan).toMatchObject({ state: "done", progress: { succeeded: 298 } });
    expect(await facts(first)).toMatchObject({ name: "Ada", email: null });
  });

  it("takes leads from their agent, which frees their places, is told and decided, and is undone within capacity", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 2 });
    const [one = "", two = "", nobodys = ""] = await createLeads(house.db, 3);
    const give = { assignment_strategy: "manual", agents: [agent.email] };
    await client(manager).post("/api/leads/bulk-assign", { lead_ids: [one, two], ...give });
    const set = { assigned_agent: null };
    const answer = await edit([
      { lead_id: one, version: 2, set: { ...set, name: "Free" } },
      { lead_id: two, version: 1, set },
      { lead_id: nobodys, set },
    ]);
    expect(answer.body.results).toMatchObject([
      { status: "updated" },
      { status: "failed", error: "changed_since" },
      { status: "unchanged" },
    ]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
    const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId: one }, orderBy: { id: "desc" } });
    const planId = answer.headers.get("bulk-plan-id") ?? "";
    expect(decision).toMatchObject({ strategy: "unassign", agentId: null, previousId: agent.agentId });
    expect(decision?.explanation).toEqual({ plan: planId });
    const activities = await house.db.leadActivity.findMany({ where: { leadId: one }, orderBy: { id: "asc" } });
    expect(activities.map(({ type }) => type)).toEqual(["assigned", "unassigned", "updated"]);
    const audit = await house.db.auditEntry.findFirst({ where: { entityId: one }, orderBy: { id: "desc" } });
    expect(audit).toMatchObject({ action: "lead.unassigned", before: { assigned_agent: agent.email } });
    expect(await replay(house.db)).toMatchObject({ counts: { disagreements: 0, other: 0 } });

    // The place has been given to another meanwhile: the way back would pass the agent's capacity.
    await client(manager).post("/api/leads/bulk-assign", { lead_ids: [nobodys], ...give });
    const undo = await plansOf(manager).undo(planId);
    expect(undo.body.plan).toMatchObject({ progress: { succeeded: 0, failed: 1 } });
    await edit([{ lead_id: nobodys, set }]);
    const again = await edit([{ lead_id: two, set: { ...set } }]);
    const back = await plansOf(manager).undo(again.headers.get("bulk-plan-id") ?? "");
    expect(back.body.plan).toMatchObject({ progress: { succeeded: 1 } });
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
  });

  it("leaves what somebody else wrote, what is locked, removed or unknown, each with its reason", async () => {
    const [moved = "", locked = "", removed = "", good = ""] = await createLeads(house.db, 4);
    await client(manager).patch(`/api/leads/${moved}`, { name: "Theirs" });
    await client(manager).post(`/api/leads/${locked}/lock`, { reason: "Contract out" });
    await client(manager).delete(`/api/leads/${removed}`);
    const set = { name: "Mine" };
    const { body } = await edit([
      { lead_id: moved, version: 1, set },
      { lead_id: locked, set },
      { lead_id: removed, set },
      { lead_id: "no id", set },
      { lead_id: good, version: 1, set },
    ]);
    expect(body.results.map(({ status, error }) => error ?? status)).toEqual([
      "changed_since",
      "lead_locked",
      "lead_not_found",
      "lead_not_found",
      "updated",
    ]);
    expect(await facts(moved)).toMatchObject({ name: "Theirs", version: 2 });
  });

  it("opens leads again only as far as their agent has places", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 2 });
    const { rows } = { rows: await createLeads(house.db, 3, { assignedTo: agent.agentId, disposition: "converted" }) };
    const { body } = await edit(rows.map((lead_id) => ({ lead_id, set: { disposition: "new" } })));
    expect(body.results.map(({ status, error }) => error ?? status)).toEqual(["updated", "updated", "no_capacity"]);
    expect(await loadOf(house.db, agent.agentId)).toEqual({ openLeads: 2, counted: 2, max: 2 });
  });

  it("previews first when it is asked to, and applies exactly that", async () => {
    const id = await createLead(house.db, { name: "Before" });
    const plans = plansOf(manager);
    const { status, body } = await plans.create({ kind: "edits", edits: [{ lead_id: id, set: { name: "After" } }] });
    expect([status, body.plan.state, body.plan.counts.will_change]).toEqual([201, "ready", 1]);
    expect(await facts(id)).toMatchObject({ name: "Before" });
    const [row] = await allRows(manager, body.plan.plan_id);
    expect(row?.changes).toEqual({ name: { before: "Before", after: "After" } });
    await plans.apply(body.plan.plan_id);
    expect(await facts(id)).toMatchObject({ name: "After" });
  });

  it("refuses what means nothing, and agents", async () => {
    const id = await createLead(house.db);
    expect(await edit([{ lead_id: id, set: {} }])).toMatchObject({ status: 400 });
    expect(await edit([])).toMatchObject({ status: 400 });
    expect(await edit([{ lead_id: id, set: { phone: "abc" } }])).toMatchObject({ status: 400 });
    expect(await edit([{ lead_id: id, set: { version: 2 } }])).toMatchObject({ status: 400 });
    const twice = [id, id.toUpperCase()].map((lead_id) => ({ lead_id, set: { name: "x" } }));
    expect(await edit(twice)).toMatchObject({ status: 400 });
    const unknown = await edit([{ lead_id: id, set: { disposition: "no_such" } }]);
    expect(unknown).toMatchObject({ status: 422, body: { code: "unknown_disposition" } });
    const mixed = await plansOf(manager).create({ kind: "edits", lead_ids: [id], edits: twice.slice(0, 1) });
    expect(mixed.status).toBe(400);
    expect(await edit(twice.slice(0, 1), await createAgent(house.db))).toMatchObject({ status: 403 });
    expect(await facts(id)).toMatchObject({ version: 1 });
  });
});
