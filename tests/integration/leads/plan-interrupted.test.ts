import { beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { createDealer, isBatchInput, setupOf } from "@/modules/agents/services/deal-leads";
import { CHUNK_ROWS } from "@/modules/leads/domain/bulk";
import { SLICE_CHUNKS } from "@/modules/leads/services/plan-preparation";
import { setClock } from "@/tests/support/clock";
import { createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { allRows, anotherPlanSide, plansOf, reserved } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 6 });
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  await withConnection(house.url, recordWrites);
});

/** A lease and a little more, in seconds. */
const LEASE = 30;
const ROWS = 1_600;

/** As a process that dies: the runner is cut off and says nothing to the database any more. */
class Killed extends Error {
  constructor() {
    super("Connection terminated unexpectedly");
  }
}

async function assignmentPlan(agents: TestAgent[], ids: string[]): Promise<string> {
  const { body } = await plansOf(manager).create({
    kind: "assign",
    lead_ids: ids,
    assignment_strategy: "round_robin",
    agents: agents.map(({ email }) => email),
  });
  return body.plan.plan_id;
}

/** Gives the first lead to the first agent and so on, in one statement that asks nobody for room. */
const giveEach = (leads: readonly string[], agents: readonly TestAgent[]) =>
  house.db.$executeRaw`
    UPDATE leads l SET assigned_agent = u.agent
    FROM unnest(${leads}::uuid[], ${agents.map(({ agentId }) => agentId)}::uuid[]) AS u(lead, agent)
    WHERE l.id = u.lead`;

describe("a plan whose runner dies", () => {
  it("between two chunks is carried on by another where the first stopped, and holds its places until then", async () => {
    const agents = await createAgents(house.db, 4, { maxCapacity: ROWS / 4 });
    const ids = await createLeads(house.db, ROWS);
    const planId = await assignmentPlan(agents, ids);
    const dying = anotherPlanSide(house, {
      betweenChunks: (_planId, place) => {
        if (place * CHUNK_ROWS === 1_000) throw new Killed();
      },
    });
    const principal = { ...manager, kind: "user" as const, sessionId: "", agentId: undefined, timeZone: "UTC" };
    expect(await dying.bulkPlans.apply(principal, planId, {})).toMatchObject({ underWay: true });
    expect(await plansOf(manager).read(planId)).toMatchObject({ state: "applying", progress: { processed: 1_000 } });
    // Promised places count for everybody else.
    const promised = await reserved(house.db);
    expect([...promised.values()].reduce((sum, slots) => sum + slots, 0)).toBe(600);
    const [agent] = agents as [TestAgent];
    const other = await createLead(house.db);
    const refused = await client(manager).post(`/api/leads/${other}/assign`, { agent_email: agent.email });
    expect(refused).toMatchObject({ status: 409, body: { code: "capacity_exceeded" } });
    // Another plan that would take them for several agents at once finds no room, and nor does any statement (law 5).
    const others = await createLeads(house.db, 4);
    const second = await assignmentPlan(agents, others);
    const rest = await allRows(manager, second);
    expect(rest.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "no_capacity"));
    await expect(giveEach(others, agents)).rejects.toMatchObject({ code: "EH001" });
    expect(await house.db.lead.count({ where: { id: { in: others }, assignedAgentId: { not: null } } })).toBe(0);
    // Nobody takes it before the lease has run out.
    expect(await house.container.planRunner.run(planId, "too early")).toBe("elsewhere");
    await setClock(house.db, LEASE);
    expect(await house.container.planJobs.sweep()).toMatchObject({ found: 1 });
    expect(await house.container.planRunner.run(planId, "second")).toBe("at rest");
    expect(await plansOf(manager).read(planId)).toMatchObject({
      state: "done",
      progress: { processed: ROWS, succeeded: ROWS, failed: 0 },
    });
    expect(await reserved(house.db)).toEqual(new Map());
    expect(await house.db.assignmentDecision.count({ where: { leadId: { in: ids } } })).toBe(ROWS);
    const agentIds = agents.map(({ agentId }) => agentId);
    expect(await brokenLaws(house.db, ids, agentIds)).toEqual([]);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: ROWS / 4, counted: ROWS / 4 });
  });

  it("inside a chunk leaves that chunk unwritten, and another writes it", async () => {
    const ids = await createLeads(house.db, 1_200);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "cut" } });
    const { plan_id } = body.plan;
    // The connection is cut while the chunk of lead 700 is being written.
    await withConnection(house.url, (connection) =>
      connection.query(`
        CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW; END $$;
        CREATE TRIGGER cut_off BEFORE UPDATE ON leads FOR EACH ROW WHEN (OLD.id = '${ids[700]}')
          EXECUTE FUNCTION cut_off();`),
    );
    const cut = await plansOf(manager).apply(plan_id);
    expect(cut.status).toBe(202);
    expect(cut.body.plan).toMatchObject({ state: "applying" });
    // What is written beside it stands; of the chunk itself there is nothing.
    const cutChunk = ids.slice(Math.floor(700 / CHUNK_ROWS) * CHUNK_ROWS).slice(0, CHUNK_ROWS);
    expect(await house.db.lead.count({ where: { source: "cut" } })).toBeGreaterThanOrEqual(500);
    expect(await house.db.lead.count({ where: { source: "cut", id: { in: cutChunk } } })).toBe(0);
    await withConnection(house.url, (connection) => connection.query("DROP TRIGGER cut_off ON leads"));
    await setClock(house.db, 2 * LEASE);
    expect(await house.container.planRunner.run(plan_id, "second")).toBe("at rest");
    expect(await house.db.lead.count({ where: { source: "cut", version: 2 } })).toBe(1_200);
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids } } })).toBe(1_200);
    expect(await plansOf(manager).read(plan_id)).toMatchObject({ state: "done", progress: { succeeded: 1_200 } });
  });

  it("does nothing more when it comes back after another has taken over", async () => {
    const ids = await createLeads(house.db, 1_500);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "slow" } });
    const { plan_id } = body.plan;
    // Of its two lanes one writes chunk 0 and renews the lease by that; both then stand still until another has ended.
    const [written, takenOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = anotherPlanSide(house, {
      betweenChunks: async (_planId, place) => {
        if (place === 2) {
          written.resolve();
          await takenOver.promise;
        }
        if (place !== 1) return;
        await written.promise;
        await setClock(house.db, 4 * LEASE);
        try {
          expect(await house.container.planRunner.run(plan_id, "second")).toBe("at rest");
        } finally {
          takenOver.resolve();
        }
      },
    });
    const principal = { ...manager, kind: "user" as const, sessionId: "", agentId: undefined, timeZone: "UTC" };
    await slow.bulkPlans.apply(principal, plan_id, {});
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids } } })).toBe(1_500);
    expect(await plansOf(manager).read(plan_id)).toMatchObject({ state: "done", progress: { processed: 1_500 } });
  });
});

describe("a preparation that is interrupted", () => {
  const MANY = 10_400;
  const principal = () => ({ ...manager, kind: "user" as const, sessionId: "", agentId: undefined, timeZone: "UTC" });
  const prepared = async (id: string) => (await house.db.bulkPlan.findUniqueOrThrow({ where: { id } })).prepared;

  it("goes on behind its last slice and deals as if nothing had been", async () => {
    const agents = await createAgents(house.db, 3, { maxCapacity: 4_000 });
    const [first] = agents as [TestAgent];
    const ids = await createLeads(house.db, MANY);
    const seen: number[] = [];
    const dying = anotherPlanSide(house, {
      betweenSlices: (_planId, next) => {
        seen.push(next);
        throw new Killed();
      },
    });
    const { plan } = await dying.bulkPlans.create(principal(), {
      kind: "assign",
      lead_ids: ids,
      assignment_strategy: "performance_weighted",
      agents: agents.map(({ email }) => email),
    });
    await expect(dying.planRunner.run(plan.plan_id, "dying")).rejects.toThrow(Killed);
    expect(await prepared(plan.plan_id)).toBe(SLICE_CHUNKS);
    // What happens to the agents in between is not part of the deal that has begun.
    await client(manager).put(`/api/agents/${first.email}/capacity`, { max_capacity: 1 });
    await setClock(house.db, 6 * LEASE);
    // One slice a call, when there is no time for more.
    expect(await house.container.planRunner.run(plan.plan_id, "second", { lanes: 1, untilMs: Date.now() })).toBe(
      "out of time",
    );
    expect(await prepared(plan.plan_id)).toBe(2 * SLICE_CHUNKS);
    expect(await house.container.planRunner.run(plan.plan_id, "third", { lanes: 1 })).toBe("at rest");
    expect(seen).toEqual([SLICE_CHUNKS]);
    expect(await plansOf(manager).read(plan.plan_id)).toMatchObject({
      state: "ready",
      counts: { total: MANY, will_change: MANY, refused: 0 },
    });
    // The record of the deal, dealt again in one go, gives every lead to the same agent.
    const { batchId } = await house.db.bulkPlan.findUniqueOrThrow({ where: { id: plan.plan_id } });
    const batch = await house.db.assignmentBatch.findUniqueOrThrow({ where: { id: batchId ?? "" } });
    const input: unknown = batch.input;
    if (!isBatchInput(input)) throw new Error("the plan kept no record of its deal");
    const again = createDealer(setupOf(input));
    const choices = again.deal(ids.map((leadId) => ({ leadId, ownerId: null, team: null })));
    const chunks = await house.db.bulkPlanChunk.findMany({
      where: { planId: plan.plan_id },
      orderBy: { place: "asc" },
      select: { differences: true },
    });
    const dealt = chunks.flatMap(({ differences }) => differences as { assigned_agent: [null, string] }[]);
    expect(dealt.map(({ assigned_agent: [, agentId] }) => agentId)).toEqual(choices.map(({ agentId }) => agentId));
    expect(again.digest()).toBe(input.digest);

    // An update knows the places that the leads of former slices take.
    await house.db.lead.updateMany({
      where: { id: { in: ids } },
      data: { dispositionCode: "closed", assignedAgentId: agents[1]?.agentId ?? null },
    });
    const reopening = await dying.bulkPlans.create(principal(), {
      kind: "update",
      lead_ids: ids,
      updates: { disposition: "contacted" },
    });
    const { plan_id } = reopening.plan;
    await expect(dying.planRunner.run(plan_id, "dying")).rejects.toThrow(Killed);
    await setClock(house.db, 8 * LEASE);
    expect(await house.container.planRunner.run(plan_id, "second")).toBe("at rest");
    expect(await plansOf(manager).read(plan_id)).toMatchObject({
      counts: { will_change: 4_000, refused: MANY - 4_000 },
    });
  });
});

describe("cancelling", () => {
  it("ends a plan between two chunks; what is written stays, the rest is listed, and it can be undone", async () => {
    const agents = await createAgents(house.db, 2, { maxCapacity: 1_000 });
    const ids = await createLeads(house.db, ROWS);
    const planId = await assignmentPlan(agents, ids);
    const cancelled = Promise.withResolvers<void>();
    // Two lanes begin chunks 0 and 1 side by side: the second one waits until the first has written and cancelled.
    const side = anotherPlanSide(house, {
      betweenChunks: async (_planId, place) => {
        if (place === 1) await cancelled.promise;
        if (place !== 2) return;
        expect((await plansOf(manager).cancel(planId)).body.plan.cancel_requested).toBe(true);
        cancelled.resolve();
      },
    });
    const principal = { ...manager, kind: "user" as const, sessionId: "", agentId: undefined, timeZone: "UTC" };
    await side.bulkPlans.apply(principal, planId, {});
    expect(await plansOf(manager).read(planId)).toMatchObject({
      state: "cancelled",
      progress: { processed: CHUNK_ROWS, succeeded: CHUNK_ROWS, failed: 0 },
      may_undo: true,
    });
    expect(await reserved(house.db)).toEqual(new Map());
    expect(await allRows(manager, planId, "not_reached")).toHaveLength(ROWS - CHUNK_ROWS);
    expect((await plansOf(manager).undo(planId)).body.plan.progress).toMatchObject({
      succeeded: CHUNK_ROWS,
      failed: 0,
    });
    expect(await house.db.lead.count({ where: { id: { in: ids }, assignedAgentId: { not: null } } })).toBe(0);
  });
});
