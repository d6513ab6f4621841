import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readXlsx } from "hucre/xlsx";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import type { ExportView } from "@/modules/exports/schemas";
import { restored } from "@/modules/leads/domain/lead-export";
import { setClock } from "@/tests/support/clock";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const FILES = join(tmpdir(), `evenhand-exports-${process.pid}`);
const house = testHouse({ overrides: { FILES_DIR: FILES } });
const PATH = "/api/leads/bulk-export";
let manager: TestUser;
let agent: TestAgent;

const bySource = (source: string) => ({
  search: { filter: { field: "source", op: "eq", value: source }, sort: { field: "name" } },
});

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
});

beforeEach(() => setClock(house.db, 0));

interface Accepted {
  success: boolean;
  export: ExportView;
}

const readOne = async (id: string, by: TestUser = manager) =>
  (await client(by).get<ExportView>(`/api/exports/${id}`)).body;

async function asJob(body: object, by: TestUser = manager): Promise<ExportView> {
  const answer = await client(by).post<Accepted>(PATH, { ...body, as_job: true });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.export;
}

async function worked(body: object, by: TestUser = manager): Promise<ExportView> {
  const { export_id } = await asJob(body, by);
  await house.container.exportJobs.work("the tests", 5);
  return readOne(export_id, by);
}

async function bytesOf(id: string): Promise<Buffer> {
  const row = await house.db.export.findUniqueOrThrow({ where: { id } });
  const stored = await house.container.files.get(row.fileKey ?? "");
  if (!stored) throw new Error("there is no file");
  return Buffer.from(await new Response(stored.stream).arrayBuffer());
}

/** Fields of a line of CSV. */
const fields = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, field = ""]) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field))
    .slice(0, -1);

const files = async (): Promise<string[]> => {
  const all = await readdir(FILES, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map(({ name }) => name);
};

describe("a small export", () => {
  const source = "small";
  const names = ["=HYPERLINK(1)", 'a "b", c', "@x", "été\ttab", "plain"];

  beforeAll(async () => {
    const [first = ""] = names;
    await createLead(house.db, {
      name: first,
      phone: "+15550001111",
      email: "a@example.com",
      source,
      tags: ["vip", "a, b", '"q"'],
      assignedTo: agent.agentId,
      assignedAt: new Date("2026-02-03T04:05:06.789Z"),
      createdAt: new Date("2026-01-02T03:04:05.006Z"),
    });
    for (const name of names.slice(1)) await createLead(house.db, { name, phone: "+15550002222", source });
  });

  it("is the file itself, as CSV that no spreadsheet computes, with its receipt", async () => {
    const columns = ["name", "phone", "email", "tags", "assigned_agent", "assigned_at", "created_at", "notes_count"];
    const answer = await client(manager).post<string>(PATH, { ...bySource(source), format: "csv", columns });
    expect(answer.status, answer.body).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="leads-[\d-]+\.csv"$/);
    const [head, ...lines] = answer.body.trimEnd().split("\n");
    expect(head).toBe(columns.join(","));
    expect(lines.map((line) => restored(fields(line)[0] ?? "")).toSorted()).toEqual(names.toSorted());
    expect(lines.map((line) => fields(line)[0])).toContain("'=HYPERLINK(1)");
    expect(fields(lines.find((line) => line.includes("HYPERLINK")) ?? "")).toEqual([
      "'=HYPERLINK(1)",
      "'+15550001111",
      "a@example.com",
      'vip, "a, b", """q"""',
      agent.email,
      "2026-02-03T04:05:06.789Z",
      "2026-01-02T03:04:05.006Z",
      "0",
    ]);
    const made = await readOne(answer.headers.get("export-id") ?? "");
    expect(made).toMatchObject({ state: "done", format: "csv", mine: true, progress: { processed: 5, total: 5 } });
    const hash = createHash("sha256").update(answer.body);
    expect(made.receipt).toMatchObject({
      rows: 5,
      missing: 0,
      bytes: Buffer.byteLength(answer.body),
      sha256: hash.copy().digest("hex"),
    });
    expect(answer.headers.get("repr-digest")).toBe(`sha-256=:${hash.digest("base64")}:`);
    const audited = await house.db.auditEntry.findMany({ where: { entityId: made.export_id }, orderBy: { id: "asc" } });
    expect(audited.map(({ action }) => action)).toEqual(["export.created", "export.finished", "export.downloaded"]);
  });

  it("as XLSX has texts as texts, times as dates and numbers as numbers", async () => {
    const columns = ["name", "phone", "assigned_at", "notes_count"];
    const made = await worked({ ...bySource(source), format: "xlsx", columns });
    expect(made.state).toBe("done");
    const book = await readXlsx(await bytesOf(made.export_id));
    const [head, ...rows] = book.sheets[0]?.rows ?? [];
    expect(head).toEqual(["Name", "Phone", "Assigned at (UTC)", "Notes"]);
    expect(rows.map(([name]) => String(name)).toSorted()).toEqual(names.toSorted());
    const [, phone, at, notes] = rows.find(([name]) => name === "=HYPERLINK(1)") ?? [];
    expect([phone, notes]).toEqual(["+15550001111", 0]);
    expect(Math.abs(new Date(at as Date).getTime() - Date.parse("2026-02-03T04:05:06.789Z"))).toBeLessThan(1_000);
  });

  it("as PDF has a cover and as many pages as its table takes", async () => {
    await createLeads(house.db, 60, { source: "report", name: "Žofie Пётр" });
    const made = await worked({ ...bySource("report"), format: "pdf" });
    expect(made).toMatchObject({ state: "done", receipt: { rows: 60 } });
    const text = (await bytesOf(made.export_id)).toString("latin1");
    expect(text.startsWith("%PDF-1.")).toBe(true);
    expect(text.trimEnd().endsWith("%%EOF")).toBe(true);
    // 27 rows a page.
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1 + 3);
    expect(text).not.toContain("noto-sans");
  });

  it("as PDF bears the letters of other alphabets, and of their typefaces no more than it uses", async () => {
    for (const name of ["山田さん", "김철수", "محمد علي", "שלום"]) {
      await createLead(house.db, { name, phone: "+15550002222", source: "letters" });
    }
    const made = await worked({ ...bySource("letters"), format: "pdf" });
    const text = (await bytesOf(made.export_id)).toString("latin1");
    const faces = [...text.matchAll(/\/FontName \/\w+\+noto-sans-([a-z]+)/g)].map(([, family]) => family);
    expect([...new Set(faces)].toSorted()).toEqual(["arabic", "hebrew", "jp", "kr"]);
    expect(text.length).toBeLessThan(100_000);
  });

  it("is the same file again for a repeat with the same key, and refused for another request", async () => {
    const idempotencyKey = newId();
    const body = { ...bySource(source), format: "csv" };
    const first = await client(manager).post<string>(PATH, body, { idempotencyKey });
    const again = await client(manager).post<string>(PATH, body, { idempotencyKey });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get("export-id")).toBe(first.headers.get("export-id"));
    const other = await client(manager).post(PATH, { ...body, format: "xlsx" }, { idempotencyKey });
    expect([other.status, other.body.code]).toEqual([422, "idempotency_key_reused"]);
  });

  it("of named leads keeps their order and says how many are missing", async () => {
    const [one = "", two = "", gone = ""] = await createLeads(house.db, 3);
    await house.db.lead.update({ where: { id: gone }, data: { deletedAt: new Date() } });
    const body = { lead_ids: [two, gone, one, two, "no id"], format: "csv", columns: ["lead_id"] };
    const answer = await client(manager).post<string>(PATH, body);
    expect(answer.body).toBe(`lead_id\n${two}\n${one}\n`);
    const made = await readOne(answer.headers.get("export-id") ?? "");
    expect(made).toMatchObject({
      receipt: { rows: 2, missing: 2 },
      selection: { lead_ids: 4, words: "4 chosen leads" },
    });
  });
});

describe("what an agent exports", () => {
  it("is what they may see; theirs are seen by them and by managers only", async () => {
    const other = await createAgent(house.db);
    await createLead(house.db, { name: "mine", source: "seen", assignedTo: agent.agentId });
    await createLead(house.db, { name: "free", source: "seen" });
    const theirs = await createLead(house.db, { name: "theirs", source: "seen", assignedTo: other.agentId });
    const body = { ...bySource("seen"), format: "csv", columns: ["name"] };
    const answer = await client(agent).post<string>(PATH, body);
    expect(answer.body).toBe("name\nfree\nmine\n");
    const named = await client(agent).post<string>(PATH, { lead_ids: [theirs], format: "csv", columns: ["name"] });
    expect(named.body).toBe("name\n");
    const id = answer.headers.get("export-id") ?? "";
    for (const path of [`/api/exports/${id}`, `/api/exports/${id}/download`]) {
      expect((await client(other).get(path)).status).toBe(404);
      expect((await client(manager).get(path)).status).toBe(200);
    }
    expect((await client(other).post(`/api/exports/${id}/cancel`)).status).toBe(404);
    const list = await client(agent).get<{ exports: ExportView[] }>("/api/exports");
    expect(list.body.exports.map(({ mine }) => mine)).toEqual([true, true]);
    const pages = await client(manager).get<{ exports: ExportView[]; next_cursor: string }>("/api/exports?limit=1");
    const next = await client(manager).get<{ exports: ExportView[] }>(
      `/api/exports?limit=1&cursor=${pages.body.next_cursor}`,
    );
    expect(next.body.exports[0]?.export_id).toBe(id);
  });
});

describe("a job", () => {
  const body = { ...bySource("job"), format: "csv", columns: ["name"] };

  beforeAll(() => createLeads(house.db, 30, { source: "job" }));

  it("is done by a worker; its link needs no sign-in, and is good for one file and some minutes", async () => {
    const made = await worked(body);
    expect(made).toMatchObject({ state: "done", receipt: { rows: 30 }, error: null });
    const file = await client().get<string>(made.download_url ?? "");
    expect([file.status, file.body.split("\n")]).toEqual([200, expect.objectContaining({ length: 32 })]);
    const other = await worked(body);
    const token = new URL(made.download_url ?? "", "http://x").searchParams.get("token") ?? "";
    for (const path of [`/api/exports/${other.export_id}/file?token=${token}`, `${made.download_url}x`]) {
      expect([(await client().get(path)).body.code, path]).toEqual(["link_not_valid", path]);
    }
    await setClock(house.db, 16 * 60);
    expect((await client().get(made.download_url ?? "")).body.code).toBe("link_not_valid");
    await setClock(house.db, 0);
    const someone = await createManager(house.db);
    const theirs = await readOne(made.export_id, someone);
    await house.db.user.update({ where: { id: someone.userId }, data: { disabledAt: new Date() } });
    expect((await client().get(theirs.download_url ?? "")).body.code).toBe("link_not_valid");
  });

  it("is fetched on from where a download broke off, and anew when it is another file", async () => {
    const { export_id: id, download_url: link, receipt } = await worked(body);
    const whole = await client(manager).get<string>(`/api/exports/${id}/download`);
    const etag = whole.headers.get("etag") ?? "";
    expect([whole.headers.get("accept-ranges"), etag]).toEqual(["bytes", `"${receipt?.sha256}"`]);
    const fetched = (range: string, ifRange?: string) =>
      client().get<string>(link ?? "", { headers: { range, ...(ifRange && { "if-range": ifRange }) } });

    const rest = await fetched("bytes=7-", etag);
    expect([rest.status, rest.body]).toEqual([206, whole.body.slice(7)]);
    const size = Buffer.byteLength(whole.body);
    expect(rest.headers.get("content-range")).toBe(`bytes 7-${size - 1}/${size}`);
    expect(rest.headers.get("repr-digest")).toBe(whole.headers.get("repr-digest"));
    expect((await fetched("bytes=7-", '"another"')).body).toBe(whole.body);

    const downloads = () => house.db.auditEntry.count({ where: { entityId: id, action: "export.downloaded" } });
    const before = await downloads();
    const beyond = await fetched(`bytes=${size}-`, etag);
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
    expect([before, await downloads()]).toEqual([3, 3]);
  });

  it("is kept for a day: then the file is gone and the receipt stays", async () => {
    const made = await worked(body);
    const name = `${made.export_id}-1.csv`;
    expect(await files()).toContain(name);
    await setClock(house.db, 25 * 3_600);
    await house.container.exportJobs.sweep();
    expect(await files()).not.toContain(name);
    expect(await readOne(made.export_id)).toMatchObject({
      state: "expired",
      download_url: null,
      receipt: { rows: 30 },
    });
    const answer = await client(manager).get(`/api/exports/${made.export_id}/download`);
    expect([answer.status, answer.body.code]).toEqual([410, "export_expired"]);
  });

  it("is cancelled before it begins and in the middle; nothing of it is left", async () => {
    const waiting = await asJob(body);
    const early = await client(manager).get(`/api/exports/${waiting.export_id}/download`);
    expect([early.status, early.body.code]).toEqual([409, "export_not_ready"]);
    await client(manager).post(`/api/exports/${waiting.export_id}/cancel`);
    await house.container.exportJobs.work("the tests", 5);
    expect(await readOne(waiting.export_id)).toMatchObject({ state: "cancelled", receipt: null });

    const running = await asJob(body);
    await house.db.export.update({
      where: { id: running.export_id },
      data: { state: "running", lockedBy: "another", lockedUntil: new Date(Date.now() - 1_000) },
    });
    await client(manager).post(`/api/exports/${running.export_id}/cancel`);
    expect(await readOne(running.export_id)).toMatchObject({ state: "running", cancel_requested: true });
    await house.container.exportRunner.run(running.export_id, "the tests");
    expect(await readOne(running.export_id)).toMatchObject({ state: "cancelled", receipt: null });
    expect((await files()).filter((name) => name.startsWith(running.export_id))).toEqual([]);
  });

  it("goes on with another runner once its process is dead, three times at most", async () => {
    const { export_id: id } = await asJob(body);
    const dead = { state: "running", lockedBy: "dead", lockedUntil: new Date(Date.now() + 10_000), attempts: 1 };
    await house.db.export.update({ where: { id }, data: dead });
    expect(await house.container.exportRunner.run(id, "the tests")).toBe("elsewhere");
    await setClock(house.db, 60);
    expect(await house.container.exportJobs.sweep()).toMatchObject({ found: 1 });
    await house.container.exportJobs.work("the tests", 5);
    expect(await readOne(id)).toMatchObject({ state: "done", receipt: { rows: 30 } });

    const { export_id: deadly } = await asJob(body);
    await house.db.export.update({ where: { id: deadly }, data: { attempts: 3 } });
    await house.container.exportJobs.work("the tests", 5);
    expect(await readOne(deadly)).toMatchObject({ state: "failed", error: { code: "too_many_attempts" } });
    const answer = await client(manager).get(`/api/exports/${deadly}/download`);
    expect([answer.status, answer.body.code]).toEqual([409, "export_failed"]);
  });

  it("is refused beyond ten at once, and without a cron secret", async () => {
    const busy = await createManager(house.db);
    for (let n = 0; n < 10; n += 1) await asJob(body, busy);
    const more = await client(busy).post(PATH, { ...body, as_job: true });
    expect([more.status, more.body.code]).toEqual([429, "too_many_exports"]);
    const drained = await house.container.exportJobs.drain("the tests", 5);
    expect(drained).toMatchObject({ worked_on: 10, left: 0 });
  });
});

it("a report of more than 20,000 leads is refused with the way out", async () => {
  await house.db.$executeRaw`
    INSERT INTO leads (id, name, phone, source) SELECT gen_random_uuid(), 'Many', '+15550003333', 'many'
    FROM generate_series(1, 20001)`;
  const answer = await client(manager).post(PATH, { ...bySource("many"), format: "pdf" });
  expect([answer.status, answer.body.code]).toEqual([422, "report_too_long"]);
  const csv = await client(manager).post(PATH, { ...bySource("many"), format: "csv" });
  expect(csv.status).toBe(202);
});
