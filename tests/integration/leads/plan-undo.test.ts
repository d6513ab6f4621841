import { beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import type { PlanView } from "@/modules/leads/plans.schemas";
import { createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { allRows, leadFacts, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  await withConnection(house.url, recordWrites);
});

const facts = async (ids: readonly string[]) =>
  [...(await leadFacts(house.db, ids)).values()]
    .map(({ id, dispositionCode, priority, tags, source, assignedAgentId }) => ({
      id,
      dispositionCode,
      priority,
      tags,
      source,
      assignedAgentId,
    }))
    .toSorted((one, other) => one.id.localeCompare(other.id));

async function bulk(path: string, body: object): Promise<string> {
  const answer = await client(manager).post(`/api/leads/${path}`, body);
  expect(answer.status).toBe(200);
  return answer.headers.get("bulk-plan-id") as string;
}

describe("undo", () => {
  it("brings every value back, is itself undone, and is done once", async () => {
    const normal = await createLeads(house.db, 300, { tags: ["a"] });
    const high = await createLeads(house.db, 300, { priority: "high", source: "web" });
    const ids = [...normal, ...high];
    const before = await facts(ids);
    const planId = await bulk("bulk-update", {
      lead_ids: ids,
      updates: { disposition: "contacted", priority: "high", tags: ["b"], source: "spring" },
      notes: "Together",
    });
    const after = await facts(ids);
    const undone = await plansOf(manager).undo(planId);
    expect(undone).toMatchObject({
      status: 200,
      body: { plan: { kind: "undo", state: "done", undo_of: planId, progress: { succeeded: 600, failed: 0 } } },
    });
    expect(await facts(ids)).toEqual(before);
    expect(await plansOf(manager).read(planId)).toMatchObject({
      undone_by: undone.body.plan.plan_id,
      may_undo: false,
    });
    expect(await plansOf(manager).undo(planId)).toMatchObject({ status: 409, body: { code: "plan_already_undone" } });
    // Redo, and the undo of that.
    const redone = await plansOf(manager).undo(undone.body.plan.plan_id);
    expect(redone.body.plan.progress.succeeded).toBe(600);
    expect(await facts(ids)).toEqual(after);
    expect((await plansOf(manager).undo(redone.body.plan.plan_id)).body.plan.progress.succeeded).toBe(600);
    expect(await facts(ids)).toEqual(before);
    // The notes stay in the timeline.
    expect(await house.db.lead.count({ where: { id: { in: ids }, notesCount: 1 } })).toBe(600);
    expect(await brokenLaws(house.db, ids, [])).toEqual([]);
  });

  it("skips exactly what was edited since, and lists it", async () => {
    const ids = await createLeads(house.db, 20);
    const planId = await bulk("bulk-update", { lead_ids: ids, updates: { source: "spring" } });
    const edited = [ids[3], ids[7], ids[19]] as string[];
    for (const id of edited) await client(manager).patch(`/api/leads/${id}`, { name: "Edited" });
    const preview = await plansOf(manager).undo(planId, { preview: true });
    expect(preview.body.plan).toMatchObject({ state: "ready", counts: { will_change: 17, refused: 3 } });
    // Who only looks at an undo does not stand in the way of the real one.
    const { body } = await plansOf(manager).undo(planId);
    expect(body.plan.progress).toMatchObject({ processed: 20, succeeded: 17 });
    expect((await plansOf(manager).read(preview.body.plan.plan_id)).state).toBe("cancelled");
    const left = await allRows(manager, body.plan.plan_id, "refused");
    expect(left.map(({ lead_id, code }) => [lead_id, code])).toEqual(edited.map((id) => [id, "changed_since"]));
    const still = await house.db.lead.findMany({ where: { source: "spring", id: { in: ids } } });
    expect(new Set(still.map(({ id }) => id))).toEqual(new Set(edited));
  });

  it("takes several changes of the same leads back one after another, and makes them again", async () => {
    const ids = await createLeads(house.db, 40);
    const states = [await facts(ids)];
    const plans: string[] = [];
    for (const updates of [{ source: "one" }, { tags: ["two"] }, { source: "three", priority: "high" }]) {
      plans.push(await bulk("bulk-update", { lead_ids: ids, updates }));
      states.push(await facts(ids));
    }
    const undo = async (planId: string): Promise<string> => {
      const { plan } = (await plansOf(manager).undo(planId)).body;
      expect(plan).toMatchObject({ state: "done", counts: { will_change: 40, refused: 0 } });
      return plan.plan_id;
    };
    const undone: string[] = [];
    for (const at of [2, 1, 0]) {
      undone.push(await undo(plans[at] as string));
      expect(await facts(ids)).toEqual(states[at]);
    }
    const redone: string[] = [];
    for (const at of [1, 2, 3]) {
      redone.push(await undo(undone.pop() as string));
      expect(await facts(ids)).toEqual(states[at]);
    }
    // Somebody's own change between them is theirs, whatever was taken back around it.
    await undo(redone[2] as string);
    await client(manager).patch(`/api/leads/${ids[0] ?? ""}`, { name: "Edited" });
    const { plan } = (await plansOf(manager).undo(redone[1] as string)).body;
    expect(plan).toMatchObject({ counts: { will_change: 39, refused: 1 } });
    // And one that only looks like a return: the same value, written by somebody.
    await client(manager).patch(`/api/leads/${ids[1] ?? ""}`, { priority: "high" });
    await client(manager).patch(`/api/leads/${ids[1] ?? ""}`, { priority: "normal" });
    const last = (await plansOf(manager).undo(redone[0] as string)).body.plan;
    expect(last).toMatchObject({ counts: { will_change: 38, refused: 2 } });
    expect(await brokenLaws(house.db, ids, [])).toEqual([]);
  });

  it("gives leads back to whom they were with, within their capacity, and the rest to nobody", async () => {
    const [from, to] = (await createAgents(house.db, 2, { maxCapacity: 10 })) as [TestAgent, TestAgent];
    const theirs = await createLeads(house.db, 4, { assignedTo: from.agentId });
    const free = await createLeads(house.db, 4);
    const ids = [...theirs, ...free];
    const planId = await bulk("bulk-assign", {
      lead_ids: ids,
      assignment_strategy: "manual",
      agents: [to.email],
      priority: "urgent",
    });
    expect(await loadOf(house.db, to.agentId)).toMatchObject({ openLeads: 8 });
    await client(manager).put(`/api/agents/${from.email}/capacity`, { max_capacity: 3, availability: "away" });
    const { body } = await plansOf(manager).undo(planId);
    expect(body.plan.progress).toEqual({ processed: 8, succeeded: 7, failed: 1 });
    const failed = await allRows(manager, body.plan.plan_id, "failed");
    expect(failed.map(({ lead_id, code }) => [lead_id, code])).toEqual([[theirs[3], "no_capacity"]]);
    expect(await loadOf(house.db, from.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
    expect(await loadOf(house.db, to.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
    const leads = await leadFacts(house.db, free);
    for (const lead of leads.values()) {
      expect(lead).toMatchObject({ assignedAgentId: null, assignedAt: null, returnDueAt: null, priority: "normal" });
    }
    const decisions = await house.db.assignmentDecision.findMany({
      where: { strategy: "undo", leadId: free[0] as string },
    });
    expect(decisions).toMatchObject([{ agentId: null, previousId: to.agentId }]);
    const audit = await house.db.auditEntry.findMany({
      where: { entityId: free[0] as string },
      orderBy: { id: "asc" },
    });
    expect(audit.map(({ action }) => action)).toEqual(["lead.assigned", "lead.unassigned"]);
    expect(await brokenLaws(house.db, ids, [from.agentId, to.agentId])).toEqual([]);
  });

  it("swaps back what two full agents had swapped", async () => {
    const [one, two] = (await createAgents(house.db, 2, { maxCapacity: 3 })) as [TestAgent, TestAgent];
    const ones = await createLeads(house.db, 3, { assignedTo: one.agentId });
    const twos = await createLeads(house.db, 2, { assignedTo: two.agentId });
    const ids = [ones[0], twos[0]] as string[];
    const before = await facts(ids);
    // Who stays is drawn by lot: look until the draw is that both change hands.
    let plan: PlanView | undefined;
    for (let draws = 0; draws < 100 && plan?.counts.will_change !== 2; draws += 1) {
      const request = { kind: "assign", lead_ids: ids, assignment_strategy: "manual", split: [1, 1] };
      plan = (await plansOf(manager).create({ ...request, agents: [two.email, one.email] })).body.plan;
    }
    await plansOf(manager).apply(plan?.plan_id ?? "");
    expect(await facts(ids)).not.toEqual(before);
    await createLeads(house.db, 1, { assignedTo: two.agentId });
    expect(await loadOf(house.db, one.agentId)).toMatchObject({ openLeads: 3 });
    expect(await loadOf(house.db, two.agentId)).toMatchObject({ openLeads: 3 });
    const { body } = await plansOf(manager).undo(plan?.plan_id ?? "");
    expect(body).toMatchObject({ plan: { progress: { succeeded: 2, failed: 0 } } });
    expect(await facts(ids)).toEqual(before);
    expect(await loadOf(house.db, one.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
  });

  it("is made once by many who want it at once, beside apply and cancel too", async () => {
    const ids = await createLeads(house.db, 700);
    const before = await facts(ids);
    const planId = await bulk("bulk-update", { lead_ids: ids, updates: { source: "race", tags: ["r"] } });
    const at = { plans: plansOf(manager), count: 8 };
    const many = <T>(act: () => Promise<T>) => Promise.all(Array.from({ length: at.count }, act));
    const undone = await many(() => at.plans.undo(planId));
    expect(undone.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    expect(new Set(undone.map(({ body }) => body.code))).toEqual(new Set([undefined, "plan_already_undone"]));
    expect(await facts(ids)).toEqual(before);
    expect(await house.db.bulkPlan.count({ where: { undoOf: planId } })).toBe(1);
    const wish = { kind: "update", lead_ids: ids, updates: { source: "raced again" } };
    const next = (await at.plans.create(wish)).body.plan.plan_id;
    const [applied, undos, cancels] = await Promise.all([
      many(() => at.plans.apply(next)),
      many(() => at.plans.undo(next)),
      many(() => at.plans.cancel(next)),
    ]);
    const successes = (answers: { status: number }[]) => answers.filter(({ status }) => status < 300).length;
    expect(successes(applied)).toBeLessThanOrEqual(1);
    expect(successes(undos)).toBeLessThanOrEqual(1);
    const codes = [...applied, ...undos, ...cancels].flatMap(({ status, body }) => (status < 300 ? [] : [body.code]));
    for (const code of codes)
      expect(code).toMatch(/^plan_(already_applied|ended|under_way|not_applied|already_undone)$/);
    const plan = await at.plans.read(next);
    expect(plan.state).toMatch(/^(done|cancelled)$/);
    // Whatever the order was: what is written is what the plan says, or nothing once it was undone.
    const standing = successes(undos) === 1 ? 0 : plan.progress.succeeded;
    expect(await house.db.lead.count({ where: { source: "raced again", id: { in: ids } } })).toBe(standing);
    expect(await house.db.bulkPlan.count({ where: { undoOf: next, state: "done" } })).toBe(successes(undos));
    const written = plan.progress.succeeded * (1 + successes(undos));
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids } } })).toBe(2 * 700 + written);
    expect(await brokenLaws(house.db, ids, [])).toEqual([]);
  });

  it("is refused where there is nothing to take back", async () => {
    const ids = await createLeads(house.db, 2);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "x" } });
    const { plan_id } = body.plan;
    expect(await plansOf(manager).undo(plan_id)).toMatchObject({ status: 409, body: { code: "plan_not_applied" } });
    expect(await plansOf(manager).cancel(plan_id)).toMatchObject({
      status: 200,
      body: { plan: { state: "cancelled" } },
    });
    expect(await plansOf(manager).cancel(plan_id)).toMatchObject({ status: 200 });
    expect(await plansOf(manager).apply(plan_id)).toMatchObject({ status: 409, body: { code: "plan_ended" } });
    expect(await plansOf(manager).undo(plan_id)).toMatchObject({ status: 409, body: { code: "plan_not_applied" } });
  });
});

describe("what a person can undo and redo", () => {
  interface Entries {
    undo: { plan_id: string; kind: string; leads: number }[];
    redo: { plan_id: string; kind: string; leads: number }[];
  }
  const history = async (person: TestUser) => (await client(person).get<Entries>("/api/edit-history")).body;

  it("is what their plans say, whoever asks from wherever", async () => {
    const person = await createManager(house.db);
    const other = await createManager(house.db);
    const [lead] = (await createLeads(house.db, 1)) as [string];
    const edit = async (name: string) => {
      const edits = [{ lead_id: lead, set: { name } }];
      const answer = await client(person).post("/api/leads/bulk-edit", { edits });
      return answer.headers.get("bulk-plan-id") as string;
    };
    const undo = async (planId: string) => (await plansOf(person).undo(planId)).body.plan.plan_id;
    const one = await edit("One");
    const two = await edit("Two");
    expect((await history(person)).undo.map(({ plan_id }) => plan_id)).toEqual([two, one]);
    expect(await history(other)).toMatchObject({ undo: [], redo: [] });
    const back = await undo(two);
    expect(await history(person)).toMatchObject({
      undo: [{ plan_id: one, kind: "edits", leads: 1 }],
      redo: [{ plan_id: back, kind: "edits", leads: 1 }],
    });
    const again = await undo(back);
    expect(await history(person)).toMatchObject({ undo: [{ plan_id: again }, { plan_id: one }], redo: [] });
    await undo(again);
    // Something new: what was undone before it cannot be done again.
    const three = await edit("Three");
    expect(await history(person)).toMatchObject({ undo: [{ plan_id: three }, { plan_id: one }], redo: [] });
    const [agent] = (await createAgents(house.db, 1)) as [TestAgent];
    expect((await client(agent).get("/api/edit-history")).status).toBe(403);
  });
});
