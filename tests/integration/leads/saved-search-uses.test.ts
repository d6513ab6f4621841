import { beforeAll, describe, expect, it } from "vitest";
import type { ExportView } from "@/modules/exports/schemas";
import type { AlertRecord } from "@/modules/alerts/schemas";
import type { SavedSearch } from "@/modules/leads/saved-searches.schemas";
import { setClock } from "@/tests/support/clock";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { allRows, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const PATH = "/api/saved-searches";
const bySource = (value: string) => ({ field: "source", op: "eq", value });
let manager: TestUser;
let agent: TestAgent;
let shared: string;
let mine: string;

const save = async (body: object, by: TestUser = manager) =>
  (await client(by).post<SavedSearch>(PATH, body)).body.saved_search_id;
const counts = async (ids: string[], by: { userId: string } = manager) =>
  (await client(by).post<{ counts: unknown[] }>(`${PATH}/counts`, { saved_search_ids: ids })).body.counts;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
  const other = await createAgent(house.db);
  const ids = await createLeads(house.db, 5, { source: "fair" });
  await house.db.lead.updateMany({ where: { id: { in: ids.slice(0, 2) } }, data: { assignedAgentId: agent.agentId } });
  await house.db.lead.updateMany({ where: { id: { in: ids.slice(2) } }, data: { assignedAgentId: other.agentId } });
  shared = await save({ name: "Of the fair", shared: true, filter: bySource("fair") });
  mine = await save({ name: "Mine alone", filter: bySource("fair") });
});

describe("counts of saved searches", () => {
  it("are of what each may see, are kept for a moment, and leave out what is not theirs to know", async () => {
    const five = { saved_search_id: shared, count: 5, is_estimate: false };
    expect(await counts([shared, mine])).toEqual([five, { ...five, saved_search_id: mine }]);
    expect(await counts([mine, shared], agent)).toEqual([{ ...five, count: 2 }]);
    await createLeads(house.db, 1, { source: "fair" });
    expect(await counts([shared])).toEqual([five]);
    expect(await client(manager).post(`${PATH}/counts`, { saved_search_ids: [] })).toMatchObject({ status: 400 });
    await house.db.lead.deleteMany({ where: { source: "fair", assignedAgentId: null } });
  });
});

describe("a saved search", () => {
  it("is exported by its id as far as each may see, under its name", async () => {
    const wish = { saved_search_id: shared, format: "csv", as_job: true };
    const take = async (by: { userId: string }) =>
      (await client(by).post<{ export: ExportView }>("/api/leads/bulk-export", wish)).body.export.export_id;
    const [all, own] = [await take(manager), await take(agent)];
    // What it said when it was asked for is what is taken out.
    await client(manager).patch(`${PATH}/${shared}`, { filter: bySource("nothing") });
    await house.container.exportJobs.work("test", 5);
    await client(manager).patch(`${PATH}/${shared}`, { filter: bySource("fair") });
    const read = async (id: string) => (await client(manager).get<ExportView>(`/api/exports/${id}`)).body;
    expect(await read(all)).toMatchObject({ state: "done", receipt: { rows: 5 } });
    expect((await read(all)).selection.words).toMatch(/^Of the fair \(.*fair/);
    expect((await read(own)).receipt?.rows).toBe(2);
    const foreign = { ...wish, saved_search_id: mine };
    expect(await client(agent).post("/api/leads/bulk-export", foreign)).toMatchObject({ status: 404 });
    const both = { ...wish, search: {} };
    expect(await client(manager).post("/api/leads/bulk-export", both)).toMatchObject({ status: 400 });
  });

  it("is what a plan is made of, frozen when it is previewed, also once it is deleted", async () => {
    const gone = await save({ name: "Soon gone", filter: bySource("fair"), sort: { field: "name" } });
    const wish = { kind: "update", saved_search_id: gone, updates: { priority: "high" } };
    const { body } = await plansOf(manager).create(wish);
    expect(body.plan).toMatchObject({
      counts: { total: 5 },
      selection: { saved_search: { id: gone, name: "Soon gone" } },
    });
    await client(manager).delete(`${PATH}/${gone}`);
    expect((await plansOf(manager).apply(body.plan.plan_id)).body.plan).toMatchObject({ progress: { succeeded: 5 } });
    expect(await allRows(manager, body.plan.plan_id)).toHaveLength(5);
    expect(await plansOf(manager).create(wish)).toMatchObject({ status: 404 });
    const direct = { saved_search_id: shared, updates: { priority: "normal" } };
    expect(await client(manager).post("/api/leads/bulk-update", direct)).toMatchObject({ body: { updated_count: 5 } });
  });
});

describe("an alert on a saved search", () => {
  const set = (id: string, alert: object | null, by: { userId: string } = manager) =>
    client(by).put<SavedSearch & { code: string }>(`${PATH}/${id}/alert`, { alert });
  const round = () => client().get("/api/cron/alerts", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
  const open = async () =>
    (await client(manager).get<{ alerts: AlertRecord[] }>("/api/alerts")).body.alerts.filter(
      ({ kind }) => kind === "search_matches",
    );

  it("is raised once more leads match for long enough, and goes when fewer do or the search does", async () => {
    expect(await set(mine, { more_than: 1, for_minutes: 1 })).toMatchObject({
      status: 409,
      body: { code: "search_not_shared" },
    });
    expect(await set(shared, { more_than: 1, for_minutes: 1 }, agent)).toMatchObject({ status: 403 });
    const asked = await set(shared, { more_than: 4, for_minutes: 10 });
    expect(asked).toMatchObject({ status: 200, body: { alert: { more_than: 4, for_minutes: 10 } } });
    await set(shared, { more_than: 4, for_minutes: 10 });
    const audit = { entityId: shared, action: "saved_search.alert_set" };
    expect(await house.db.auditEntry.count({ where: audit })).toBe(1);
    await round();
    expect(await open()).toEqual([]);
    for (const seconds of [240, 480, 599]) {
      await setClock(house.db, seconds);
      await round();
    }
    expect(await open()).toEqual([]);
    await setClock(house.db, 640);
    await round();
    expect(await open()).toMatchObject([
      {
        severity: "warning",
        title: "5 leads match “Of the fair”: more than 4 for 10 minutes",
        href: `/leads?view=${shared}`,
      },
    ]);
    await house.db.lead.updateMany({ where: { source: "fair" }, data: { source: "fairground" } });
    await setClock(house.db, 680);
    await round();
    expect(await open()).toEqual([]);
    // Nobody counted for a while: how long it has been so is not known, and the minutes begin anew.
    await house.db.lead.updateMany({ where: { source: "fairground" }, data: { source: "fair" } });
    for (const seconds of [720, 2_000]) {
      await setClock(house.db, seconds);
      await round();
    }
    expect(await open()).toEqual([]);
    await set(shared, { more_than: 0, for_minutes: 0 });
    await setClock(house.db, 2_040);
    await round();
    expect(await open()).toHaveLength(1);
    await client(manager).patch(`${PATH}/${shared}`, { shared: false });
    await round();
    expect(await open()).toEqual([]);
    await client(manager).patch(`${PATH}/${shared}`, { shared: true });
    await setClock(house.db, 2_080);
    await round();
    expect(await open()).toHaveLength(1);
    await client(manager).delete(`${PATH}/${shared}`);
    await round();
    expect(await open()).toEqual([]);
  });
});
