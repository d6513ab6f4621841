import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import { systemActor } from "@/lib/principal";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { setClock } from "@/tests/support/clock";
import { createAgent, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads, type LeadInput } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

interface Policy {
  enabled: boolean;
  calendar: string;
  minutes: { normal: number; high: number; urgent: number };
  due_if_assigned_now: Record<string, string | null>;
  recount: string;
}

const ACTOR = systemActor("test");
const HOUR = 3_600_000;
/** Always open, so that open time is time. */
const ALWAYS = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" }));

const house = testHouse();
let manager: TestUser;
let agent: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  const { status } = await client(manager).put("/api/settings/calendars/always", { time_zone: "UTC", weekly: ALWAYS });
  expect(status).toBe(200);
});

beforeEach(async () => {
  await setClock(house.db, 0);
  // What earlier tests left behind has been worked on, and timers count from any assignment again.
  await house.db.lead.updateMany({ data: { touchedAt: new Date(), returnDueAt: null } });
  await house.db.leadReturnPolicy.updateMany({ data: { countsFrom: null } });
  agent = await createAgent(house.db, { maxCapacity: 10_000 });
  await settle({ enabled: true, calendar: "always", minutes: { normal: 960, high: 480, urgent: 120 } });
});

const run = () => house.container.returns.run(ACTOR);
const put = (body: unknown) => client(manager).put<Policy>("/api/settings/lead-return", body);

/** Sets the policy and goes past the time in which assignments by the old one are looked for. */
async function settle(policy: unknown): Promise<void> {
  expect((await put(policy)).status).toBe(200);
  await setClock(house.db, 30);
  await run();
  await setClock(house.db, 0);
}

/** A lead with an agent, whose timer ended (or ends) that many seconds from now. */
async function timedLead(dueInSeconds: number, input: LeadInput = {}): Promise<string> {
  const id = await createLead(house.db, { assignedTo: agent.agentId, ...input });
  await house.db.lead.update({ where: { id }, data: { returnDueAt: new Date(Date.now() + dueInSeconds * 1_000) } });
  return id;
}

const rowOf = (id: string) => house.db.lead.findUniqueOrThrow({ where: { id } });
const dueOf = async (id: string) => (await rowOf(id)).returnDueAt?.getTime() ?? null;

describe("a lead left untouched", () => {
  it("goes back to the pool with counter, decision, timeline, audit and live events", async () => {
    const assignedAt = new Date(Date.now() - 20 * HOUR);
    const id = await timedLead(-60, { assignedAt });
    const other = await timedLead(60);
    const events = await house.db.liveEvent.count();
    expect(await run()).toEqual({ returned: 1, cleared: 0, recounted: 0 });

    const { body: lead } = await client(manager).get<Lead>(`/api/leads/${id}`);
    expect(lead).toMatchObject({ assigned_agent: null, assigned_at: null, return_due_at: null, version: 2 });
    expect((await rowOf(other)).assignedAgentId).toBe(agent.agentId);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 1, counted: 1 });

    const decision = await house.db.assignmentDecision.findFirstOrThrow({ where: { leadId: id } });
    expect(decision).toMatchObject({ agentId: null, previousId: agent.agentId, strategy: "return_timer" });
    expect(decision.explanation).toMatchObject({
      assigned_at: assignedAt.toISOString(),
      minutes: 960,
      calendar: "always",
      before: { openLeads: 2 },
      after: { openLeads: 1 },
    });
    const { body: timeline } = await client(manager).get<{ activities: Activity[] }>(`/api/leads/${id}/activity`);
    expect(timeline.activities[0]).toMatchObject({
      type: "returned",
      actor: "test",
      data: { previous_agent: agent.email, minutes: 960, assigned_at: assignedAt.toISOString() },
    });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: id } });
    expect(audit.map(({ action }) => action)).toEqual(["lead.returned"]);
    expect(audit[0]?.before).toEqual({ assigned_agent: agent.email });
    const told = await house.db.liveEvent.findMany({ orderBy: { id: "asc" }, skip: events });
    expect(told.map(({ topic, audience }) => [topic, audience])).toEqual([
      ["lead", "everyone"],
      ["agent", `agent:${agent.agentId}`],
    ]);
    expect(await run()).toEqual({ returned: 0, cleared: 0, recounted: 0 });
  });

  it("stays when it is closed, removed, locked, worked on, or not due yet", async () => {
    const closed = await timedLead(-60, { disposition: "not_interested" });
    const removed = await timedLead(-60, { deletedAt: new Date() });
    const locked = await timedLead(-60);
    await house.db.lead.update({
      where: { id: locked },
      data: { lockedAt: new Date(), lockedBy: "m", lockReason: "r" },
    });
    const touched = await timedLead(-60);
    await house.db.lead.update({ where: { id: touched }, data: { touchedAt: new Date() } });
    const later = await timedLead(60);
    const { returned, cleared } = await run();
    expect({ returned, cleared }).toEqual({ returned: 0, cleared: 3 });
    for (const id of [closed, removed, locked, touched, later]) {
      expect((await rowOf(id)).assignedAgentId, id).toBe(agent.agentId);
    }
    expect(await house.db.assignmentDecision.count({ where: { previousId: agent.agentId } })).toBe(0);
  });

  it("is not taken while its agent is writing, nor after that", async () => {
    const id = await timedLead(-60);
    let during: unknown;
    await inTransaction(house.db, async (tx) => {
      await house.db.$queryRaw`SELECT 1`;
      await tx.$executeRaw`UPDATE leads SET touched_at = now(), return_due_at = NULL WHERE id = ${id}::uuid`;
      during = await run();
    });
    expect(during).toEqual({ returned: 0, cleared: 0, recounted: 0 });
    expect(await run()).toEqual({ returned: 0, cleared: 0, recounted: 0 });
    expect((await rowOf(id)).assignedAgentId).toBe(agent.agentId);
  });

  it("is never returned after its agent's note, however closely they follow", async () => {
    const ids = await createLeads(house.db, 120, { assignedTo: agent.agentId });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const note = async (id: string) => client(agent).post(`/api/leads/${id}/notes`, { text: "Called" });
    const notes = ids.map(async (id, place) => {
      if (place % 40 === 0) await run();
      return note(id);
    });
    await Promise.all([...notes, run(), run()]);
    const returned = await house.db.lead.count({ where: { id: { in: ids }, assignedAgentId: null } });
    expect(returned).toBeGreaterThan(0);
    const [late] = await house.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM lead_activities r WHERE r.lead_id = ANY (${ids}::uuid[]) AND r.type = 'returned'
        AND EXISTS (SELECT 1 FROM lead_activities n WHERE n.lead_id = r.lead_id AND n.type = 'note' AND n.id < r.id)`;
    expect(late?.n).toBe(0);
  });

  it("is returned once by any number of rounds at once, many in few transactions", async () => {
    const ids = await createLeads(house.db, 1_100, { assignedTo: agent.agentId });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const rounds = await Promise.all([run(), run(), run()]);
    expect(rounds.reduce((sum, { returned }) => sum + returned, 0)).toBe(1_100);
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
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
    const id = await timedLead(3_600, input);
    expect((await work(id)).status).toBe(200);
    const { returnDueAt, touchedAt } = await rowOf(id);
    return { running: returnDueAt !== null, touched: touchedAt !== null };
  };

  it("is its agent's own note, change of facts or disposition", async () => {
    const done = { running: false, touched: true };
    expect(await ends((id) => client(agent).post(`/api/leads/${id}/notes`, { text: "Called" }))).toEqual(done);
    expect(await ends((id) => client(agent).patch(`/api/leads/${id}`, { name: "Dana W." }))).toEqual(done);
    expect(await ends((id) => client(agent).patch(`/api/leads/${id}`, { disposition: "attempted" }))).toEqual(done);
    expect(await ends((id) => client(agent).patch(`/api/leads/${id}`, { priority: "urgent" }))).toEqual(done);
  });

  it("is not what a manager writes, unless it closes the lead", async () => {
    const runs = { running: true, touched: false };
    expect(await ends((id) => client(manager).post(`/api/leads/${id}/notes`, { text: "Hurry" }))).toEqual(runs);
    expect(await ends((id) => client(manager).patch(`/api/leads/${id}`, { name: "Dana W." }))).toEqual(runs);
    expect(await ends((id) => client(manager).patch(`/api/leads/${id}`, { disposition: "attempted" }))).toEqual(runs);
    const closed = await ends((id) => client(manager).patch(`/api/leads/${id}`, { disposition: "closed" }));
    expect(closed).toEqual({ running: false, touched: false });
  });

  it("begins again when a manager reopens the lead, and moves with its priority", async () => {
    const assignedAt = new Date(Date.now() - 3 * HOUR);
    const id = await timedLead(3_600, { assignedAt });
    await client(manager).patch(`/api/leads/${id}`, { disposition: "closed" });
    expect(await dueOf(id)).toBeNull();
    const before = Date.now();
    await client(manager).patch(`/api/leads/${id}`, { disposition: "new" });
    expect((await dueOf(id)) ?? 0).toBeGreaterThanOrEqual(before + 16 * HOUR - 1_000);
    await client(manager).patch(`/api/leads/${id}`, { priority: "high" });
    expect(await dueOf(id)).toBe(assignedAt.getTime() + 8 * HOUR);
    await client(agent).post(`/api/leads/${id}/notes`, { text: "Called" });
    await client(manager).patch(`/api/leads/${id}`, { priority: "urgent" });
    expect(await dueOf(id)).toBeNull();
  });
});

describe("an assignment", () => {
  it("starts the timer of its lead's priority, one by one and in bulk, and again with another agent", async () => {
    const other = await createAgent(house.db);
    const [single, ...bulk] = await createLeads(house.db, 3);
    const minutes = async (id: string | undefined): Promise<number> => {
      const { assignedAt, returnDueAt } = await rowOf(id ?? "");
      return ((returnDueAt?.getTime() ?? NaN) - (assignedAt?.getTime() ?? NaN)) / 60_000;
    };
    await client(manager).post(`/api/leads/${single}/assign`, { agent_email: agent.email, priority: "high" });
    expect(await minutes(single)).toBeCloseTo(480, 1);
    await client(agent).post(`/api/leads/${single}/notes`, { text: "Called" });
    expect(await dueOf(single ?? "")).toBeNull();
    await client(manager).put(`/api/leads/${single}/reassign`, { new_agent: other.email, reason: "Holidays" });
    expect(await minutes(single)).toBeCloseTo(480, 1);
    expect((await rowOf(single ?? "")).touchedAt).toBeNull();
    const request = { lead_ids: bulk, assignment_strategy: "manual", agents: [agent.email], priority: "urgent" };
    expect((await client(manager).post("/api/leads/bulk-assign", request)).status).toBe(200);
    for (const id of bulk) expect(await minutes(id)).toBeCloseTo(120, 1);
    await client(manager).post("/api/leads/bulk-update", { lead_ids: bulk, updates: { disposition: "closed" } });
    for (const id of bulk) expect(await dueOf(id)).toBeNull();
  });
});

describe("the policy", () => {
  it("is read and changed by staff, audited, and says when a lead assigned now would go back", async () => {
    const { body: before } = await client(manager).get<Policy>("/api/settings/lead-return");
    expect(before).toMatchObject({ enabled: true, calendar: "always", recount: "done" });
    const { body } = await put({ minutes: { urgent: 60 } });
    expect(body.minutes).toEqual({ normal: 960, high: 480, urgent: 60 });
    const inAnHour = Date.parse(body.due_if_assigned_now.urgent ?? "");
    expect(Math.abs(inAnHour - Date.now() - HOUR)).toBeLessThan(10_000);
    const audit = await house.db.auditEntry.findFirstOrThrow({
      where: { entityType: "setting", entityId: "lead-return" },
      orderBy: { id: "desc" },
    });
    expect(audit).toMatchObject({
      action: "setting.lead_return_changed",
      actorLabel: manager.email,
      before: { minutes: { urgent: 120 } },
      after: { minutes: { urgent: 60 } },
    });
    const unchanged = await written(house.db);
    expect((await put({ minutes: { urgent: 60 } })).status).toBe(200);
    expect(await written(house.db)).toEqual(unchanged);
    expect((await client(agent).get("/api/settings/lead-return")).status).toBe(403);
    expect((await client(agent).put("/api/settings/lead-return", { enabled: false })).status).toBe(403);
  });

  it("refuses what it cannot follow", async () => {
    const before = await written(house.db);
    const answers: unknown[] = [];
    for (const body of [
      {},
      { minutes: {} },
      { minutes: { urgent: 0 } },
      { minutes: { urgent: -5 } },
      { minutes: { urgent: 1.5 } },
      { minutes: { urgent: 100_001 } },
      { minutes: { soon: 5 } },
      { enabled: "yes" },
      { calendar: "../always" },
      { calendar: "nowhere" },
    ]) {
      const { status, body: answer } = await put(body);
      answers.push([status, (answer as unknown as { code: string }).code]);
    }
    expect(answers.slice(0, -1).every((answer) => (answer as [number])[0] === 400)).toBe(true);
    expect(answers.at(-1)).toEqual([422, "unknown_calendar"]);
    expect(await written(house.db)).toEqual(before);
  });

  it("counts running timers again from their assignment, touching nothing else of the leads", async () => {
    const assignedAt = new Date(Date.now() - 2 * HOUR);
    const id = await timedLead(14 * 3_600, { assignedAt });
    const urgent = await timedLead(60, { assignedAt, priority: "urgent" });
    const worked = await timedLead(60, { assignedAt });
    await client(agent).post(`/api/leads/${worked}/notes`, { text: "Called" });
    await put({ minutes: { normal: 600, urgent: 180 } });
    expect(await dueOf(id)).toBe(assignedAt.getTime() + 10 * HOUR);
    expect(await dueOf(urgent)).toBe(assignedAt.getTime() + 3 * HOUR);
    expect(await dueOf(worked)).toBeNull();
    expect((await rowOf(id)).version).toBe(1);
  });

  it("switched off returns nothing; switched on again gives every lead its full time", async () => {
    const id = await timedLead(-60, { assignedAt: new Date(Date.now() - 200 * HOUR) });
    await put({ enabled: false });
    expect(await dueOf(id)).toBeNull();
    const { returned } = await run();
    expect(returned).toBe(0);
    const before = Date.now();
    await put({ enabled: true });
    expect((await dueOf(id)) ?? 0).toBeGreaterThanOrEqual(before + 16 * HOUR - 1_000);
  });

  it("is followed by later rounds when there are too many timers for one request, and nothing returns before that", async () => {
    const assignedAt = new Date(Date.now() - 2 * HOUR);
    const ids = await createLeads(house.db, 5_300, { assignedTo: agent.agentId, assignedAt });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const { body } = await put({ minutes: { normal: 1_000 } });
    expect(body.recount).toBe("under_way");
    const cron = await client().get<Record<string, number>>("/api/cron/lead-return", {
      headers: { authorization: `Bearer ${CRON_SECRET}` },
    });
    expect(cron.body).toMatchObject({ success: true, returned: 0 });
    expect(cron.body.recounted).toBeGreaterThan(0);
    const [wrong] = await house.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM leads WHERE id = ANY (${ids}::uuid[])
        AND return_due_at IS DISTINCT FROM assigned_at + interval '1000 minutes'`;
    expect(wrong?.n).toBe(0);
    expect((await client(manager).get<Policy>("/api/settings/lead-return")).body.recount).toBe("done");
  });

  it("returns nothing while somebody else is counting the timers again", async () => {
    const id = await timedLead(-60, { assignedAt: new Date(Date.now() - 17 * HOUR) });
    await house.db.leadReturnPolicy.updateMany({ data: { recountAfter: "00000000-0000-0000-0000-000000000000" } });
    let during: unknown;
    await inTransaction(house.db, async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM lead_return_policy FOR UPDATE`;
      during = await run();
    });
    expect(during).toMatchObject({ returned: 0, recounted: 0 });
    expect((await rowOf(id)).assignedAgentId).toBe(agent.agentId);
    expect(await run()).toMatchObject({ returned: 1 });
  });

  it("also reaches a lead whose assignment had read the old one", async () => {
    await put({ minutes: { normal: 700 } });
    const late = await timedLead(960 * 60);
    await run();
    const old = await dueOf(late);
    await setClock(house.db, 25);
    expect(await run()).toMatchObject({ recounted: expect.any(Number) as number });
    const { assignedAt } = await rowOf(late);
    expect(await dueOf(late)).toBe((assignedAt?.getTime() ?? 0) + 700 * 60_000);
    expect(await dueOf(late)).not.toBe(old);
  });
});

describe("calendars", () => {
  const path = "/api/settings/calendars";

  it("are made, listed, changed and audited", async () => {
    const made = await client(manager).put(`${path}/lisbon`, {
      time_zone: "Europe/Lisbon",
      weekly: [
        { day: 2, from: "09:00", to: "18:00" },
        { day: 1, from: "22:00", to: "02:00" },
      ],
      holidays: ["2026-12-25", "2026-12-25", "2026-01-01"],
    });
    expect(made.body).toMatchObject({
      name: "lisbon",
      time_zone: "Europe/Lisbon",
      weekly: [
        { day: 1, from: "22:00", to: "02:00" },
        { day: 2, from: "09:00", to: "18:00" },
      ],
      holidays: ["2026-01-01", "2026-12-25"],
      weekly_open_minutes: 780,
    });
    const { body: list } = await client(manager).get<{ calendars: { name: string }[] }>(path);
    expect(list.calendars.map(({ name }) => name)).toEqual(["always", "default", "lisbon"]);
    expect((await client(manager).get(`${path}/lisbon`)).body).toEqual(made.body);
    await client(manager).put(`${path}/lisbon`, { time_zone: "Europe/Lisbon", weekly: [] });
    const audits = await house.db.auditEntry.findMany({
      where: { entityId: "calendar:lisbon" },
      orderBy: { id: "asc" },
    });
    expect(audits.map(({ action }) => action)).toEqual(["setting.calendar_created", "setting.calendar_changed"]);
  });

  it("refuse what is no calendar, in words", async () => {
    const good = { time_zone: "UTC", weekly: [{ day: 1, from: "09:00", to: "17:00" }] };
    const hours = (change: object) => ({ ...good, weekly: [{ ...good.weekly[0], ...change }] });
    const answer = async (name: string, body: unknown) => {
      const { status, body: problem } = await client(manager).put<{ code: string }>(`${path}/${name}`, body);
      return [status, problem.code];
    };
    const before = await house.db.businessCalendar.count();
    expect(await answer("x", { ...good, time_zone: "Mars/Olympus" })).toEqual([422, "unknown_time_zone"]);
    expect(await answer("x", hours({ to: "09:00" }))).toEqual([422, "empty_hours"]);
    for (const body of [
      {},
      hours({ day: 0 }),
      hours({ day: 8 }),
      hours({ from: "9" }),
      hours({ from: "24:00" }),
      hours({ to: "24:01" }),
      { ...good, holidays: ["2026-02-30"] },
      { ...good, holidays: ["soon"] },
    ]) {
      expect((await answer("x", body))[0]).toBe(400);
    }
    expect((await answer("Not-A-Name", good))[0]).toBe(400);
    expect((await client(manager).get(`${path}/nowhere`)).status).toBe(404);
    expect((await client(agent).put(`${path}/x`, good)).status).toBe(403);
    expect(await house.db.businessCalendar.count()).toBe(before);
  });

  it("that is never open returns nothing, and running timers follow its change", async () => {
    const assignedAt = new Date(Date.now() - HOUR);
    const id = await timedLead(-60, { assignedAt });
    await client(manager).put(`${path}/never`, { time_zone: "UTC", weekly: [] });
    const { body } = await put({ calendar: "never" });
    expect(body.due_if_assigned_now).toEqual({ normal: null, high: null, urgent: null });
    expect(await dueOf(id)).toBeNull();
    expect((await run()).returned).toBe(0);
    await client(manager).put(`${path}/never`, { time_zone: "UTC", weekly: ALWAYS });
    expect(await dueOf(id)).toBe(assignedAt.getTime() + 16 * HOUR);
    await client(manager).put(`${path}/never`, { time_zone: "UTC", weekly: [] });
  });
});

describe("GET /api/cron/lead-return", () => {
  it("asks for its secret and answers what it did", async () => {
    expect((await client().get("/api/cron/lead-return")).status).toBe(401);
    await timedLead(-60);
    const answer = await client().get("/api/cron/lead-return", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
    expect(answer.body).toMatchObject({ success: true, returned: 1 });
  });
});
