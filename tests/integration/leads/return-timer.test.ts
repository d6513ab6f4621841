import { describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, loadOf } from "@/tests/support/factories/agents";
import { createLeads, type LeadInput } from "@/tests/support/factories/leads";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { HOUR, ReturnWorld } from "./return-world";

const house = testHouse();
const world = new ReturnWorld(house);

describe("a lead left untouched", () => {
  it("goes back to the pool with counter, decision, timeline, audit and live events", async () => {
    const assignedAt = new Date(Date.now() - 20 * HOUR);
    const id = await world.timedLead(-60, { assignedAt });
    const other = await world.timedLead(60);
    const events = await house.db.liveEvent.count();
    expect(await world.run()).toEqual({ returned: 1, cleared: 0, recounted: 0 });

    const { body: lead } = await client(world.manager).get<Lead>(`/api/leads/${id}`);
    expect(lead).toMatchObject({ assigned_agent: null, assigned_at: null, return_due_at: null, version: 2 });
    expect((await world.rowOf(other)).assignedAgentId).toBe(world.agent.agentId);
    expect(await loadOf(house.db, world.agent.agentId)).toMatchObject({ openLeads: 1, counted: 1 });

    const decision = await house.db.assignmentDecision.findFirstOrThrow({ where: { leadId: id } });
    expect(decision).toMatchObject({ agentId: null, previousId: world.agent.agentId, strategy: "return_timer" });
    expect(decision.explanation).toMatchObject({
      assigned_at: assignedAt.toISOString(),
      minutes: 960,
      calendar: "always",
      before: { openLeads: 2 },
      after: { openLeads: 1 },
    });
    const { body: timeline } = await client(world.manager).get<{ activities: Activity[] }>(`/api/leads/${id}/activity`);
    expect(timeline.activities[0]).toMatchObject({
      type: "returned",
      actor: "test",
      data: { previous_agent: world.agent.email, minutes: 960, assigned_at: assignedAt.toISOString() },
    });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: id } });
    expect(audit.map(({ action }) => action)).toEqual(["lead.returned"]);
    expect(audit[0]?.before).toEqual({ assigned_agent: world.agent.email });
    const told = await house.db.liveEvent.findMany({ orderBy: { id: "asc" }, skip: events });
    expect(told.map(({ topic, audience }) => [topic, audience])).toEqual([
      ["lead", "everyone"],
      ["agent", `agent:${world.agent.agentId}`],
    ]);
    expect(await world.run()).toEqual({ returned: 0, cleared: 0, recounted: 0 });
  });

  it("stays when it is closed, removed, locked, worked on, or not due yet", async () => {
    const closed = await world.timedLead(-60, { disposition: "not_interested" });
    const removed = await world.timedLead(-60, { deletedAt: new Date() });
    const locked = await world.timedLead(-60);
    await house.db.lead.update({
      where: { id: locked },
      data: { lockedAt: new Date(), lockedBy: "m", lockReason: "r" },
    });
    const touched = await world.timedLead(-60);
    await house.db.lead.update({ where: { id: touched }, data: { touchedAt: new Date() } });
    const later = await world.timedLead(60);
    const { returned, cleared } = await world.run();
    expect({ returned, cleared }).toEqual({ returned: 0, cleared: 3 });
    for (const id of [closed, removed, locked, touched, later]) {
      expect((await world.rowOf(id)).assignedAgentId, id).toBe(world.agent.agentId);
    }
    expect(await house.db.assignmentDecision.count({ where: { previousId: world.agent.agentId } })).toBe(0);
  });

  it("is not taken while its agent is writing, nor after that", async () => {
    const id = await world.timedLead(-60);
    let during: unknown;
    await inTransaction(house.db, async (tx) => {
      await house.db.$queryRaw`SELECT 1`;
      await tx.$executeRaw`UPDATE leads SET touched_at = now(), return_due_at = NULL WHERE id = ${id}::uuid`;
      during = await world.run();
    });
    expect(during).toEqual({ returned: 0, cleared: 0, recounted: 0 });
    expect(await world.run()).toEqual({ returned: 0, cleared: 0, recounted: 0 });
    expect((await world.rowOf(id)).assignedAgentId).toBe(world.agent.agentId);
  });

  it("is never returned after its agent's note, however closely they follow", async () => {
    const ids = await createLeads(house.db, 120, { assignedTo: world.agent.agentId });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const note = async (id: string) => client(world.agent).post(`/api/leads/${id}/notes`, { text: "Called" });
    const notes = ids.map(async (id, place) => {
      if (place % 40 === 0) await world.run();
      return note(id);
    });
    await Promise.all([...notes, world.run(), world.run()]);
    const returned = await house.db.lead.count({ where: { id: { in: ids }, assignedAgentId: null } });
    expect(returned).toBeGreaterThan(0);
    const [late] = await house.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM lead_activities r WHERE r.lead_id = ANY (${ids}::uuid[]) AND r.type = 'returned'
        AND EXISTS (SELECT 1 FROM lead_activities n WHERE n.lead_id = r.lead_id AND n.type = 'note' AND n.id < r.id)`;
    expect(late?.n).toBe(0);
  });

  it("is returned once by any number of rounds at once, many in few transactions", async () => {
    const ids = await createLeads(house.db, 1_100, { assignedTo: world.agent.agentId });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const rounds = await Promise.all([world.run(), world.run(), world.run()]);
    expect(rounds.reduce((sum, { returned }) => sum + returned, 0)).toBe(1_100);
    expect(await loadOf(house.db, world.agent.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    const [counts] = await house.db.$queryRaw<
      { decisions: number; audits: number; entries: number; versions: number }[]
    >`
      SELECT (SELECT count(*) FROM assignment_decisions WHERE lead_id = ANY (${ids}::uuid[]))::int AS decisions,
        (SELECT count(*) FROM audit_log WHERE entity_id = ANY (${ids}) AND action = 'lead.returned')::int AS audits,
        (SELECT count(*) FROM lead_activities WHERE lead_id = ANY (${ids}::uuid[]) AND type = 'returned')::int AS entries,
        (SELECT sum(version) FROM leads WHERE id = ANY (${ids}::uuid[]))::int AS versions`;
    expect(counts).toEqual({ decisions: 1_100, audits: 1_100, entries: 1_100, versions: 2_200 });
  });
});

describe("what ends the timer", () => {
  const ends = async (work: (id: string) => Promise<{ status: number }>, input: LeadInput = {}) => {
    const id = await world.timedLead(3_600, input);
    expect((await work(id)).status).toBe(200);
    const { returnDueAt, touchedAt } = await world.rowOf(id);
    return { running: returnDueAt !== null, touched: touchedAt !== null };
  };

  it("is its agent's own note, change of facts or disposition", async () => {
    const done = { running: false, touched: true };
    expect(await ends((id) => client(world.agent).post(`/api/leads/${id}/notes`, { text: "Called" }))).toEqual(done);
    expect(await ends((id) => client(world.agent).patch(`/api/leads/${id}`, { name: "Dana W." }))).toEqual(done);
    expect(await ends((id) => client(world.agent).patch(`/api/leads/${id}`, { disposition: "attempted" }))).toEqual(
      done,
    );
    expect(await ends((id) => client(world.agent).patch(`/api/leads/${id}`, { priority: "urgent" }))).toEqual(done);
  });

  it("is not what a manager writes, unless it closes the lead", async () => {
    const runs = { running: true, touched: false };
    expect(await ends((id) => client(world.manager).post(`/api/leads/${id}/notes`, { text: "Hurry" }))).toEqual(runs);
    expect(await ends((id) => client(world.manager).patch(`/api/leads/${id}`, { name: "Dana W." }))).toEqual(runs);
    expect(await ends((id) => client(world.manager).patch(`/api/leads/${id}`, { disposition: "attempted" }))).toEqual(
      runs,
    );
    const closed = await ends((id) => client(world.manager).patch(`/api/leads/${id}`, { disposition: "closed" }));
    expect(closed).toEqual({ running: false, touched: false });
  });

  it("begins again when a manager reopens the lead, and moves with its priority", async () => {
    const assignedAt = new Date(Date.now() - 3 * HOUR);
    const id = await world.timedLead(3_600, { assignedAt });
    await client(world.manager).patch(`/api/leads/${id}`, { disposition: "closed" });
    expect(await world.dueOf(id)).toBeNull();
    const before = Date.now();
    await client(world.manager).patch(`/api/leads/${id}`, { disposition: "new" });
    expect((await world.dueOf(id)) ?? 0).toBeGreaterThanOrEqual(before + 16 * HOUR - 1_000);
    await client(world.manager).patch(`/api/leads/${id}`, { priority: "high" });
    expect(await world.dueOf(id)).toBe(assignedAt.getTime() + 8 * HOUR);
    await client(world.agent).post(`/api/leads/${id}/notes`, { text: "Called" });
    await client(world.manager).patch(`/api/leads/${id}`, { priority: "urgent" });
    expect(await world.dueOf(id)).toBeNull();
  });
});

describe("an assignment", () => {
  it("starts the timer of its lead's priority, one by one and in bulk, and again with another agent", async () => {
    const other = await createAgent(house.db);
    const [single, ...bulk] = await createLeads(house.db, 3);
    const minutes = async (id: string | undefined): Promise<number> => {
      const { assignedAt, returnDueAt } = await world.rowOf(id ?? "");
      return ((returnDueAt?.getTime() ?? NaN) - (assignedAt?.getTime() ?? NaN)) / 60_000;
    };
    await client(world.manager).post(`/api/leads/${single}/assign`, {
      agent_email: world.agent.email,
      priority: "high",
    });
    expect(await minutes(single)).toBeCloseTo(480, 1);
    await client(world.agent).post(`/api/leads/${single}/notes`, { text: "Called" });
    expect(await world.dueOf(single ?? "")).toBeNull();
    await client(world.manager).put(`/api/leads/${single}/reassign`, { new_agent: other.email, reason: "Holidays" });
    expect(await minutes(single)).toBeCloseTo(480, 1);
    expect((await world.rowOf(single ?? "")).touchedAt).toBeNull();
    const request = { lead_ids: bulk, assignment_strategy: "manual", agents: [world.agent.email], priority: "urgent" };
    expect((await client(world.manager).post("/api/leads/bulk-assign", request)).status).toBe(200);
    for (const id of bulk) expect(await minutes(id)).toBeCloseTo(120, 1);
    await client(world.manager).post("/api/leads/bulk-update", { lead_ids: bulk, updates: { disposition: "closed" } });
    for (const id of bulk) expect(await world.dueOf(id)).toBeNull();
  });
});

describe("GET /api/cron/lead-return", () => {
  it("asks for its secret and answers what it did", async () => {
    expect((await client().get("/api/cron/lead-return")).status).toBe(401);
    await world.timedLead(-60);
    const answer = await client().get("/api/cron/lead-return", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
    expect(answer.body).toMatchObject({ success: true, returned: 1 });
  });
});
