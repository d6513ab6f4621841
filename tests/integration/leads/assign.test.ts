import pg from "pg";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { explainManual } from "@/modules/leads/domain/manual-assignment";
import { isOverCapacity } from "@/modules/leads/services/over-capacity";
import { setClock } from "@/tests/support/clock";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
const UNKNOWN = "019aa000-0000-7000-8000-000000000000";
let manager: TestUser;
let agent: TestAgent;
let other: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db, { name: "Aisha Rahman", maxCapacity: 8 });
  other = await createAgent(house.db, { maxCapacity: 8 });
});

const assign = (leadId: string, body: unknown, by: TestUser = manager) =>
  client(by).post(`/api/leads/${leadId}/assign`, body);
const reassign = (leadId: string, body: unknown, by: TestUser = manager) =>
  client(by).put(`/api/leads/${leadId}/reassign`, body);

/** Runs a request that must be refused, and checks that nothing at all was written. */
async function refused(request: () => Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>) {
  const before = await written(house.db);
  const answer = await request();
  expect(await written(house.db)).toEqual(before);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ success: false, status: answer.status, code: expect.any(String) });
  return answer;
}

describe("POST /api/leads/{leadId}/assign", () => {
  it("answers in the exact shape, and writes lead, timeline, audit, decision and live events together", async () => {
    const leadId = await createLead(house.db);
    const answer = await assign(leadId, {
      agent_email: agent.email.toUpperCase(),
      priority: "urgent",
      notes: "Call soon",
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      success: true,
      lead: { lead_id: leadId, assigned_agent: agent.email, assigned_at: expect.any(String), priority: "urgent" },
      agent_capacity: { current: 1, max: 8, percentage: 13 },
    });
    const lead = await house.db.lead.findUniqueOrThrow({ where: { id: leadId } });
    expect(lead).toMatchObject({ assignedAgentId: agent.agentId, priority: "urgent", version: 2, notesCount: 1 });
    const { body } = await client(manager).get<{ activities: { type: string; actor: string }[] }>(
      `/api/leads/${leadId}/activity`,
    );
    expect(body.activities.map(({ type, actor }) => [type, actor])).toEqual([
      ["note", manager.email],
      ["assigned", manager.email],
    ]);
    const audit = await house.db.auditEntry.findMany({ where: { entityId: leadId } });
    expect(audit).toMatchObject([
      {
        action: "lead.assigned",
        actorId: manager.userId,
        before: { assigned_agent: null, priority: "normal" },
        after: { assigned_agent: agent.email, priority: "urgent" },
        requestId: expect.any(String),
      },
    ]);
    const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId } });
    expect(decision).toMatchObject({
      agentId: agent.agentId,
      previousId: null,
      strategy: "manual",
      policyVersion: "manual-2",
      overrideReason: null,
      explanation: explainManual({
        agentId: agent.agentId,
        openLeads: 0,
        reserved: 0,
        maxCapacity: 8,
        availability: "active",
      }),
    });
    const events = await house.db.liveEvent.findMany({ orderBy: { id: "desc" }, take: 3 });
    expect(events.map(({ topic, audience }) => `${topic} ${audience}`).sort()).toEqual([
      `agent agent:${agent.agentId}`,
      `lead agent:${agent.agentId}`,
      "lead everyone",
    ]);
    const stored = await house.db.agent.findUniqueOrThrow({ where: { id: agent.agentId } });
    expect(stored.lastAssignedAt).not.toBeNull();
  });

  it("changes nothing when the agent has the lead already", async () => {
    const leadId = await createLead(house.db);
    const first = await assign(leadId, { agent_email: agent.email });
    const before = await written(house.db);
    const again = await assign(leadId, { agent_email: agent.email, priority: "high" });
    expect(again).toMatchObject({ status: 200, body: { lead: first.body.lead } });
    expect(await written(house.db)).toEqual(before);
  });

  it("refuses a lead that another agent has, and one that is closed", async () => {
    const taken = await createLead(house.db, { assignedTo: agent.agentId });
    expect(await refused(() => assign(taken, { agent_email: other.email }))).toMatchObject({
      status: 409,
      body: { code: "already_assigned", assigned_agent: agent.email },
    });
    const closed = await createLead(house.db, { disposition: "converted" });
    expect(await refused(() => assign(closed, { agent_email: agent.email }))).toMatchObject({
      status: 409,
      body: { code: "lead_closed" },
    });
  });

  it("refuses what passes capacity with a reason, unless it is overridden with one", async () => {
    const full = await createAgent(house.db, { name: "Elif Kaya", maxCapacity: 2 });
    await createLeads(house.db, 2, { assignedTo: full.agentId });
    const leadId = await createLead(house.db);
    const answer = await refused(() => assign(leadId, { agent_email: full.email }));
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "capacity_exceeded", agent_capacity: { current: 2, max: 2, percentage: 100 } },
    });
    expect(answer.body.detail).toContain("Elif Kaya has 2 open leads and a capacity of 2");
    await refused(() => assign(leadId, { agent_email: full.email, override_capacity: true }));
    const passed = await assign(leadId, { agent_email: full.email, override_capacity: true, reason: "Knows them" });
    expect(passed).toMatchObject({ status: 200, body: { agent_capacity: { current: 3, max: 2, percentage: 150 } } });
    const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId } });
    expect(decision).toMatchObject({ overrideReason: "Knows them" });
    const [audit] = await house.db.auditEntry.findMany({ where: { entityId: leadId } });
    expect(audit).toMatchObject({ after: { overridden: ["capacity_exceeded"], reason: "Knows them" } });
    // The override was this transaction's alone.
    const next = await createLead(house.db);
    expect(await refused(() => assign(next, { agent_email: full.email }))).toMatchObject({ status: 409 });
  });

  it("is refused by the database itself when a writer forgets to ask", async () => {
    const full = await createAgent(house.db, { maxCapacity: 0 });
    const leadId = await createLead(house.db);
    const data = { assignedAgentId: full.agentId };
    const byModel = house.db.lead.update({ where: { id: leadId }, data });
    await expect(byModel).rejects.toSatisfy(isOverCapacity);
    const bySql = house.db
      .$executeRaw`UPDATE leads SET assigned_agent = ${full.agentId}::uuid WHERE id = ${leadId}::uuid`;
    await expect(bySql).rejects.toSatisfy(isOverCapacity);
    expect(isOverCapacity(new Error("something else"))).toBe(false);
  });

  it("does not store an override that was not needed", async () => {
    const leadId = await createLead(house.db);
    const body = { agent_email: agent.email, override_capacity: true, reason: "To be sure" };
    expect(await assign(leadId, body)).toMatchObject({ status: 200 });
    const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId } });
    expect(decision).toMatchObject({ overrideReason: null });
  });

  it("refuses an agent who takes no leads just now", async () => {
    const away = await createAgent(house.db, { availability: "away" });
    const leadId = await createLead(house.db);
    expect(await refused(() => assign(leadId, { agent_email: away.email }))).toMatchObject({
      status: 409,
      body: { code: "agent_unavailable", reason: "away" },
    });
    const body = { agent_email: away.email, override_capacity: true, reason: "Back in an hour" };
    expect(await assign(leadId, body)).toMatchObject({ status: 200 });
    await house.db.user.update({ where: { id: away.userId }, data: { disabledAt: new Date() } });
    const second = await createLead(house.db);
    expect(await refused(() => assign(second, body))).toMatchObject({
      status: 409,
      body: { code: "agent_unavailable", reason: "disabled" },
    });
  });

  it("answers 404 for unknown and removed leads and unknown agents", async () => {
    const leadId = await createLead(house.db);
    const gone = await createLead(house.db, { deletedAt: new Date() });
    for (const id of [UNKNOWN, gone, "not-an-id", "%00", "' OR 1=1"]) {
      const answer = await refused(() => assign(encodeURIComponent(id), { agent_email: agent.email }));
      expect([id, answer.status]).toEqual([id, 404]);
    }
    expect(await refused(() => assign(leadId, { agent_email: "nobody@evenhand.test" }))).toMatchObject({
      status: 404,
      body: { code: "agent_not_found" },
    });
    expect(await refused(() => assign(leadId, { agent_email: manager.email }))).toMatchObject({ status: 404 });
  });

  it("refuses bodies of the wrong shape", async () => {
    const leadId = await createLead(house.db);
    const bad = [
      {},
      null,
      [],
      "text",
      { agent_email: 5 },
      { agent_email: "no address" },
      { agent_email: agent.email, priority: "low" },
      { agent_email: agent.email, surprise: true },
      { agent_email: agent.email, notes: "" },
      { agent_email: agent.email, notes: "a\0b" },
    ];
    for (const body of bad) {
      const answer = await refused(() => assign(leadId, body));
      expect([body, answer.status]).toEqual([body, 400]);
    }
    const path = `/api/leads/${leadId}/assign`;
    const raw = (rawBody: string, headers = {}) => client(manager).post(path, undefined, { rawBody, headers });
    expect(await refused(() => raw('{"agent_email":'))).toMatchObject({ body: { code: "malformed_json" } });
    expect(await refused(() => raw("a=b", { "content-type": "text/plain" }))).toMatchObject({ status: 415 });
    expect(await refused(() => raw(`{"notes":"${"x".repeat(1_100_000)}"}`))).toMatchObject({ status: 413 });
  });

  it("refuses a locked lead, saying who locked it and why", async () => {
    const leadId = await createLead(house.db, { name: "Locked Lena" });
    const reason = "Legal looks at it";
    await house.db.lead.update({
      where: { id: leadId },
      data: { lockedAt: new Date(), lockedBy: manager.email, lockReason: reason },
    });
    const answer = await refused(() => assign(leadId, { agent_email: agent.email }));
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "lead_locked", lead_id: leadId, locked: { by: manager.email, reason } },
    });
    expect(answer.body.detail).toContain(reason);
    const taken = await createLead(house.db, { assignedTo: agent.agentId });
    await house.db.lead.update({
      where: { id: taken },
      data: { lockedAt: new Date(), lockedBy: "x", lockReason: "y" },
    });
    const moved = () => reassign(taken, { new_agent: other.email, reason: "Because" });
    expect(await refused(moved)).toMatchObject({ status: 409, body: { code: "lead_locked" } });
    // Where it is already it stays, and nothing is wrong with that.
    expect(await assign(taken, { agent_email: agent.email })).toMatchObject({ status: 200 });
  });

  it("begins the return timer by the priority the lead has then, by the database's clock", async () => {
    const roomy = await createAgent(house.db);
    const dueOf = async (leadId: string) => {
      const lead = await house.db.lead.findUniqueOrThrow({ where: { id: leadId } });
      expect(lead.touchedAt).toBeNull();
      return [lead.returnDueAt?.getTime() ?? 0, lead.assignedAt?.getTime() ?? 0] as const;
    };
    // Open around the clock, so that minutes of the calendar are minutes.
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" }));
    await house.db.businessCalendar.updateMany({ data: { weekly, updatedAt: new Date() } });
    await house.db.leadReturnPolicy.updateMany({ data: { updatedAt: new Date() } });
    const expected = async (leadId: string, minutes: number) => {
      const [due, assigned] = await dueOf(leadId);
      expect(Math.abs(due - assigned - minutes * 60_000)).toBeLessThan(20_000);
    };
    const [normal, urgent, later, off] = await createLeads(house.db, 4);
    await house.db.lead.update({ where: { id: normal as string }, data: { touchedAt: new Date() } });
    await assign(normal as string, { agent_email: roomy.email });
    await expected(normal as string, 960);
    await assign(urgent as string, { agent_email: roomy.email, priority: "urgent" });
    await expected(urgent as string, 120);
    // Rules that have changed, and a clock that has moved, are noticed by the assignment itself.
    await house.db.leadReturnPolicy.updateMany({ data: { normalMinutes: 30, updatedAt: new Date() } });
    await setClock(house.db, 86_400);
    await assign(later as string, { agent_email: roomy.email });
    await expected(later as string, 30);
    await setClock(house.db, 0);
    await house.db.leadReturnPolicy.updateMany({ data: { enabled: false, updatedAt: new Date() } });
    await assign(off as string, { agent_email: roomy.email });
    expect((await dueOf(off as string))[0]).toBe(0);
  });

  it("is one statement", async () => {
    const roomy = await createAgent(house.db);
    const [first, second] = await createLeads(house.db, 2);
    await assign(first as string, { agent_email: roomy.email });
    const query = vi.spyOn(pg.Client.prototype, "query");
    await assign(second as string, { agent_email: roomy.email, notes: "One of one" });
    const names = query.mock.calls.map(([config]) => (config as { name?: string } | undefined)?.name);
    query.mockRestore();
    // Named, so that its plan is kept: making the plan takes longer than the rest of the assignment.
    expect(names).toEqual(["assign_lead"]);
  });

  it("is for managers and admins", async () => {
    const leadId = await createLead(house.db);
    const body = { agent_email: agent.email };
    expect(await refused(() => assign(leadId, body, agent))).toMatchObject({ status: 403 });
    expect(await refused(() => client().post(`/api/leads/${leadId}/assign`, body))).toMatchObject({ status: 401 });
    expect(await assign(leadId, body, await createAdmin(house.db))).toMatchObject({ status: 200 });
  });

  it("repeats the answer to a repeated Idempotency-Key, and refuses the key for another body", async () => {
    const roomy = await createAgent(house.db);
    const leadId = await createLead(house.db);
    const post = (body: unknown) =>
      client(manager).post(`/api/leads/${leadId}/assign`, body, { idempotencyKey: "assign-once" });
    const first = await post({ agent_email: roomy.email, notes: "Once" });
    const before = await written(house.db);
    const again = await post({ agent_email: roomy.email, notes: "Once" });
    expect(again).toMatchObject({ status: first.status, body: first.body });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await post({ agent_email: roomy.email })).toMatchObject({ status: 422 });
    expect(await written(house.db)).toEqual(before);
  });
});

describe("PUT /api/leads/{leadId}/reassign", () => {
  it("moves the lead, both counts right, with the previous agent recorded", async () => {
    const from = await createAgent(house.db);
    const to = await createAgent(house.db);
    const leadId = await createLead(house.db, { assignedTo: from.agentId });
    const answer = await reassign(leadId, { new_agent: to.email, reason: "On holiday", notes: "Be kind" });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      success: true,
      previous_agent: from.email,
      new_agent: to.email,
      reassigned_at: expect.any(String),
    });
    expect(await loadOf(house.db, from.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    expect(await loadOf(house.db, to.agentId)).toMatchObject({ openLeads: 1, counted: 1 });
    const [decision] = await house.db.assignmentDecision.findMany({ where: { leadId } });
    expect(decision).toMatchObject({ agentId: to.agentId, previousId: from.agentId });
    const [audit] = await house.db.auditEntry.findMany({ where: { entityId: leadId } });
    expect(audit).toMatchObject({
      action: "lead.reassigned",
      before: { assigned_agent: from.email },
      after: { assigned_agent: to.email, reason: "On holiday" },
    });
    const types = await house.db.leadActivity.findMany({ where: { leadId }, orderBy: { id: "asc" } });
    expect(types.map(({ type }) => type)).toEqual(["reassigned", "note"]);
  });

  it("changes nothing when the agent has the lead already", async () => {
    const leadId = await createLead(house.db, { assignedTo: other.agentId });
    const before = await written(house.db);
    expect(await reassign(leadId, { new_agent: other.email, reason: "Again" })).toMatchObject({
      status: 200,
      body: { previous_agent: other.email, new_agent: other.email },
    });
    expect(await written(house.db)).toEqual(before);
  });

  it("refuses a lead nobody has, a full agent, an unavailable one, and a closed lead", async () => {
    const full = await createAgent(house.db, { maxCapacity: 0 });
    const busy = await createAgent(house.db, { availability: "busy" });
    const unassigned = await createLead(house.db);
    const assigned = await createLead(house.db, { assignedTo: other.agentId });
    const closed = await createLead(house.db, { assignedTo: other.agentId, disposition: "closed" });
    const to = (agent: TestAgent) => ({ new_agent: agent.email, reason: "Because" });
    const code = async (leadId: string, body: unknown) => (await refused(() => reassign(leadId, body))).body.code;
    expect(await code(unassigned, to(other))).toBe("not_assigned");
    expect(await code(assigned, to(full))).toBe("capacity_exceeded");
    expect(await code(assigned, to(busy))).toBe("agent_unavailable");
    // A reassignment has no override, so nobody is told of one.
    for (const agentInTheWay of [full, busy]) {
      const { body } = await refused(() => reassign(assigned, to(agentInTheWay)));
      expect(body.detail).not.toMatch(/overrid/);
    }
    expect(await code(closed, to(agent))).toBe("lead_closed");
    expect(await code(assigned, { new_agent: agent.email })).toBe("invalid_request");
    expect(await code(assigned, { new_agent: "nobody@evenhand.test", reason: "Because" })).toBe("agent_not_found");
    expect(await code(UNKNOWN, to(other))).toBe("not_found");
    expect((await refused(() => reassign(assigned, to(agent), agent))).status).toBe(403);
  });
});
