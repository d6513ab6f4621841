import { beforeAll, describe, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { runLoop } from "../../../scripts/worker/loop";
import type { BackgroundState, JobView } from "@/modules/background-work/schemas";
import type { ExportView } from "@/modules/exports/schemas";
import { createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createAdmin, createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { plansOf, reserved } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const PATH = "/api/background-work";
let manager: TestUser;
let admin: TestUser;

interface Failure {
  code: string;
  reason: string;
  error: string | null;
}
interface Read {
  job: JobView;
  failures: Failure[];
}
type Acted = { success: boolean; job: JobView; code: string };

beforeAll(async () => {
  manager = await createManager(house.db);
  admin = await createAdmin(house.db);
  await withConnection(house.url, recordWrites);
});

const state = async (by = manager) => (await client(by).get<BackgroundState>(PATH)).body;
const jobs = async (query: string, by = manager) =>
  (await client(by).get<{ jobs: JobView[]; failed: number; next_cursor: string | null }>(`${PATH}/jobs${query}`)).body;
const read = async (kind: string, id: string, by = manager) =>
  (await client(by).get<Read>(`${PATH}/jobs/${kind}/${id}`)).body;
const act = (verb: string, kind: string, id: string, by = manager) =>
  client(by).post<Acted>(`${PATH}/jobs/${kind}/${id}/${verb}`);
const sql = (text: string) => withConnection(house.url, (connection) => connection.query(text));

const drain = (name: string) =>
  client().get(`/api/cron/${name}`, { headers: { authorization: `Bearer ${CRON_SECRET}` } });

/** Leads that the database does not let anybody write, until repaired. */
const breakLead = (leadId: string | undefined) =>
  sql(`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken disk'; END $$;
    CREATE TRIGGER broken BEFORE UPDATE ON leads FOR EACH ROW WHEN (OLD.id = '${leadId}') EXECUTE FUNCTION broken();`);
const repair = () => sql("DROP FUNCTION broken CASCADE");

async function queuedExport(ids: readonly string[]): Promise<string> {
  const wish = { lead_ids: ids, format: "csv", as_job: true };
  return (await client(manager).post<{ export: ExportView }>("/api/leads/bulk-export", wish)).body.export.export_id;
}

describe("a failed export", () => {
  it("is listed with its reason, the full error for admins alone, and is done once however often it is retried", async () => {
    const ids = await createLeads(house.db, 3);
    const id = await queuedExport(ids);
    expect((await jobs("?state=under_way")).jobs).toEqual([
      expect.objectContaining({ job_id: id, kind: "export", state: "waiting", may_cancel: true, may_retry: false }),
    ]);
    await sql("ALTER TABLE dispositions RENAME TO gone");
    await drain("exports");
    await sql("ALTER TABLE gone RENAME TO dispositions");
    const failed = await jobs("?state=failed");
    expect(failed.failed).toBe(1);
    expect(failed.jobs).toEqual([
      expect.objectContaining({ job_id: id, state: "failed", may_retry: true, may_cancel: false }),
    ]);
    expect(failed.jobs[0]?.reason).toMatch(/broke off/);
    const [mine] = (await read("export", id)).failures;
    expect(mine).toMatchObject({ code: "export_broke_off", error: null });
    expect((await read("export", id, admin)).failures[0]?.error).toMatch(/dispositions[^]*\n +at /);
    const twice = await Promise.all([act("retry", "export", id), act("retry", "export", id, admin)]);
    expect(twice.map(({ status, body }) => [status, body.job.state])).toEqual([
      [200, "waiting"],
      [200, "waiting"],
    ]);
    await drain("exports");
    expect(await act("retry", "export", id)).toMatchObject({ status: 200, body: { job: { state: "done" } } });
    expect(await client(manager).get(`/api/exports/${id}`)).toMatchObject({
      body: { state: "done", receipt: { rows: 3 }, error: null },
    });
    const audit = await house.db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } });
    expect(audit.map(({ action }) => action)).toEqual([
      "export.created",
      "export.failed",
      "export.retried",
      "export.finished",
    ]);
    // What went wrong once stays to be read.
    expect((await read("export", id)).failures).toHaveLength(1);
  });

  it("is stopped while it waits, and then cannot be retried", async () => {
    const id = await queuedExport(await createLeads(house.db, 1));
    expect(await act("cancel", "export", id)).toMatchObject({ status: 200, body: { job: { state: "cancelled" } } });
    expect(await act("retry", "export", id)).toMatchObject({ status: 409, body: { code: "job_not_repeatable" } });
  });
});

describe("a failed plan", () => {
  it("goes on where it broke off, with its places, and writes no row twice", async () => {
    const agents = await createAgents(house.db, 2, { maxCapacity: 400 });
    const ids = await createLeads(house.db, 800);
    const { body } = await plansOf(manager).create({
      kind: "assign",
      lead_ids: ids,
      assignment_strategy: "round_robin",
      agents: agents.map(({ email }) => email),
    });
    const { plan_id } = body.plan;
    await breakLead(ids[700]);
    expect((await plansOf(manager).apply(plan_id)).body.plan.state).toBe("failed");
    await repair();
    const before = await plansOf(manager).read(plan_id);
    expect(before.progress.processed).toBeGreaterThan(0);
    expect(before.progress.processed).toBeLessThan(800);
    expect((await read("bulk-plan", plan_id)).job).toMatchObject({ state: "failed", may_retry: true });
    expect((await read("bulk-plan", plan_id, admin)).failures[0]).toMatchObject({ code: "plan_broke_off" });
    expect((await read("bulk-plan", plan_id, admin)).failures[0]?.error).toMatch(/broken disk/);
    const other = await createManager(house.db);
    expect(await act("retry", "bulk-plan", plan_id, other)).toMatchObject({ status: 403 });
    expect(await act("retry", "bulk-plan", plan_id)).toMatchObject({ status: 200 });
    expect([...(await reserved(house.db)).values()].reduce((sum, slots) => sum + slots, 0)).toBe(
      800 - before.progress.processed,
    );
    await drain("bulk-plans");
    expect(await plansOf(manager).read(plan_id)).toMatchObject({
      state: "done",
      progress: { processed: 800, succeeded: 800, failed: 0 },
      error: null,
    });
    expect(await reserved(house.db)).toEqual(new Map());
    expect(
      await brokenLaws(
        house.db,
        ids,
        agents.map(({ agentId }) => agentId),
      ),
    ).toEqual([]);
    expect(await house.db.assignmentDecision.count({ where: { leadId: { in: ids } } })).toBe(800);
    const [agent] = agents as [TestAgent];
    expect(await loadOf(house.db, agent.agentId)).toMatchObject({ openLeads: 400, counted: 400 });
  });

  it("that was taken back is not gone on with", async () => {
    const ids = await createLeads(house.db, 500);
    const { body } = await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "half" } });
    const { plan_id } = body.plan;
    await breakLead(ids[400]);
    await plansOf(manager).apply(plan_id);
    await repair();
    expect(await plansOf(manager).read(plan_id)).toMatchObject({ state: "failed", may_undo: true });
    await plansOf(manager).undo(plan_id);
    expect(await act("retry", "bulk-plan", plan_id)).toMatchObject({
      status: 409,
      body: { code: "job_not_repeatable" },
    });
    expect((await read("bulk-plan", plan_id)).job.may_retry).toBe(false);
  });
});

describe("the page of background work", () => {
  it("pages through all kinds together, the newest first", async () => {
    const all = (await jobs("?limit=100")).jobs.map(({ job_id }) => job_id);
    expect(all.length).toBeGreaterThanOrEqual(3);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await jobs(`?limit=1${cursor === null ? "" : `&cursor=${cursor}`}`);
      paged.push(...page.jobs.map(({ job_id }) => job_id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
  });

  it("says that cron calls do the work where there is no worker, and what each did last", async () => {
    expect(await state()).toMatchObject({ done_by: "cron", workers: [] });
    const { duties } = await state();
    expect(duties.find(({ name }) => name === "exports")).toMatchObject({
      source: "cron",
      interval_ms: 60_000,
      late: false,
      failures: 0,
      error: null,
    });
  });

  it("keeps a failed round's error, in full for admins, also once it is well again", async () => {
    await sql("ALTER TABLE callbacks RENAME TO gone");
    expect(await drain("callbacks")).toMatchObject({ status: 500 });
    await sql("ALTER TABLE gone RENAME TO callbacks");
    const failing = (await state()).duties.find(({ name }) => name === "callbacks");
    expect(failing).toMatchObject({ failures: 1 });
    expect(failing?.error).not.toMatch(/\n/);
    await drain("callbacks");
    const well = (await state(admin)).duties.find(({ name }) => name === "callbacks");
    expect(well).toMatchObject({ failures: 0 });
    expect(well?.error).toMatch(/gone|callbacks[^]*\n +at /);
    expect(well?.failed_at).not.toBeNull();
  });

  it("knows the workers that live, and their rounds", async () => {
    const stop = new AbortController();
    const round = { name: "a-duty", intervalMs: 5_000, run: async () => stop.abort() };
    await runLoop(round, stop.signal, { error: () => undefined, info: () => undefined }, house.container.duties);
    await house.container.duties.write("somewhere:1");
    await house.db.workerBeat.create({ data: { id: "somewhere:1", beatAt: new Date(), startedAt: new Date(0) } });
    const now = await state();
    expect(now).toMatchObject({ done_by: "worker", workers: [{ worker_id: "somewhere:1", alive: true }] });
    expect(now.duties.find(({ name }) => name === "a-duty")).toMatchObject({
      source: "worker",
      runner: "somewhere:1",
      interval_ms: 5_000,
      failures: 0,
    });
    expect(now.queues.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["bulk-plan", "export"]));
  });

  it("is not for agents, and knows no other kinds", async () => {
    const [agent] = (await createAgents(house.db, 1)) as [TestAgent];
    expect(await client(agent).get(PATH)).toMatchObject({ status: 403 });
    expect(await client(agent).get(`${PATH}/jobs`)).toMatchObject({ status: 403 });
    expect(await act("retry", "nothing", manager.userId)).toMatchObject({ status: 404 });
    expect(await act("retry", "export", manager.userId)).toMatchObject({ status: 404 });
  });
});
