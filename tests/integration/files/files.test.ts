import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { systemActor } from "@/lib/principal";
import type { FileView } from "@/modules/files/schemas";
import type { Activity } from "@/modules/leads/schemas";
import { setClock } from "@/tests/support/clock";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import {
  attached,
  type Begun,
  bring,
  brought,
  complete,
  fetched,
  sendSigned,
  sha256,
} from "@/tests/support/files/attach";
import { pdf, png, program, wav, zip } from "@/tests/support/files/samples";
import { CRON_SECRET } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const FILES = join(tmpdir(), `evenhand-attached-${process.pid}`);
const house = testHouse({ overrides: { FILES_DIR: FILES, FILES_PER_LEAD: "12", FILE_MAX_BYTES: "2000000" } });
let manager: TestUser;
let agent: TestAgent;
let lead: string;

beforeAll(async () => {
  manager = await createManager(house.db);
  agent = await createAgent(house.db);
});
beforeEach(async () => {
  await setClock(house.db, 0);
  lead = await createLead(house.db, { assignedTo: agent.agentId });
});
afterAll(() => rm(FILES, { recursive: true, force: true }));

const begin = (body: object, by: TestUser = agent, leadId = lead) =>
  client(by).post<Begun>(`/api/leads/${leadId}/files`, body);
const listed = async (by: TestUser = agent, leadId = lead) =>
  (await client(by).get<{ files: FileView[] }>(`/api/leads/${leadId}/files`)).body.files;
const timeline = async (leadId = lead) =>
  (await client(manager).get<{ activities: Activity[] }>(`/api/leads/${leadId}/activity`)).body.activities;
const sweep = (orphanMs?: number) => house.container.fileSweep.run(systemActor("the tests"), orphanMs);
const kept = async (folder: string): Promise<string[]> => readdir(join(FILES, folder)).catch(() => []);
const audited = async (id: string) =>
  (await house.db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } })).map(({ action }) => action);

interface Page {
  files: FileView[];
  next_cursor: string | null;
}

describe("a file", () => {
  it("is announced, brought and looked at; then it is the lead's, and its timeline says so", async () => {
    const bytes = png(30, 20);
    const begun = await begin({ name: "site plan.png", bytes: bytes.length, sha256: sha256(bytes) });
    expect(begun.status).toBe(201);
    const { file, upload } = begun.body;
    expect(file).toMatchObject({ state: "pending", media_type: null, content_url: null, removable: true });
    expect(await listed()).toEqual([]);
    expect((await complete(agent, file.file_id)).body.code).toBe("file_not_uploaded");
    expect((await bring(upload, bytes)).status).toBe(200);
    const done = await complete(agent, file.file_id);
    const { name } = await house.db.user.findUniqueOrThrow({ where: { id: agent.userId } });
    expect(done.body.file.uploaded_by_name).toBe(name);
    expect(done.body.file).toMatchObject({
      ...{ state: "ready", name: "site plan.png", bytes: bytes.length, media_type: "image/png", group: "image" },
      ...{ sha256: sha256(bytes), width: 30, height: 20, uploaded_by: agent.email, expires_at: null },
    });
    expect((await complete(agent, file.file_id)).body).toEqual(done.body);
    expect(await listed(manager)).toEqual([done.body.file]);
    const [entry] = await timeline();
    expect(entry).toMatchObject({ type: "file", actor: agent.email, data: { name: "site plan.png" } });
    expect(await audited(file.file_id)).toEqual(["file.upload_begun", "file.attached"]);
    expect(await kept("uploads")).not.toContain(file.file_id);
  });

  it("is shown where it stands when it cannot act, and downloaded by its name", async () => {
    const sound = wav();
    const file = await attached(agent, lead, "Anruf für Žofie.wav", sound);
    const shown = await fetched(manager, file.content_url);
    expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "audio/wav"]);
    expect(shown.headers.get("content-disposition")).toMatch(/^inline; /);
    expect(shown.headers.get("x-content-type-options")).toBe("nosniff");
    expect(shown.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(sha256(new Uint8Array(await shown.arrayBuffer()))).toBe(file.sha256);
    const part = await fetched(manager, file.content_url, "bytes=44-47");
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 44-47/${sound.length}`]);
    const saved = await fetched(manager, file.download_url);
    expect(saved.headers.get("content-disposition")).toBe(
      `attachment; filename="Anruf f?r ?ofie.wav"; filename*=UTF-8''Anruf%20f%C3%BCr%20%C5%BDofie.wav`,
    );
    await saved.body?.cancel();
    expect(await audited(file.file_id)).toEqual(expect.arrayContaining(["file.played", "file.downloaded"]) as string[]);
  });

  it.each([
    ["page.html", Buffer.from("<html><script>alert(1)</script></html>"), "text/plain"],
    ["drawing.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "text/plain"],
    ["contract.pdf", pdf(), "application/pdf"],
    ["huge.png", png(20_000, 20_000), "image/png"],
  ])("%s is never shown where it stands", async (name, bytes, mediaType) => {
    const file = await attached(agent, lead, name, bytes);
    expect(file).toMatchObject({ name, media_type: mediaType, content_url: null });
    const refused = await client(agent).get(`/api/files/${file.file_id}/content`);
    expect([refused.status, refused.body.code]).toEqual([422, "not_for_showing"]);
    const saved = await fetched(agent, file.download_url);
    expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(saved.headers.get("content-type")).toMatch(mediaType === "text/plain" ? /^text\/plain/ : mediaType);
    await saved.body?.cancel();
  });

  it("is what its bytes say, whatever its name", async () => {
    expect(await attached(agent, lead, "photo.jpg", png())).toMatchObject({
      name: "photo.png",
      media_type: "image/png",
    });
    expect(await attached(agent, lead, "../../etc/passwd", pdf())).toMatchObject({ name: "passwd.pdf" });
    const disguised = await brought(agent, lead, "holiday.png", program());
    const refused = await complete(agent, disguised.file_id);
    expect([refused.status, refused.body.code]).toEqual([422, "type_not_allowed"]);
    expect(await listed()).toHaveLength(2);
    expect(await kept("files")).toHaveLength(await house.db.leadFile.count({ where: { state: "ready" } }));
  });

  it("is announced once by requests with one key, and attached once by two at the same time", async () => {
    const idempotencyKey = newId();
    const request = { name: "a.pdf", bytes: pdf().length };
    const send = () => client(agent).post<Begun>(`/api/leads/${lead}/files`, request, { idempotencyKey });
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(await house.db.leadFile.count({ where: { leadId: lead } })).toBe(1);
    await bring(first.body.upload, pdf());
    const id = first.body.file.file_id;
    const both = await Promise.all([complete(agent, id), complete(manager, id)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await timeline()).filter(({ type }) => type === "file")).toHaveLength(1);
    const { objectKey } = await house.db.leadFile.findUniqueOrThrow({ where: { id } });
    expect((await kept("files")).filter((name) => name.startsWith(id))).toEqual([objectKey?.slice("files/".length)]);
  });

  it("stays what was looked at, though its upload address is still good", async () => {
    const begun = (await begin({ name: "a.pdf", bytes: pdf().length })).body;
    await bring(begun.upload, pdf("hello"));
    await complete(agent, begun.file.file_id);
    expect((await bring(begun.upload, pdf("other"))).status).toBe(200);
    const { file } = (await complete(agent, begun.file.file_id)).body;
    const saved = await fetched(agent, file.download_url);
    expect(await saved.text()).toContain("hello");
  });
});

describe("who may", () => {
  it("see a lead sees its files; who brought one, and managers, take it away and bring it back", async () => {
    const other = await createAgent(house.db);
    const free = await createLead(house.db);
    const theirs = await attached(other, free, "theirs.pdf", pdf());
    const path = `/api/files/${theirs.file_id}`;
    expect(await listed(agent, free)).toMatchObject([{ file_id: theirs.file_id, removable: false }]);
    expect((await client(agent).delete(path)).status).toBe(403);
    expect((await client(agent).post(`${path}/restore`)).status).toBe(403);
    const mine = await attached(agent, lead, "mine.pdf", pdf());
    for (const url of ["", "/content", "/download"].map((end) => `/api/files/${mine.file_id}${end}`)) {
      expect((await client(other).get(url)).status, url).toBe(404);
    }
    expect((await client(other).get(`/api/leads/${lead}/files`)).status).toBe(404);
    expect((await begin({ name: "x.pdf", bytes: 5 }, other)).status).toBe(404);
    expect((await client(other).delete(`/api/files/${mine.file_id}`)).status).toBe(404);
    expect((await client(manager).delete(`/api/files/${mine.file_id}`)).status).toBe(200);
    const pending = (await begin({ name: "x.pdf", bytes: 5 }, other, free)).body.file;
    expect((await complete(agent, pending.file_id)).status).toBe(404);
  });
});

describe("a removed file", () => {
  it("is gone at once, comes back within a month, and is erased after it", async () => {
    const file = await attached(agent, lead, "a.pdf", pdf());
    const path = `/api/files/${file.file_id}`;
    const removed = await client(agent).delete<{ file: FileView }>(path);
    expect(removed.body.file).toMatchObject({ state: "removed", download_url: null });
    expect((await client(agent).delete(path)).body).toEqual(removed.body);
    expect(await listed()).toEqual([]);
    expect((await client(agent).get(`${path}/download`)).status).toBe(404);
    await setClock(house.db, 29 * 86_400);
    await sweep();
    const restored = await client(agent).post<{ file: FileView }>(`${path}/restore`);
    expect(restored.body.file).toEqual(file);
    await (await fetched(agent, file.download_url)).text();
    expect((await timeline()).map(({ type }) => type)).toEqual(["file_restored", "file_removed", "file"]);

    await client(agent).delete(path);
    await setClock(house.db, 60 * 86_400);
    expect((await client(agent).post(`${path}/restore`)).status).toBe(404);
    expect((await sweep()).erased).toBeGreaterThan(0);
    expect(await sweep()).toMatchObject({ erased: 0 });
    expect((await kept("files")).filter((name) => name.startsWith(file.file_id))).toEqual([]);
    expect(await house.db.leadFile.count({ where: { id: file.file_id } })).toBe(0);
    expect((await audited(file.file_id)).at(-1)).toBe("file.erased");
  });
});

describe("the sweep", () => {
  it("erases what was announced and never completed, brought or not", async () => {
    const waiting = await brought(agent, lead, "a.pdf", pdf());
    const given = await brought(agent, lead, "b.pdf", pdf());
    expect((await client(agent).delete(`/api/files/${given.file_id}`)).status).toBe(200);
    expect((await client(agent).get(`/api/files/${given.file_id}`)).status).toBe(404);
    await sweep();
    expect(await kept("uploads")).toContain(waiting.file_id);
    expect(await kept("uploads")).not.toContain(given.file_id);
    await setClock(house.db, 3_700);
    expect((await complete(agent, waiting.file_id)).body.code).toBe("upload_expired");
    await sweep();
    expect(await kept("uploads")).not.toContain(waiting.file_id);
    expect((await complete(agent, waiting.file_id)).status).toBe(404);
  });

  it("is made by the cron route where there is no worker, and by nobody without the secret", async () => {
    const { file_id } = await brought(agent, lead, "never completed.pdf", pdf());
    await setClock(house.db, 2 * 3_600);
    const draft = join(FILES, "files", "begun.part");
    await writeFile(draft, "half of it");
    const longAgo = new Date(Date.now() - 90_000_000);
    await utimes(draft, longAgo, longAgo);
    const drain = (secret: string) =>
      client().get("/api/cron/files", { headers: { authorization: `Bearer ${secret}` } });
    expect((await drain("no")).status).toBe(401);
    expect((await drain(CRON_SECRET)).body).toMatchObject({ success: true, erased: 1, drafts: 1 });
    expect((await drain(CRON_SECRET)).body).toMatchObject({ erased: 0, drafts: 0 });
    expect(await house.db.leadFile.count({ where: { id: file_id } })).toBe(0);
    await setClock(house.db, 0);
  });

  it("finds bytes that belong to nothing, in both folders, and leaves those of files and of this day", async () => {
    await sweep(-60_000); // What earlier tests have left, whatever its age.
    const file = await attached(agent, lead, "a.pdf", pdf());
    const pending = await brought(agent, lead, "b.pdf", pdf());
    const late = await attached(agent, lead, "c.pdf", pdf());
    const { store } = house.container.storage;
    const strays = [
      `files/${newId()}.0123`,
      `files/${file.file_id}.0123`,
      `uploads/${newId()}`,
      `uploads/${late.file_id}`,
    ];
    const young = `files/${newId()}.4567`;
    async function* one() {
      yield Buffer.from("stray");
    }
    for (const key of [...strays, young]) await store.put(key, one());
    const dayBefore = new Date(Date.now() - 90_000_000);
    const all = (await kept("files")).map((name) => `files/${name}`).filter((key) => key !== young);
    const uploads = (await kept("uploads")).map((name) => `uploads/${name}`);
    for (const key of [...all, ...uploads]) await utimes(join(FILES, key), dayBefore, dayBefore);
    expect(await sweep()).toMatchObject({ orphans: strays.length });
    for (const key of strays) expect(await store.size(key), key).toBeUndefined();
    expect(await store.size(young)).toBe(5);
    expect(await store.size(`uploads/${pending.file_id}`)).toBe(pdf().length);
    await (await fetched(agent, file.download_url)).text();
    expect(await sweep()).toMatchObject({ orphans: 0 });
  });
});

describe("a merge", () => {
  it("takes files along, also those on their way; taking it back brings them back", async () => {
    const [one, two] = [await createLead(house.db), await createLead(house.db)];
    const file = await attached(manager, two, "a.pdf", pdf());
    const pending = await brought(manager, two, "b.pdf", pdf());
    await client(manager).post(`/api/leads/${one}/merge`, { other_lead_id: two });
    expect(await listed(manager, one)).toMatchObject([{ file_id: file.file_id, lead_id: one }]);
    expect((await client(manager).get(`/api/leads/${two}/files`)).body.code).toBe("lead_merged");
    const undone = await client(manager).post(`/api/leads/${two}/unmerge`);
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(await listed(manager, one)).toEqual([]);
    expect(await listed(manager, two)).toMatchObject([{ file_id: file.file_id }]);

    await client(manager).post(`/api/leads/${one}/merge`, { other_lead_id: two });
    const done = await complete(manager, pending.file_id);
    expect(done.body.file).toMatchObject({ state: "ready", lead_id: one });
    expect(await listed(manager, one)).toHaveLength(2);
  });
});

describe("bad input", () => {
  it.each([
    [{ name: "a.pdf", bytes: 10_737_418_240 }, 413, "file_too_large"],
    [{ name: "a.pdf", bytes: 2_000_001 }, 413, "file_too_large"],
    [{ name: "a.pdf", bytes: 0 }, 400, "invalid_request"],
    [{ name: "a.pdf", bytes: 1.5 }, 400, "invalid_request"],
    [{ name: "", bytes: 5 }, 400, "invalid_request"],
    [{ name: "a.pdf", bytes: 5, sha256: "x" }, 400, "invalid_request"],
    [{ name: "a\u0000.pdf", bytes: 5 }, 400, "invalid_text"],
  ])("%j is %i %s", async (body, status, code) => {
    const answer = await begin(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await house.db.leadFile.count({ where: { leadId: lead } })).toBe(0);
  });

  it("of other length than announced is refused, and leaves nothing", async () => {
    const { file, upload } = (await begin({ name: "a.pdf", bytes: 20 })).body;
    for (const length of [19, 21, 1_000_000]) {
      const put = await bring(upload, Buffer.alloc(length, 65));
      expect(put.status).toBe(400);
    }
    // Of ten gigabytes, by what it says, nothing is read; without saying how long it is, and for ever, it is cut off as
    // soon as it is too long.
    let asked = 0;
    const sendEndless = (headers: Record<string, string>) => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        asked += 1;
        controller.enqueue(new Uint8Array(65_536));
      };
      const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
      return sendSigned(upload.url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
    };
    expect((await sendEndless({ "content-length": String(10 * 2 ** 30) })).status).toBe(400);
    expect(asked).toBe(0);
    expect((await sendEndless({})).status).toBe(400);
    expect(asked).toBeLessThan(10);
    expect((await kept("uploads")).filter((name) => name.startsWith(file.file_id))).toEqual([]);
    const text = Buffer.from("A text of 20 letters");
    expect((await bring(upload, text)).status).toBe(200);
    expect((await complete(agent, file.file_id)).body.file).toMatchObject({ name: "a.txt", media_type: "text/plain" });
  });

  it("is said to be what it is not: it can be brought again", async () => {
    const bytes = pdf("right");
    const { file, upload } = (await begin({ name: "a.pdf", bytes: bytes.length, sha256: sha256(bytes) })).body;
    await bring(upload, pdf("wrong"));
    const refused = await complete(agent, file.file_id);
    expect([refused.status, refused.body.code]).toEqual([422, "checksum_differs"]);
    await bring(upload, bytes);
    expect((await complete(agent, file.file_id)).body.file).toMatchObject({ state: "ready" });
  });

  it.each([
    ["bomb.zip", zip([{ name: "a", data: Buffer.alloc(50), unpacked: 4_000_000_000 }]), "archive_too_large"],
    [
      "many.zip",
      zip(Array.from({ length: 20_001 }, (_, at) => ({ name: `${at}`, data: Buffer.alloc(0) }))),
      "archive_too_large",
    ],
    ["cut.zip", zip([{ name: "a", data: Buffer.alloc(5_000, 1) }]).subarray(0, 4_000), "archive_damaged"],
    ["bomb.docx", zip([{ name: "word/a", data: Buffer.alloc(9), unpacked: 2_000_000_000 }]), "archive_too_large"],
    ["unknown.bin", Buffer.from([0, 1, 2, 3, 250, 251]), "type_not_allowed"],
    [
      "old.doc.exe",
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]),
      "type_not_allowed",
    ],
  ])("%s is refused", async (name, bytes, code) => {
    const file = await brought(agent, lead, name, bytes);
    const answer = await complete(agent, file.file_id);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect((await kept("files")).filter((one) => one.startsWith(file.file_id))).toEqual([]);
  });

  it("takes an honest archive", async () => {
    const bytes = zip([
      { name: "a.txt", data: Buffer.from("hello") },
      { name: "b.txt", data: Buffer.alloc(50_000, 66) },
    ]);
    expect(await attached(agent, lead, "papers.zip", bytes)).toMatchObject({ group: "archive" });
  });

  it("beyond what a lead may have, and what one person may have on its way", async () => {
    for (let at = 0; at < 12; at += 1) expect((await begin({ name: "a.pdf", bytes: 5 })).status).toBe(201);
    const full = await begin({ name: "a.pdf", bytes: 5 });
    expect([full.status, full.body.code]).toEqual([409, "too_many_files"]);
    const busy = await createManager(house.db);
    await house.db.leadFile.updateMany({ where: { leadId: lead }, data: { createdBy: busy.userId } });
    const elsewhere = await createLead(house.db);
    await house.db.$executeRaw`
      INSERT INTO lead_files (id, lead_id, state, name, bytes, created_by, created_by_label, created_at, expires_at)
      SELECT gen_random_uuid(), ${elsewhere}::uuid, 'pending', 'a', 1, ${busy.userId}::uuid, 'x', now(), now() + '1 hour'
      FROM generate_series(1, 38)`;
    const many = await begin({ name: "a.pdf", bytes: 5 }, busy, await createLead(house.db));
    expect([many.status, many.body.code]).toEqual([429, "too_many_uploads"]);
  });

  it("a list that is asked for in pages has each file once", async () => {
    for (const name of ["1.pdf", "2.pdf", "3.pdf"]) await attached(agent, lead, name, pdf());
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path = `/api/leads/${lead}/files?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const page: Page = (await client(agent).get<Page>(path)).body;
      seen.push(...page.files.map(({ name }) => name));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(["3.pdf", "2.pdf", "1.pdf"]);
  });
});
