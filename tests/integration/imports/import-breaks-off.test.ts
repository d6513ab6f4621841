import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { setClock } from "@/tests/support/clock";
import { createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testEnvironment } from "@/tests/support/house";
import { anotherImportSide, carriedOn, checked, imported, importsOf } from "@/tests/support/imports";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { allRows, plansOf } from "@/tests/support/plans";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 6 });
const running: ChildProcess[] = [];
let manager: TestUser;
/** A lease and a little more, in seconds: what passes before somebody else goes on. */
const LEASE = 50;
let clock = 0;

beforeAll(async () => {
  manager = await createManager(house.db);
  await withConnection(house.url, recordWrites);
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** So that whoever held something holds it no more. */
const aLeaseLater = () => setClock(house.db, (clock += LEASE));

/** As a process that dies: the runner is cut off and says nothing to the database any more. */
class Killed extends Error {
  constructor() {
    super("Connection terminated unexpectedly");
  }
}

/** A file of so many new leads, whose numbers begin alike. */
const fileOf = (rows: number, prefix: string): string =>
  [
    "name,phone,email",
    ...Array.from({ length: rows }, (_, n) => `N${n},${prefix}${10_000 + n},n${n}@x${prefix.slice(1)}.com`),
  ].join("\n");

/** Leads, audit rows, entries of the timeline and results of rows: each once. */
async function written(prefix: string) {
  const leads = await house.db.lead.findMany({
    where: { phone: { startsWith: prefix } },
    select: { id: true, version: true, deletedAt: true },
  });
  const ids = leads.map(({ id }) => id);
  return {
    leads: leads.length,
    removed: leads.filter(({ deletedAt }) => deletedAt !== null).length,
    versions: [...new Set(leads.map(({ version }) => version))],
    audited: await house.db.auditEntry.count({ where: { entityId: { in: ids } } }),
    told: await house.db.leadActivity.count({ where: { leadId: { in: ids } } }),
  };
}

/** The real worker on this file's database; the carrier cannot be reached. */
function startWorker(): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/worker.ts"], {
    env: {
      PATH: process.env.PATH ?? "",
      ...testEnvironment(house.url),
      NODE_ENV: "test",
      TWILIO_API_BASE_URL: "http://127.0.0.1:9",
    },
    stdio: "ignore",
  });
  running.push(child);
  return child;
}

const until = (id: string, reached: (seen: Awaited<ReturnType<ReturnType<typeof importsOf>["read"]>>) => boolean) =>
  vi.waitFor(async () => expect(reached(await importsOf(manager).read(id))).toBe(true), {
    timeout: 90_000,
    interval: 50,
  });

/**
 * Has whoever writes `of` wait in the middle of its transaction, until what is answered is called: a worker can be killed
 * there for sure.
 */
async function heldUp(
  of: "check of chunk 2" | "results of chunk 3" | "undo of row 1500",
): Promise<{ waiting: () => Promise<void>; release: () => Promise<void> }> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: isHeld } = Promise.withResolvers<void>();
  const [doing, table, when] = {
    "check of chunk 2": ["INSERT", "import_chunks", "NEW.place = 2"],
    "results of chunk 3": ["UPDATE", "import_chunks", "NEW.place = 3"],
    "undo of row 1500": ["UPDATE", "import_leads", "NEW.n = 1500"],
  }[of];
  const holding = withConnection(house.url, async (connection) => {
    await connection.query(`SELECT pg_advisory_lock(${HELD})`);
    await connection.query(`
      CREATE FUNCTION held_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock(${HELD}); RETURN NEW; END $$;
      CREATE TRIGGER held_up BEFORE ${doing} ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION held_up();`);
    isHeld();
    await released;
    await connection.query(`SELECT pg_advisory_unlock(${HELD})`);
    await connection.query(`DROP TRIGGER held_up ON ${table}; DROP FUNCTION held_up`);
  });
  await held;
  const waiters = async () =>
    (
      await house.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = ${HELD}::int AND NOT granted`
    )[0]?.n;
  return {
    waiting: () => vi.waitFor(async () => expect(await waiters()).toBe(1), { timeout: 90_000, interval: 300 }),
    release: async () => {
      release();
      await holding;
    },
  };
}

/** Any number that nothing else locks. */
const HELD = 770_077;

describe("an import whose worker is killed", () => {
  it("is carried on by another: while it is checked, run and taken back, each row exactly once", async () => {
    const ROWS = 2_500;
    const prefix = "+155541";
    const sent = await importsOf(manager).send(fileOf(ROWS, prefix));
    const { import_id: id } = sent.body.import;
    const atCheck = await heldUp("check of chunk 2");
    await importsOf(manager).act(id, "check");
    const checking = startWorker();
    await atCheck.waiting();
    checking.kill("SIGKILL");
    await atCheck.release();
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "checking", progress: { processed: 1_000 } });
    await aLeaseLater();
    const first = startWorker();
    await until(id, ({ state }) => state === "checked");
    expect(await importsOf(manager).read(id)).toMatchObject({ total_rows: ROWS, forecast: { created: ROWS } });
    const atRun = await heldUp("results of chunk 3");
    await importsOf(manager).act(id, "run");
    await atRun.waiting();
    first.kill("SIGKILL");
    await atRun.release();
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "running", progress: { processed: 1_500 } });
    expect(await written(prefix)).toMatchObject({ leads: 1_500, audited: 1_500 });
    await aLeaseLater();
    const second = startWorker();
    await until(id, ({ state }) => state === "done");
    expect(await importsOf(manager).read(id)).toMatchObject({ result: { created: ROWS, not_reached: 0 } });
    expect(await written(prefix)).toEqual({ leads: ROWS, removed: 0, versions: [1], audited: ROWS, told: ROWS });
    const atUndo = await heldUp("undo of row 1500");
    await importsOf(manager).act(id, "undo");
    await atUndo.waiting();
    second.kill("SIGKILL");
    await atUndo.release();
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "undoing", progress: { processed: 1_000 } });
    await aLeaseLater();
    startWorker();
    await until(id, ({ state }) => state === "undone");
    expect(await importsOf(manager).read(id)).toMatchObject({ undo: { leads: ROWS, removed: ROWS, left_alone: 0 } });
    expect(await written(prefix)).toEqual({
      leads: ROWS,
      removed: ROWS,
      versions: [2],
      audited: 2 * ROWS,
      told: 2 * ROWS,
    });
  }, 240_000);

  it("begins its check anew, and counts every row once", async () => {
    const sent = await importsOf(manager).send(fileOf(1_700, "+155542"));
    const { import_id: id } = sent.body.import;
    await importsOf(manager).act(id, "check");
    const dying = anotherImportSide(house, {
      afterChunk: (_id, _phase, done) => {
        if (done === 2) throw new Killed();
      },
    });
    await expect(dying.importWork.run(id, "dying", Infinity)).rejects.toThrow(Killed);
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "checking", progress: { processed: 1_000 } });
    expect(await anotherImportSide(house).importWork.run(id, "too early", Infinity)).toBe("elsewhere");
    await aLeaseLater();
    expect(await anotherImportSide(house).importJobs.sweep()).toMatchObject({ found: 1 });
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({
      state: "checked",
      total_rows: 1_700,
      forecast: { created: 1_700 },
    });
  });

  it("is nobody else's while its process is alive, though it writes nothing for longer than a lease", async () => {
    const sent = await importsOf(manager).send(fileOf(20, "+155549"));
    const { import_id: id } = sent.body.import;
    await importsOf(manager).act(id, "check");
    const heldUntil = async () =>
      (await house.db.import.findUniqueOrThrow({ where: { id } })).lockedUntil?.getTime() ?? 0;
    const slow = anotherImportSide(house, {
      beatMs: 20,
      afterChunk: async () => {
        const before = await heldUntil();
        await aLeaseLater();
        await expect.poll(heldUntil).toBeGreaterThan(before + (LEASE - 1) * 1_000);
        expect(await anotherImportSide(house).importWork.run(id, "another", Infinity)).toBe("elsewhere");
      },
    });
    expect(await slow.importWork.run(id, "slow", Infinity)).toBe("at rest");
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "checked", forecast: { created: 20 } });
  });

  it("leaves a chunk that was cut off unwritten, and nothing of one that another has taken over", async () => {
    const prefix = "+155543";
    const { import_id: id } = await checked(house, manager, fileOf(1_600, prefix));
    await importsOf(manager).act(id, "run");
    await withConnection(house.url, (connection) =>
      connection.query(`
        CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW; END $$;
        CREATE TRIGGER cut_off BEFORE INSERT ON leads FOR EACH ROW WHEN (NEW.phone = '${prefix}10700')
          EXECUTE FUNCTION cut_off();`),
    );
    await expect(anotherImportSide(house).importWork.run(id, "cut", Infinity)).rejects.toThrow(/terminat|connection/i);
    expect(await written(prefix)).toMatchObject({ leads: 500, audited: 500, told: 500 });
    await withConnection(house.url, (connection) =>
      connection.query("DROP TRIGGER cut_off ON leads; DROP FUNCTION cut_off"),
    );
    await aLeaseLater();
    // While the slow one is between two chunks, another carries the import through.
    const slow = anotherImportSide(house, {
      afterChunk: async (_id, _phase, done) => {
        if (done !== 2) return;
        await aLeaseLater();
        await carriedOn(house, id);
        await house.db
          .$executeRaw`UPDATE import_chunks SET applied_at = NULL WHERE import_id = ${id}::uuid AND place = 2`;
      },
    });
    expect(await slow.importWork.run(id, "slow", Infinity)).toBe("elsewhere");
    expect(await written(prefix)).toMatchObject({ leads: 1_600, audited: 1_600, told: 1_600 });
  });
});

describe("stopping", () => {
  it("keeps what is written, says exactly what, and gives back the rest as a file", async () => {
    const prefix = "+155544";
    const { import_id: id } = await checked(house, manager, fileOf(1_600, prefix));
    await importsOf(manager).act(id, "run");
    const side = anotherImportSide(house, {
      afterChunk: async (_id, _phase, done) => {
        if (done === 2) await importsOf(manager).act(id, "cancel");
      },
    });
    expect(await side.importWork.run(id, "one", Infinity)).toBe("at rest");
    expect(await importsOf(manager).read(id)).toMatchObject({
      state: "cancelled",
      result: { created: 1_000, not_reached: 600 },
    });
    expect(await written(prefix)).toMatchObject({ leads: 1_000 });
    const { body } = await client(manager).get<string>(`/api/imports/${id}/errors`);
    expect(body.split("\r\n")).toHaveLength(602);
    expect(await imported(house, manager, body)).toMatchObject({ result: { created: 600 } });
    expect((await importsOf(manager).act(id, "undo")).status).toBe(202);
    await carriedOn(house, id);
    expect(await written(prefix)).toMatchObject({ leads: 1_600, removed: 1_000 });
  });

  it("of a check gives the import back as it was", async () => {
    const sent = await importsOf(manager).send(fileOf(700, "+155545"));
    const { import_id: id } = sent.body.import;
    await importsOf(manager).act(id, "check");
    await importsOf(manager).act(id, "cancel");
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "uploaded", cancel_requested: false });
  });
});

describe("new leads that are dealt, and taken back", () => {
  it("go to agents within their capacity; an undo takes back what nobody has touched since", async () => {
    const prefix = "+155546";
    const agents = (await createAgents(house.db, 2, { maxCapacity: 3 })) as [TestAgent, TestAgent];
    const changed = await createLead(house.db, { phone: `${prefix}90001`, name: "Was", email: null, tags: ["own"] });
    const touched = await createLead(house.db, { phone: `${prefix}90002`, name: "Was" });
    const file = `${fileOf(10, prefix)}\nNow,${prefix}90001,now@x.com\nNow,${prefix}90002,\nTwice,${prefix}90001,`;
    const assignment = { strategy: "round_robin", agents: agents.map(({ email }) => email) };
    const done = await imported(house, manager, file, { options: { dedupe: "update", tags: ["batch"], assignment } });
    expect(done).toMatchObject({ result: { created: 10, updated: 3 }, assignment: { error: null } });
    const planId = done.assignment?.plan_id ?? "";
    expect(await plansOf(manager).read(planId)).toMatchObject({
      state: "done",
      progress: { processed: 10, succeeded: 6 },
    });
    const reasons = (await allRows(manager, planId)).map(({ code }) => code);
    expect(reasons.filter((code) => code === "no_capacity")).toHaveLength(4);
    expect(await loadOf(house.db, agents[0].agentId)).toMatchObject({ openLeads: 3, counted: 3 });

    const [first] = await house.db.lead.findMany({ where: { phone: `${prefix}10000` } });
    const edited = await client(manager).patch(`/api/leads/${first?.id}`, { name: "Edited by hand" });
    expect(edited.status).toBe(200);
    await client(manager).patch(`/api/leads/${touched}`, { priority: "high" });
    const { import_id: id } = done;
    await importsOf(manager).act(id, "undo", "undo it");
    expect((await importsOf(manager).act(id, "undo")).body).toMatchObject({ code: "import_under_way" });
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({
      state: "undone",
      undo: { leads: 12, removed: 9, set_back: 1, left_alone: 2 },
    });
    const alone = await client(manager).get<{ leads: { lead_id: string }[] }>(`/api/imports/${id}/left-alone`);
    const inOrder = alone.body.leads.toSorted(
      (one, other) => (one.lead_id === touched ? 1 : 0) - (other.lead_id === touched ? 1 : 0),
    );
    expect(inOrder).toEqual([
      { lead_id: first?.id, name: "Edited by hand", code: "changed_since" },
      { lead_id: touched, name: "Now", code: "changed_since" },
    ]);
    expect(await house.db.lead.findUniqueOrThrow({ where: { id: changed } })).toMatchObject({
      name: "Was",
      email: null,
      tags: ["own"],
      version: 3,
    });
    expect(await house.db.lead.findUniqueOrThrow({ where: { id: touched } })).toMatchObject({
      name: "Now",
      priority: "high",
    });
    const left = await house.db.lead.findMany({ where: { phone: { startsWith: `${prefix}1` }, deletedAt: null } });
    expect(left.map(({ name }) => name)).toEqual(["Edited by hand"]);
    const kept = left.filter(({ assignedAgentId }) => assignedAgentId !== null).length;
    const loads = await Promise.all(agents.map(({ agentId }) => loadOf(house.db, agentId)));
    expect(loads.reduce((sum, { openLeads }) => sum + openLeads, 0)).toBe(kept);
    const ids = [changed, touched];
    expect(
      await brokenLaws(
        house.db,
        ids,
        agents.map(({ agentId }) => agentId),
      ),
    ).toEqual([]);
    expect((await importsOf(manager).act(id, "undo")).body).toMatchObject({ code: "import_already_undone" });
  });

  it("leaves a closed lead closed that would open again at a full agent, and takes the others back", async () => {
    const prefix = "+155547";
    const [agent] = (await createAgents(house.db, 1, { maxCapacity: 1 })) as [TestAgent];
    const full = await createLead(house.db, { phone: `${prefix}00001`, assignedTo: agent.agentId });
    const other = await createLead(house.db, { phone: `${prefix}00002` });
    const file = `phone,disposition\n${prefix}00001,closed\n${prefix}00002,closed`;
    const { import_id: id, result } = await imported(house, manager, file, { options: { dedupe: "update" } });
    expect(result).toMatchObject({ updated: 2 });
    await createLead(house.db, { assignedTo: agent.agentId });
    // Nor does an import open it.
    const reopening = await checked(house, manager, file.replaceAll("closed", "contacted"), {
      options: { dedupe: "update" },
    });
    expect((await importsOf(manager).rows(reopening.import_id))[0]?.errors).toMatchObject([
      { code: "reopens_assigned" },
    ]);
    await importsOf(manager).act(id, "undo");
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({ undo: { set_back: 1, left_alone: 1 } });
    const codes = await house.db.lead.findMany({ where: { id: { in: [full, other] } }, orderBy: { phone: "asc" } });
    expect(codes.map(({ dispositionCode }) => dispositionCode)).toEqual(["closed", "new"]);
    expect(await brokenLaws(house.db, [other], [agent.agentId])).toEqual([]);
  });
});

it("forgets file and rows after thirty days; its numbers stay", async () => {
  const { import_id: id } = await imported(house, manager, fileOf(3, "+155548"));
  const neverRun = (await importsOf(manager).send(fileOf(1, "+155549"))).body.import.import_id;
  const { fileKey } = await house.db.import.findUniqueOrThrow({ where: { id } });
  await setClock(house.db, 31 * 86_400);
  expect((await anotherImportSide(house).importJobs.sweep()).expired).toBeGreaterThanOrEqual(1);
  expect(await importsOf(manager).read(id)).toMatchObject({
    state: "expired",
    result: { created: 3 },
    run_by_name: manager.name,
  });
  expect(await house.container.files.get(fileKey ?? "")).toBeUndefined();
  expect(await house.db.importChunk.count({ where: { importId: id } })).toBe(0);
  const imports = importsOf(manager);
  expect(await imports.read(neverRun)).toMatchObject({ state: "expired", result: null });
  // What was never begun was no job, and has not become one that is done.
  const listed = await client(manager).get<{ jobs: { job_id: string }[] }>("/api/background-work/jobs?state=all");
  const jobs = listed.body.jobs.map(({ job_id }) => job_id);
  expect([jobs.includes(id), jobs.includes(neverRun)]).toEqual([true, false]);
  const answers = {
    undo: (await imports.act(id, "undo")).body,
    undoNothing: (await imports.act(neverRun, "undo")).body,
    run: (await imports.act(id, "run")).body,
    check: (await imports.act(id, "check")).body,
    change: (await imports.change(id, { mapping: [null] })).body,
    rows: (await client(manager).get(`/api/imports/${id}/rows`)).body,
    leftAlone: (await client(manager).get(`/api/imports/${id}/left-alone`)).body,
    errors: (await client(manager).get(`/api/imports/${id}/errors`)).body,
  };
  const expired = { status: 410, code: "import_expired" };
  const kept = "The rows of this import were kept for 30 days. ";
  const again = { ...expired, detail: `${kept}Send the file again to import it.` };
  const numbers = { ...expired, detail: `${kept}Its numbers are still there.` };
  expect(answers).toMatchObject({
    undo: { ...expired, detail: `${kept}Its leads stay, and can be changed like all others.` },
    undoNothing: { ...expired, detail: `${kept}It wrote nothing to be undone.` },
    ...{ run: again, check: again, change: again, rows: numbers, leftAlone: numbers, errors: numbers },
  });
  // There is nothing to stop, and nothing to complain of.
  expect(await imports.act(id, "cancel")).toMatchObject({ status: 200, body: { import: { state: "expired" } } });
  expect(await house.db.lead.count({ where: { phone: { startsWith: "+155548" } } })).toBe(3);
});
