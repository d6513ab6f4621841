import { mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { Prisma } from "@/lib/db/generated/client";
import { literalSql, Snapshot } from "@/lib/db/snapshot";
import { newId } from "@/lib/ids";
import { DiskStore } from "@/lib/storage/disk-store";
import type { ObjectStore } from "@/lib/storage/object-store";
import { csvFile } from "@/modules/exports/adapters/csv-file";
import { ExportRepository } from "@/modules/exports/repositories/export.repository";
import { ExportRunner } from "@/modules/exports/services/export-runner";
import { neutralised } from "@/modules/leads/domain/lead-export";
import { LeadExportRepository } from "@/modules/leads/repositories/lead-export.repository";
import type { LeadsOut } from "@/modules/leads/services/leads-out.service";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { testHouse } from "@/tests/support/test-house";

const POOL = 4;
const house = testHouse({ poolSize: POOL });
type LeadSource = Pick<LeadsOut, "open">;
const silent = { error: () => undefined };
let manager: TestUser;
let directory: string;
const LEADS = 4_000;

beforeAll(async () => {
  manager = await createManager(house.db);
  directory = await mkdtemp(join(tmpdir(), "evenhand-export-"));
  await createLeads(house.db, LEADS, { source: "much" });
});

async function queued(): Promise<string> {
  const id = newId();
  await house.db.export.create({
    data: {
      id,
      createdBy: manager.userId,
      createdByLabel: manager.email,
      format: "csv",
      columns: ["lead_id", "name", "phone"],
      timeZone: "UTC",
      search: { filter: { and: [] }, sort: { field: "created_at", direction: "asc" } },
      state: "queued",
      createdAt: new Date(),
    },
  });
  return id;
}

const runner = (given: { store?: ObjectStore; leads?: LeadSource; onRows?: () => void } = {}): ExportRunner => {
  const leads = given.leads ?? new LeadExportRepository(house.db);
  const unused = () => {
    throw new Error("only CSV here");
  };
  const writers = { csv: csvFile, xlsx: unused, pdf: unused };
  const store = given.store ?? new DiskStore(directory);
  const hooks = given.onRows ? { onRows: given.onRows } : {};
  return new ExportRunner(house.db, new ExportRepository(house.db), leads, writers, store, silent, hooks);
};

const rowOf = (id: string) => house.db.export.findUniqueOrThrow({ where: { id } });
const left = async () => (await readdir(directory, { recursive: true })).filter((name) => name.includes("."));

it("has all leads of one moment, whatever is written meanwhile", async () => {
  const id = await queued();
  const repository = new LeadExportRepository(house.db);
  const meanwhile: LeadSource = {
    open: async (selection) => {
      const snapshot = await repository.open(selection);
      await house.db.lead.updateMany({ data: { name: "changed" } });
      await createLeads(house.db, 5, { name: "late" });
      return snapshot;
    },
  };
  await runner({ leads: meanwhile }).run(id, "one");
  const row = await rowOf(id);
  expect(row).toMatchObject({ state: "done", rows: LEADS, total: LEADS });
  const stored = await new DiskStore(directory).get(row.fileKey ?? "");
  const text = await new Response(stored?.stream).text();
  expect(text.split("\n")).toHaveLength(LEADS + 2);
  expect(text).not.toMatch(/changed|late/);
});

it("says so when the store is full, and leaves nothing", async () => {
  const before = await left();
  const disk = new DiskStore(directory);
  const full: ObjectStore = {
    get: (key) => disk.get(key),
    tidy: () => disk.tidy(),
    remove: (key) => disk.remove(key),
    put: (key, source) =>
      disk.put(
        key,
        (async function* () {
          for await (const chunk of source) {
            yield chunk;
            throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          }
        })(),
      ),
  };
  const id = await queued();
  await runner({ store: full }).run(id, "one");
  expect(await rowOf(id)).toMatchObject({ state: "failed", errorCode: "store_full", fileKey: null });
  expect(await left()).toEqual(before);
});

it("fails loudly when fewer rows come than there are", async () => {
  const before = await left();
  const repository = new LeadExportRepository(house.db);
  const short: LeadSource = {
    open: async (selection) => {
      const snapshot = await repository.open(selection);
      const { csv, end, abort } = {
        csv: snapshot.csv.bind(snapshot),
        end: snapshot.end.bind(snapshot),
        abort: snapshot.abort.bind(snapshot),
      };
      return { ...snapshot, total: snapshot.total + 1, takenAt: snapshot.takenAt, csv, end, abort };
    },
  };
  const id = await queued();
  await runner({ leads: short }).run(id, "one");
  expect(await rowOf(id)).toMatchObject({ state: "failed", errorCode: "count_differs" });
  expect(await left()).toEqual(before);
});

it("gives up what it lost to another runner, in the middle too", async () => {
  const before = await left();
  const id = await queued();
  const lost: LeadSource = {
    open: async (selection) => {
      const snapshot = await new LeadExportRepository(house.db).open(selection);
      await house.db.export.update({ where: { id }, data: { lockedBy: "another" } });
      return snapshot;
    },
  };
  expect(await runner({ leads: lost }).run(id, "one")).toBe("elsewhere");
  expect(await rowOf(id)).toMatchObject({ state: "running", lockedBy: "another" });
  expect(await left()).toEqual(before);
});

it("removes what a dead process left: drafts after a day, and files of attempts before", async () => {
  const before = await left();
  const id = await queued();
  await house.db.export.update({ where: { id }, data: { attempts: 1 } });
  const disk = new DiskStore(directory);
  await disk.put(`exports/${id}-1.csv`, Readable.from([Buffer.from("of a dead one")]));
  for (const [name, days] of [
    ["old", 2],
    ["young", 0],
  ] as const) {
    const path = join(directory, `exports/${name}.csv.x.part`);
    await writeFile(path, "half");
    await utimes(path, new Date(), new Date(Date.now() - days * 86_400_000));
  }
  await runner().run(id, "two");
  expect(await disk.tidy()).toBe(1);
  expect((await left()).filter((name) => !before.includes(name)).toSorted()).toEqual(
    [`exports/${id}-2.csv`, "exports/young.csv.x.part"].toSorted(),
  );
  expect(await new DiskStore(join(directory, "nothing")).tidy()).toBe(0);
});

it("gives its connection back however it ends", async () => {
  const snapshot = await Snapshot.open(house.db);
  snapshot.abort();
  for (let n = 0; n <= POOL; n += 1) {
    const another = await Snapshot.open(house.db);
    const copy = another.copy(Prisma.sql`SELECT generate_series(1, 100000)`, "csv");
    for await (const chunk of copy) if (chunk) break;
    another.abort();
  }
  expect(await house.db.$queryRaw`SELECT 1 AS "one"`).toEqual([{ one: 1 }]);
});

it("writes values into statements as the values they are, and marks the cells that the domain marks", async () => {
  const snapshot = await Snapshot.open(house.db);
  const text = fc.string({
    unit: fc.constantFrom("'", "\\", '"', "$", "1", ";", "{", ",", "}", "%", "é", "\n", "=", "+"),
  });
  const copied = async (sql: Prisma.Sql): Promise<string[]> => {
    const parts: Buffer[] = [];
    for await (const part of snapshot.copy(sql, "text")) parts.push(part as Buffer);
    return Buffer.concat(parts).toString().trimEnd().split("\n");
  };
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), fc.integer(), async (texts, number) => {
      const hex = (value: string) => Buffer.from(value).toString("hex");
      const rows = await copied(Prisma.sql`
        SELECT encode(convert_to(t.x, 'UTF8'), 'hex') || '/' || ${number}::int
        FROM unnest(${texts}::text[]) WITH ORDINALITY AS t(x, n) ORDER BY t.n`);
      expect(rows).toEqual(texts.map((value) => `${hex(value)}/${number}`));
      const [first = ""] = texts;
      expect(await copied(Prisma.sql`SELECT encode(convert_to(${first}, 'UTF8'), 'hex')`)).toEqual([hex(first)]);
      const pattern = String.raw`^'*[=+@\t\r\n＝＋－＠-]`;
      const [marked] = await copied(Prisma.sql`SELECT (${first} ~ ${pattern})::text`);
      expect(marked === "true").toBe(neutralised(first) !== first);
    }),
    { numRuns: 60 },
  );
  await snapshot.end();
  expect(() => literalSql(Prisma.sql`SELECT ${Symbol("x") as never}`)).toThrow(/cannot be written/);
});
