import { describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import { setClock } from "@/tests/support/clock";
import { createLeads } from "@/tests/support/factories/leads";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";
import { ALWAYS, HOUR, type Policy, ReturnWorld } from "./return-world";

const house = testHouse();
const world = new ReturnWorld(house);

describe("the policy", () => {
  it("is read and changed by staff, audited, and says when a lead assigned now would go back", async () => {
    const { body: before } = await client(world.manager).get<Policy>("/api/settings/lead-return");
    expect(before).toMatchObject({ enabled: true, calendar: "always", recount: "done" });
    const { body } = await world.put({ minutes: { urgent: 60 } });
    expect(body.minutes).toEqual({ normal: 960, high: 480, urgent: 60 });
    const inAnHour = Date.parse(body.due_if_assigned_now.urgent ?? "");
    expect(Math.abs(inAnHour - Date.now() - HOUR)).toBeLessThan(10_000);
    const audit = await house.db.auditEntry.findFirstOrThrow({
      where: { entityType: "setting", entityId: "lead-return" },
      orderBy: { id: "desc" },
    });
    expect(audit).toMatchObject({
      action: "setting.lead_return_changed",
      actorLabel: world.manager.email,
      before: { minutes: { urgent: 120 } },
      after: { minutes: { urgent: 60 } },
    });
    const unchanged = await written(house.db);
    expect((await world.put({ minutes: { urgent: 60 } })).status).toBe(200);
    expect(await written(house.db)).toEqual(unchanged);
    expect((await client(world.agent).get("/api/settings/lead-return")).status).toBe(403);
    expect((await client(world.agent).put("/api/settings/lead-return", { enabled: false })).status).toBe(403);
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
      const { status, body: answer } = await world.put(body);
      answers.push([status, (answer as unknown as { code: string }).code]);
    }
    expect(answers.slice(0, -1).every((answer) => (answer as [number])[0] === 400)).toBe(true);
    expect(answers.at(-1)).toEqual([422, "unknown_calendar"]);
    expect(await written(house.db)).toEqual(before);
  });

  it("counts running timers again from their assignment, touching nothing else of the leads", async () => {
    const assignedAt = new Date(Date.now() - 2 * HOUR);
    const id = await world.timedLead(14 * 3_600, { assignedAt });
    const urgent = await world.timedLead(60, { assignedAt, priority: "urgent" });
    const worked = await world.timedLead(60, { assignedAt });
    await client(world.agent).post(`/api/leads/${worked}/notes`, { text: "Called" });
    await world.put({ minutes: { normal: 600, urgent: 180 } });
    expect(await world.dueOf(id)).toBe(assignedAt.getTime() + 10 * HOUR);
    expect(await world.dueOf(urgent)).toBe(assignedAt.getTime() + 3 * HOUR);
    expect(await world.dueOf(worked)).toBeNull();
    expect((await world.rowOf(id)).version).toBe(1);
  });

  it("switched off returns nothing; switched on again gives every lead its full time", async () => {
    const id = await world.timedLead(-60, { assignedAt: new Date(Date.now() - 200 * HOUR) });
    await world.put({ enabled: false });
    expect(await world.dueOf(id)).toBeNull();
    const { returned } = await world.run();
    expect(returned).toBe(0);
    const before = Date.now();
    await world.put({ enabled: true });
    expect((await world.dueOf(id)) ?? 0).toBeGreaterThanOrEqual(before + 16 * HOUR - 1_000);
  });

  it("is followed by later rounds when there are too many timers for one request, and nothing returns before that", async () => {
    const assignedAt = new Date(Date.now() - 2 * HOUR);
    const ids = await createLeads(house.db, 5_300, { assignedTo: world.agent.agentId, assignedAt });
    await house.db
      .$executeRaw`UPDATE leads SET return_due_at = now() - interval '1 minute' WHERE id = ANY (${ids}::uuid[])`;
    const { body } = await world.put({ minutes: { normal: 1_000 } });
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
    expect((await client(world.manager).get<Policy>("/api/settings/lead-return")).body.recount).toBe("done");
  });

  it("returns nothing while somebody else is counting the timers again", async () => {
    const id = await world.timedLead(-60, { assignedAt: new Date(Date.now() - 17 * HOUR) });
    await house.db.leadReturnPolicy.updateMany({ data: { recountAfter: "00000000-0000-0000-0000-000000000000" } });
    let during: unknown;
    await inTransaction(house.db, async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM lead_return_policy FOR UPDATE`;
      during = await world.run();
    });
    expect(during).toMatchObject({ returned: 0, recounted: 0 });
    expect((await world.rowOf(id)).assignedAgentId).toBe(world.agent.agentId);
    expect(await world.run()).toMatchObject({ returned: 1 });
  });

  it("also reaches a lead whose assignment had read the old one", async () => {
    await world.put({ minutes: { normal: 700 } });
    const late = await world.timedLead(960 * 60);
    await world.run();
    const old = await world.dueOf(late);
    await setClock(house.db, 25);
    expect(await world.run()).toMatchObject({ recounted: expect.any(Number) as number });
    const { assignedAt } = await world.rowOf(late);
    expect(await world.dueOf(late)).toBe((assignedAt?.getTime() ?? 0) + 700 * 60_000);
    expect(await world.dueOf(late)).not.toBe(old);
  });
});

describe("calendars", () => {
  const path = "/api/settings/calendars";

  it("are made, listed, changed and audited", async () => {
    const made = await client(world.manager).put(`${path}/lisbon`, {
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
    const { body: list } = await client(world.manager).get<{ calendars: { name: string }[] }>(path);
    expect(list.calendars.map(({ name }) => name)).toEqual(["always", "default", "lisbon"]);
    expect((await client(world.manager).get(`${path}/lisbon`)).body).toEqual(made.body);
    await client(world.manager).put(`${path}/lisbon`, { time_zone: "Europe/Lisbon", weekly: [] });
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
      const { status, body: problem } = await client(world.manager).put<{ code: string }>(`${path}/${name}`, body);
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
    expect((await client(world.manager).get(`${path}/nowhere`)).status).toBe(404);
    expect((await client(world.agent).put(`${path}/x`, good)).status).toBe(403);
    expect(await house.db.businessCalendar.count()).toBe(before);
  });

  it("that is never open returns nothing, and running timers follow its change", async () => {
    const assignedAt = new Date(Date.now() - HOUR);
    const id = await world.timedLead(-60, { assignedAt });
    await client(world.manager).put(`${path}/never`, { time_zone: "UTC", weekly: [] });
    const { body } = await world.put({ calendar: "never" });
    expect(body.due_if_assigned_now).toEqual({ normal: null, high: null, urgent: null });
    expect(await world.dueOf(id)).toBeNull();
    expect((await world.run()).returned).toBe(0);
    await client(world.manager).put(`${path}/never`, { time_zone: "UTC", weekly: ALWAYS });
    expect(await world.dueOf(id)).toBe(assignedAt.getTime() + 16 * HOUR);
    await client(world.manager).put(`${path}/never`, { time_zone: "UTC", weekly: [] });
  });
});
