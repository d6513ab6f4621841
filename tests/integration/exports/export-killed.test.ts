import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { ExportView } from "@/modules/exports/schemas";
import { setClock } from "@/tests/support/clock";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { BEGIN_MS, ProcessesThatDie } from "@/tests/support/processes-that-die";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const processes = new ProcessesThatDie(() => house.url);
const LEADS = 1_200;
/** A lease and a little more, in seconds: what the product waits before it takes a job from somebody who is silent. */
const LEASE = 25;
const TIMEOUT_MS = 3 * BEGIN_MS;
let manager: TestUser;
let clock = 0;

beforeAll(async () => {
  manager = await createManager(house.db);
  await createLeads(house.db, LEADS, { source: "killed" });
});

afterEach(() => processes.end());

const killAt = async (when: string, begin: () => ChildProcess): Promise<void> => {
  await processes.killAt({ table: "exports", event: "UPDATE", when }, begin);
  clock += LEASE;
  await setClock(house.db, clock);
};

const FIRST_BEAT = "NEW.total IS NOT NULL AND OLD.total IS NULL AND NEW.state = 'running'";
const RECEIPT = "NEW.state = 'done'";

const wish = { search: { filter: { field: "source", op: "eq", value: "killed" } }, format: "csv" };

/** What a web process does when somebody exports: the request, through the real route. */
const oneRequest = (): string[] =>
  processes.node("tests/support/one-request.ts", manager.userId, "/api/leads/bulk-export", JSON.stringify(wish));

async function expectWhole(exportId: string, attempts: number): Promise<void> {
  const { body } = await client(manager).get<ExportView>(`/api/exports/${exportId}`);
  expect(body).toMatchObject({ state: "done", receipt: { rows: LEADS, missing: 0 } });
  const row = await house.db.export.findUniqueOrThrow({ where: { id: exportId } });
  expect(row.attempts).toBe(attempts);
  const directory = join(house.container.env.FILES_DIR, "exports");
  const files = (await readdir(directory)).filter((name) => name.startsWith(exportId) && !name.endsWith(".part"));
  expect(files).toEqual([`${exportId}-${attempts}.csv`]);
  const bytes = await readFile(join(directory, files[0] ?? ""));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(body.receipt?.sha256);
  expect(bytes.toString().trimEnd().split("\n")).toHaveLength(LEADS + 1);
  const audit = await house.db.auditEntry.findMany({ where: { entityId: exportId, action: "export.finished" } });
  expect(audit).toHaveLength(1);
  const died = await house.db.jobFailure.findMany({ where: { jobId: exportId }, orderBy: { at: "asc" } });
  expect(died.map(({ code }) => code)).toEqual(Array.from({ length: attempts - 1 }, () => "interrupted"));
}

const drain = () =>
  client().get<{ worked_on: number; left: number }>("/api/cron/exports", {
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });

it(
  "ends an export once and whole, whose workers are killed in its midst and before its receipt",
  async () => {
    const begun = await client(manager).post<{ export: ExportView }>("/api/leads/bulk-export", {
      ...wish,
      as_job: true,
    });
    expect(begun.status).toBe(202);
    const { export_id } = begun.body.export;
    await killAt(FIRST_BEAT, () => processes.start(processes.node("scripts/worker.ts")));
    await killAt(RECEIPT, () => processes.start(processes.node("scripts/worker.ts")));
    // Nobody is there any more but the cron call.
    expect((await drain()).body).toMatchObject({ worked_on: 1, left: 0 });
    await expectWhole(export_id, 3);
  },
  TIMEOUT_MS,
);

it(
  "ends an export once and whole, whose web process is killed while its person waits, without any worker",
  async () => {
    const before = await house.db.export.count();
    await killAt(FIRST_BEAT, () => processes.start(oneRequest()));
    expect(await house.db.export.count()).toBe(before + 1);
    const { id } = await house.db.export.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
    expect((await drain()).body).toMatchObject({ worked_on: 1, left: 0 });
    await expectWhole(id, 2);
  },
  TIMEOUT_MS,
);

it(
  "fails with its reason where the disk has no room left, leaves nothing, and is whole when it is tried again",
  async () => {
    // A file of this process may have 32 KiB: the kernel refuses the next byte, as it does on a full disk.
    const limited = 'trap \'\' XFSZ; ulimit -f 32; exec "$0" "$@"';
    const child = processes.start(["bash", "-c", limited, ...oneRequest()], { TSX_DISABLE_CACHE: "1" });
    await new Promise((resolve) => child.once("exit", resolve));
    const { id } = await house.db.export.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
    const failed = await client(manager).get<ExportView>(`/api/exports/${id}`);
    expect(failed.body).toMatchObject({ state: "failed", receipt: null, error: { code: "store_full" } });
    const directory = join(house.container.env.FILES_DIR, "exports");
    expect((await readdir(directory)).filter((name) => name.startsWith(id))).toEqual([]);
    const kept = await house.db.jobFailure.findFirstOrThrow({ where: { jobId: id } });
    expect(kept.error).toMatch(/EFBIG/);
    const again = await client(manager).post(`/api/background-work/jobs/export/${id}/retry`);
    expect(again.status).toBe(200);
    await drain();
    const { body } = await client(manager).get<ExportView>(`/api/exports/${id}`);
    expect(body).toMatchObject({ state: "done", error: null, receipt: { rows: LEADS } });
  },
  TIMEOUT_MS,
);
