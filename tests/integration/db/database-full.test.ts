import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExportView } from "@/modules/exports/schemas";
import { setClock } from "@/tests/support/clock";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createAgent } from "@/tests/support/factories/agents";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { anotherImportSide, carriedOn, checked, importsOf } from "@/tests/support/imports";
import { noRoom } from "@/tests/support/no-room";
import { plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;
let admin: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  admin = await createAdmin(house.db);
});
beforeEach(() => setClock(house.db, 0));

const full = (tables: readonly string[], when?: string) => noRoom(house.url, tables, when);
const drain = (name: string) =>
  client().get<{ told: number; code: string }>(`/api/cron/${name}`, {
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
const retry = (kind: string, id: string) => client(manager).post(`/api/background-work/jobs/${kind}/${id}/retry`);
const failuresOf = async (kind: string, id: string) =>
  (await client(admin).get<{ failures: { code: string; error: string }[] }>(`/api/background-work/jobs/${kind}/${id}`))
    .body.failures;
const rowsOf = (prefix: string, count: number): string =>
  ["name,phone", ...Array.from({ length: count }, (_, n) => `N${n},${prefix}${1_000 + n}`)].join("\n");
/** What stands there of leads whose numbers begin so: each once, with its audit row. */
const written = async (prefix: string) => {
  const leads = await house.db.lead.findMany({ where: { phone: { startsWith: prefix } }, select: { id: true } });
  const audited = await house.db.auditEntry.count({ where: { entityId: { in: leads.map(({ id }) => id) } } });
  return [leads.length, audited];
};

describe("while the database has no room", () => {
  it("a change is refused whole, by name, and is made by its repeat once there is room", async () => {
    const give = await full(["audit_log"]);
    const wish = { name: "Ava", phone: "+15557000001" };
    const refused = await client(manager).post("/api/leads", wish, { idempotencyKey: "once" });
    expect(refused).toMatchObject({ status: 507, body: { success: false, code: "database_full" } });
    expect(refused.body.detail).toMatch(/no room left/);
    expect(await house.db.lead.count({ where: { phone: wish.phone } })).toBe(0);
    await give();
    expect((await client(manager).post("/api/leads", wish, { idempotencyKey: "once" })).status).toBe(200);
    expect(await written("+15557000001")).toEqual([1, 1]);
  });

  it("a bulk change stops with its reason, keeps what is written, and goes on from there", async () => {
    const ids = await createLeads(house.db, 800);
    const made = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "full" } });
    const { plan_id: id } = made.body.plan;
    const give = await full(["leads"], `NEW.id = '${ids[700]}'`);
    expect((await plansOf(manager).apply(id)).body.plan.state).toBe("failed");
    const before = (await plansOf(manager).read(id)).progress.processed;
    expect(before).toBeGreaterThan(0);
    const [failure] = await failuresOf("bulk-plan", id);
    expect(failure).toMatchObject({ code: "database_full", error: expect.stringMatching(/No space left on device/) });
    await give();
    expect((await retry("bulk-plan", id)).status).toBe(200);
    await drain("bulk-plans");
    expect(await plansOf(manager).read(id)).toMatchObject({ state: "done", progress: { succeeded: 800 } });
    expect(await house.db.lead.count({ where: { source: "full", version: 2 } })).toBe(800);
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids } } })).toBe(800);
  });

  it("an import stops with its reason, and goes on behind what is written", async () => {
    const { import_id: id } = await checked(house, manager, rowsOf("+1555701", 1_200));
    await importsOf(manager).act(id, "run");
    const give = await full(["leads"], "NEW.phone = '+15557011700'");
    await carriedOn(house, id);
    const stopped = await importsOf(manager).read(id);
    expect(stopped).toMatchObject({ state: "failed", error: { code: "database_full" }, result: { created: 500 } });
    expect(stopped.error?.detail).toMatch(/go on with the rest/);
    await give();
    expect((await retry("import", id)).status).toBe(200);
    await drain("imports");
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "done", result: { created: 1_200 } });
    expect(await written("+1555701")).toEqual([1_200, 1_200]);
  });

  it("an import whose end cannot be written either is nobody's failure: it waits, and is carried on", async () => {
    const { import_id: id } = await checked(house, manager, rowsOf("+1555702", 700));
    await importsOf(manager).act(id, "run");
    const give = await full(["leads", "audit_log", "job_failures"]);
    await expect(anotherImportSide(house).importWork.run(id, "no room", Infinity)).rejects.toThrow(/No space left/);
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "running", error: null });
    await give();
    await setClock(house.db, 60);
    expect(await anotherImportSide(house).importJobs.sweep()).toMatchObject({ found: 1 });
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "done", result: { created: 700 } });
    expect(await written("+1555702")).toEqual([700, 700]);
  });

  it("a file of leads that is sent is refused, and nothing of it is kept", async () => {
    const before = await house.container.storage.store.list("imports", undefined, 1_000);
    const give = await full(["imports"]);
    const refused = await importsOf(manager).send(rowsOf("+1555703", 3));
    expect([refused.status, refused.body.code]).toEqual([507, "database_full"]);
    await give();
    expect(await house.container.storage.store.list("imports", undefined, 1_000)).toEqual(before);
  });

  it("an export stops with its reason, leaves no file, and is whole when it is tried again", async () => {
    await createLeads(house.db, 20, { source: "exported" });
    const search = { filter: { field: "source", op: "eq", value: "exported" } };
    const wish = { search, format: "csv", as_job: true };
    const made = await client(manager).post<{ export: ExportView }>("/api/leads/bulk-export", wish);
    const { export_id: id } = made.body.export;
    const give = await full(["exports"], "NEW.state = 'done'");
    await drain("exports");
    const read = async () => (await client(manager).get<ExportView>(`/api/exports/${id}`)).body;
    expect(await read()).toMatchObject({ state: "failed", receipt: null, error: { code: "database_full" } });
    const files = async () =>
      (await house.container.storage.store.list("exports", undefined, 1_000)).filter(({ key }) => key.includes(id));
    expect(await files()).toEqual([]);
    await give();
    await retry("export", id);
    await drain("exports");
    expect(await read()).toMatchObject({ state: "done", error: null, receipt: { rows: 20 } });
    expect(await files()).toHaveLength(1);
  });

  it("nothing that is to be told is lost", async () => {
    const agent = await createAgent(house.db);
    const leadId = await createLead(house.db);
    await client(manager).post(`/api/leads/${leadId}/assign`, { agent_email: agent.email });
    const give = await full(["notifications"]);
    expect(await drain("notifications")).toMatchObject({ status: 507, body: { code: "database_full" } });
    await give();
    expect((await drain("notifications")).body.told).toBeGreaterThan(0);
    expect(await house.db.notification.findMany({ where: { userId: agent.userId } })).toMatchObject([
      { event: "assigned", count: 1 },
    ]);
  });
});
