import { beforeAll, describe, expect, it } from "vitest";
import { dateIn, daysAfter } from "@/lib/calendar-date";
import { sortFields } from "@/modules/leads/domain/lead-sort";
import type { Person } from "@/modules/leads/people.schemas";
import type { Activity, Lead } from "@/modules/leads/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;
let owner: TestAgent;
let other: TestAgent;

beforeAll(async () => {
  manager = await createManager(house.db);
  owner = await createAgent(house.db, { name: "Owen Own", maxCapacity: 100 });
  other = await createAgent(house.db, { name: "Otto Other" });
});

describe("mentions in notes", () => {
  it("name those who see the lead, are kept as rows, audited and shown with the note", async () => {
    const leadId = await createLead(house.db, { assignedTo: owner.agentId });
    const people = async (by: TestUser, q = "") =>
      (await client(by).get<{ people: Person[] }>(`/api/leads/${leadId}/people?q=${q}`)).body.people;
    expect(await people(owner)).toEqual(
      expect.arrayContaining([
        { email: owner.email, name: "Owen Own", role: "agent" },
        { email: manager.email, name: expect.any(String), role: "manager" },
      ]),
    );
    expect(await people(manager, "otto")).toEqual([]);
    expect(await people(manager, "OWEN")).toHaveLength(1);
    expect((await client(other).get(`/api/leads/${leadId}/people`)).status).toBe(404);

    const write = (mentions: string[]) =>
      client(owner).post<{ activity_id: string; code: string; people: string[] }>(`/api/leads/${leadId}/notes`, {
        text: "Ask @Owen Own",
        mentions,
      });
    expect((await write([manager.email, other.email, "no@one.test"])).body).toMatchObject({
      status: 422,
      code: "cannot_be_mentioned",
      people: [other.email, "no@one.test"],
    });
    expect(await house.db.leadActivity.count({ where: { leadId } })).toBe(0);
    const { body } = await write([manager.email.toUpperCase(), manager.email]);
    const rows = await house.db.noteMention.findMany({ where: { userId: manager.userId } });
    expect(rows).toMatchObject([{ activityId: BigInt(body.activity_id) }]);
    const { body: timeline } = await client(owner).get<{ activities: Activity[] }>(`/api/leads/${leadId}/activity`);
    expect(timeline.activities[0]?.data).toMatchObject({ mentions: [{ email: manager.email }] });
    const audit = await house.db.auditEntry.findFirst({ where: { action: "lead.note_added", entityId: leadId } });
    expect(audit?.after).toMatchObject({ mentions: [manager.email] });
  });

  it("of a lead that nobody has name its pool: the members of its team, or every agent", async () => {
    await client(manager).post("/api/teams", { name: "Pool", agents: [owner.email] });
    const leadId = await createLead(house.db);
    const names = async () =>
      (await client(manager).get<{ people: Person[] }>(`/api/leads/${leadId}/people?q=o`)).body.people
        .filter(({ role }) => role === "agent")
        .map(({ name }) => name);
    expect(await names()).toEqual(["Otto Other", "Owen Own"]);
    await client(manager).patch(`/api/leads/${leadId}`, { team: "Pool" });
    expect(await names()).toEqual(["Owen Own"]);
  });
});

describe("POST /api/leads/{leadId}/neighbours", () => {
  interface Beside {
    previous: { lead_id: string; name: string } | null;
    next: { lead_id: string; name: string } | null;
  }
  const source = { field: "source", op: "eq", value: "beside" };

  it("walks every order from end to end and back, those without a value included", async () => {
    const at = (hour: number) => new Date(Date.parse("2026-03-01T00:00:00Z") + hour * 3_600_000);
    for (let index = 0; index < 12; index += 1) {
      await createLead(house.db, {
        name: `Same ${index % 3}`,
        source: "beside",
        createdAt: at(index % 4),
        priority: index % 2 === 0 ? "high" : "normal",
        ...(index % 3 === 0 && { assignedTo: owner.agentId, assignedAt: at(index % 2) }),
      });
    }
    for (const field of sortFields) {
      for (const direction of ["asc", "desc"] as const) {
        const search = { filter: source, sort: { field, direction } };
        const { body } = await client(manager).post<{ leads: Lead[] }>("/api/leads/advanced-search", search);
        const ids = body.leads.map(({ lead_id }) => lead_id);
        expect(ids).toHaveLength(12);
        for (const [place, id] of ids.entries()) {
          const answer = await client(manager).post<Beside>(`/api/leads/${id}/neighbours`, search);
          const found = [answer.body.previous?.lead_id, answer.body.next?.lead_id];
          expect(found, `${field} ${direction} ${place}`).toEqual([ids[place - 1], ids[place + 1]]);
        }
      }
    }
  });

  it("goes on from a lead that its search does not find any more, and shows an agent its own leads only", async () => {
    const search = {
      filter: { and: [source, { field: "priority", op: "eq", value: "high" }] },
      sort: { field: "name" },
    };
    const { body } = await client(manager).post<{ leads: Lead[] }>("/api/leads/advanced-search", search);
    const [first, second, third] = body.leads;
    await client(manager).patch(`/api/leads/${second?.lead_id}`, { priority: "normal" });
    const beside = (by: TestUser, id: string | undefined) =>
      client(by).post<Beside>(`/api/leads/${id}/neighbours`, search);
    expect((await beside(manager, second?.lead_id)).body).toMatchObject({
      previous: { lead_id: first?.lead_id },
      next: { lead_id: third?.lead_id },
    });
    const owned = body.leads.find((lead) => lead.assigned_agent === owner.email);
    expect((await beside(other, owned?.lead_id)).status).toBe(404);
    const bad = { filter: { field: "name", op: "gt", value: 3 } };
    expect((await client(manager).post(`/api/leads/${first?.lead_id}/neighbours`, bad)).status).toBe(422);
  });
});

describe("GET /api/my-work", () => {
  it("is an agent's own open leads by what presses, and nobody else's", async () => {
    const agent = await createAgent(house.db, { maxCapacity: 20 });
    // Where it is yesterday still, or tomorrow already.
    const timeZone = new Date().getUTCHours() < 10 ? "Pacific/Pago_Pago" : "Pacific/Kiritimati";
    await house.db.user.update({ where: { id: agent.userId }, data: { timeZone } });
    const today = dateIn(timeZone, Date.now());
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    const lead = async (input: object, more: object = {}) => {
      const id = await createLead(house.db, { assignedTo: agent.agentId, ...input });
      await house.db.lead.update({ where: { id }, data: more });
      return id;
    };
    const open = await lead({}, { lastActivityAt: hours(-1) });
    const longer = await lead({}, { lastActivityAt: hours(-9) });
    const high = await lead({ priority: "high" });
    const later = await lead({}, { returnDueAt: hours(30) });
    const urgent = await lead({ priority: "urgent" }, { returnDueAt: hours(50) });
    const soon = await lead({}, { returnDueAt: hours(1) });
    const day = (count: number) => ({ followUpOn: new Date(daysAfter(today, count)) });
    const due = await lead({ ...day(0) });
    const late = await lead({ ...day(-1), priority: "urgent" });
    const latest = await lead({ ...day(-40) });
    const ahead = await lead({ ...day(1) }, { lastActivityAt: hours(-5) });
    await lead({ ...day(-1), disposition: "closed" });
    const overdue = await lead({}, { returnDueAt: hours(-1) });
    await lead({ disposition: "closed" });
    await lead({}, { deletedAt: new Date() });
    const { body } = await client(agent).get<{ leads: (Lead & { urgency: string })[] }>("/api/my-work");
    expect(body).toMatchObject({ total: 11, capacity: { current: 11, max: 20 } });
    expect(body.leads.map(({ lead_id, urgency }) => [lead_id, urgency])).toEqual([
      [overdue, "returns_soon"],
      [soon, "returns_soon"],
      [latest, "follow_up_overdue"],
      [late, "follow_up_overdue"],
      [due, "follow_up_today"],
      [urgent, "urgent"],
      [later, "not_begun"],
      [high, "high"],
      [longer, "open"],
      [ahead, "open"],
      [open, "open"],
    ]);
    expect((await client(other).get<{ total: number }>("/api/my-work")).body.total).toBe(0);
    expect((await client(manager).get("/api/my-work")).status).toBe(403);
  });
});
