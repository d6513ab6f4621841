import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AlertRecord } from "@/modules/alerts/schemas";
import type { SavedSearch } from "@/modules/leads/saved-searches.schemas";
import { setClock } from "@/tests/support/clock";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { brought } from "@/tests/support/files/attach";
import { pdf } from "@/tests/support/files/samples";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { BEGIN_MS, ProcessesThatDie } from "@/tests/support/processes-that-die";
import { testHouse } from "@/tests/support/test-house";

// What has a killing of its own elsewhere: exports, imports and their undo, bulk plans of a worker, telling, sending.
const FILES_DIR = join(tmpdir(), `evenhand-killed-${process.pid}`);
const house = testHouse({ overrides: { FILES_DIR } });
const processes = new ProcessesThatDie(() => house.url);
const TIMEOUT_MS = 2 * BEGIN_MS;
let manager: TestUser;
let clock = 0;

beforeAll(async () => {
  manager = await createManager(house.db);
});
afterEach(() => processes.end());
afterAll(() => rm(FILES_DIR, { recursive: true, force: true }));

const later = (seconds: number) => setClock(house.db, (clock += seconds));
const drain = (name: string) =>
  client().get<Record<string, unknown>>(`/api/cron/${name}`, { headers: { authorization: `Bearer ${CRON_SECRET}` } });
const worker = () => processes.start(processes.node("scripts/worker.ts"), { FILES_DIR });

it(
  "a bulk change whose web process is killed in its midst is carried on by the cron route, each lead once",
  async () => {
    const ids = await createLeads(house.db, 900, { source: "before" });
    const wish = JSON.stringify({ lead_ids: ids, updates: { source: "killed" } });
    const request = ["tests/support/one-request.ts", manager.userId, "/api/leads/bulk-update", wish];
    const point = { table: "leads", event: "UPDATE", when: `NEW.id = '${ids[600]}'` } as const;
    await processes.killAt(point, () => processes.start(processes.node(...request)));
    const written = await house.db.lead.count({ where: { source: "killed" } });
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(900);
    // Within the lease nobody else touches it.
    expect((await drain("bulk-plans")).body).toMatchObject({ worked_on: 0 });
    await later(30);
    expect((await drain("bulk-plans")).body).toMatchObject({ worked_on: 1, left: 0 });
    expect(await house.db.lead.count({ where: { source: "killed", version: 2 } })).toBe(900);
    expect(await house.db.auditEntry.count({ where: { entityId: { in: ids }, action: "lead.updated" } })).toBe(900);
  },
  TIMEOUT_MS,
);

it(
  "a sweep of files whose worker is killed behind the bytes and before their row is ended by the cron route",
  async () => {
    const lead = await createLead(house.db);
    const { file_id: id } = await brought(manager, lead, "never completed.pdf", pdf());
    await later(3_700);
    const { store } = house.container.storage;
    expect(await store.size(`uploads/${id}`)).toBe(pdf().length);
    await processes.killAt({ table: "audit_log", event: "INSERT", when: "NEW.action = 'file.erased'" }, worker);
    // The bytes are gone, the row says so, and nobody gets them back.
    expect(await store.size(`uploads/${id}`)).toBeUndefined();
    expect(await house.db.leadFile.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "erasing" });
    expect((await drain("files")).body).toMatchObject({ erased: 1 });
    expect(await house.db.leadFile.count({ where: { id } })).toBe(0);
    expect(await house.db.auditEntry.count({ where: { entityId: id, action: "file.erased" } })).toBe(1);
  },
  TIMEOUT_MS,
);

it(
  "an alert of a saved search whose worker is killed before it is raised is raised by the cron route, once",
  async () => {
    await createLeads(house.db, 3, { source: "watched" });
    const filter = { field: "source", op: "eq", value: "watched" };
    const search = { name: "Watched", shared: true, filter };
    const { body } = await client(manager).post<SavedSearch>("/api/saved-searches", search);
    const alert = { more_than: 1, for_minutes: 0 };
    await client(manager).put(`/api/saved-searches/${body.saved_search_id}/alert`, { alert });
    await processes.killAt({ table: "alerts", event: "INSERT", when: "NEW.kind = 'search_matches'" }, worker);
    const open = async () =>
      (await client(manager).get<{ alerts: AlertRecord[] }>("/api/alerts")).body.alerts.filter(
        ({ kind }) => kind === "search_matches",
      );
    expect(await open()).toEqual([]);
    await later(35);
    for (let again = 0; again < 2; again += 1) await drain("alerts");
    expect(await open()).toMatchObject([{ count: 1, href: `/leads?view=${body.saved_search_id}` }]);
    await drain("notifications");
    expect(await house.db.notification.count({ where: { userId: manager.userId, event: "alert" } })).toBe(1);
  },
  TIMEOUT_MS,
);
