import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { systemActor } from "@/lib/principal";
import type { ExportView } from "@/modules/exports/schemas";
import type { FileView } from "@/modules/files/schemas";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { attached, type Begun, bring, brought, complete, fetched } from "@/tests/support/files/attach";
import { pdf, png, zip } from "@/tests/support/files/samples";
import { client } from "@/tests/support/http";
import { s3Server, type S3Server } from "@/tests/support/storage/s3-server";
import { testHouse } from "@/tests/support/test-house";

// The environment names the bucket before the house is opened; the server behind it is started right here.
const server: S3Server = await s3Server();
const { bucket, endpoint = "", credentials } = server.settings;
const house = testHouse({
  overrides: {
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY_ID: credentials?.accessKeyId ?? "",
    S3_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? "",
  },
});
let manager: TestUser;
let lead: string;
// The product begins while nothing answers there.
await server.stop();

beforeAll(async () => {
  manager = await createManager(house.db);
  lead = await createLead(house.db);
});
afterAll(async () => {
  vi.useRealTimers();
  // The next file of this process has its files on disk.
  for (const name of Object.keys(process.env).filter((one) => one.startsWith("S3_"))) delete process.env[name];
  await server.close();
});

const keys = async (folder: string) =>
  (await house.container.storage.store.list(folder, undefined, 100)).map(({ key }) => key);

it("a bucket that is away when the product begins keeps nothing else from working, and is used once it is there", async () => {
  expect((await client().get("/api/health")).body).toMatchObject({ status: "ok", files: "away" });
  expect((await client(manager).patch(`/api/leads/${lead}`, { name: "Changed meanwhile" })).status).toBe(200);
  const search = { filter: { field: "name", op: "eq", value: "Changed meanwhile" } };
  const wish = { search, format: "csv", as_job: true };
  const made = await client(manager).post<{ export: ExportView }>("/api/leads/bulk-export", wish);
  const { export_id: id } = made.body.export;
  await house.container.exportJobs.work("the tests", 5);
  const read = async () => (await client(manager).get<ExportView>(`/api/exports/${id}`)).body;
  expect(await read()).toMatchObject({ state: "failed", error: { code: "store_away" } });
  await server.start();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  await client(manager).post(`/api/background-work/jobs/export/${id}/retry`);
  await house.container.exportJobs.work("the tests", 5);
  vi.useRealTimers();
  expect(await read()).toMatchObject({ state: "done", error: null, receipt: { rows: 1 } });
});

it("a file in a bucket goes there and comes from there, and the bucket knows of it no more once it is erased", async () => {
  const bytes = png(30, 20);
  const file = await attached(manager, lead, "plan.png", bytes);
  expect(file).toMatchObject({ state: "ready", media_type: "image/png", width: 30 });
  const led = await client(manager).get(file.content_url ?? "");
  expect(led.headers.get("location")).toContain(`${endpoint}/${bucket}/files/${file.file_id}.`);
  const shown = await fetched(manager, file.content_url, "bytes=1-3");
  expect([shown.status, shown.headers.get("content-type"), await shown.text()]).toEqual([206, "image/png", "PNG"]);
  const saved = await fetched(manager, file.download_url);
  expect(saved.headers.get("content-disposition")).toBe("attachment; filename=plan.png");
  expect(Buffer.from(await saved.arrayBuffer()).equals(bytes)).toBe(true);
  expect(await keys("uploads")).toEqual([]);
  const bomb = await brought(
    manager,
    lead,
    "bomb.zip",
    zip([{ name: "a", data: randomBytes(900_000), unpacked: 4e9 }]),
  );
  expect((await complete(manager, bomb.file_id)).body.code).toBe("archive_too_large");
  await client(manager).delete(`/api/files/${bomb.file_id}`);
  await client(manager).delete(`/api/files/${file.file_id}`);
  await house.db.leadFile.updateMany({ data: { expiresAt: new Date(0) }, where: { state: "removed" } });
  expect(await house.container.fileSweep.run(systemActor("the tests"))).toMatchObject({ erased: 2 });
  expect([...(await keys("uploads")), ...(await keys("files"))]).toEqual([]);
});

it("while the bucket is away everything says so; what was brought waits, and is completed later", async () => {
  const kept = await attached(manager, lead, "kept.pdf", pdf("kept"));
  const waiting = await brought(manager, lead, "waiting.pdf", pdf("waiting"));
  await server.stop();
  for (let at = 0; at < 5; at += 1) {
    const refused = await complete(manager, waiting.file_id);
    expect([refused.status, refused.body.code]).toEqual([503, "file_store_unavailable"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  // Announcing, listing, removing and restoring need no store.
  const begun = await client(manager).post<Begun>(`/api/leads/${lead}/files`, { name: "new.pdf", bytes: pdf().length });
  expect(begun.status).toBe(201);
  expect((await client(manager).delete(`/api/files/${kept.file_id}`)).status).toBe(200);
  expect((await client(manager).post(`/api/files/${kept.file_id}/restore`)).status).toBe(200);
  await expect(house.container.fileSweep.run(systemActor("the tests"))).rejects.toThrow("cannot be reached");
  await server.start();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  expect((await complete(manager, waiting.file_id)).body.file).toMatchObject({ state: "ready", name: "waiting.pdf" });
  expect((await bring(begun.body.upload, pdf())).status).toBe(200);
  expect((await complete(manager, begun.body.file.file_id)).status).toBe(200);
  const list = await client(manager).get<{ files: FileView[] }>(`/api/leads/${lead}/files`);
  expect(list.body.files.map(({ name }) => name)).toEqual(["new.pdf", "waiting.pdf", "kept.pdf"]);
});

it("exports lie in the bucket too", async () => {
  await createLeads(house.db, 30, { source: "bucket" });
  const search = { filter: { field: "source", op: "eq", value: "bucket" } };
  const answer = await client(manager).post<string>("/api/leads/bulk-export", {
    search,
    format: "csv",
    columns: ["name"],
  });
  expect([answer.status, answer.body.split("\n").length]).toEqual([200, 32]);
  expect(await keys("exports")).toHaveLength(2);
});
