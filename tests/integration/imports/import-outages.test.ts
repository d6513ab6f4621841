import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { S3Store } from "@/lib/storage/s3-store";
import { type Principal, systemActor } from "@/lib/principal";
import { setClock } from "@/tests/support/clock";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { type Begun, bring, complete } from "@/tests/support/files/attach";
import { pdf } from "@/tests/support/files/samples";
import { testEnvironment } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { anotherImportSide, carriedOn, importsOf, webStream } from "@/tests/support/imports";
import { type S3Server, s3Server } from "@/tests/support/storage/s3-server";
import { testHouse } from "@/tests/support/test-house";
import { sheetOf, textCell, workbookOf, zipOf } from "@/tests/support/zip";

const house = testHouse();
type Program = ChildProcessByStdio<null, Readable, null>;
const running: Program[] = [];
const WAIT_MS = 90_000;
const TIMEOUT_MS = 2 * WAIT_MS;
const LOCK = 4_712;
let manager: TestUser;
let clock = 0;

beforeAll(async () => {
  manager = await createManager(house.db);
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

const later = (seconds: number) => setClock(house.db, (clock += seconds));
const folder = () => join(house.container.env.FILES_DIR, "imports");
const filesThere = async (): Promise<string[]> => (await readdir(folder()).catch(() => [])).toSorted();

/** A TypeScript program as a process of its own; with `kibibytes`, the kernel lets it write no more to any file. */
function start(
  args: readonly string[],
  { kibibytes, temporary }: { kibibytes?: number; temporary?: string } = {},
): Program {
  const node = [process.execPath, "--import", "tsx", ...args];
  const limited = ["bash", "-c", `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$0" "$@"`, ...node];
  const [command = "", ...rest] = kibibytes === undefined ? node : limited;
  const child = spawn(command, rest, {
    env: {
      PATH: process.env.PATH ?? "",
      ...testEnvironment(house.url),
      NODE_ENV: "test",
      TWILIO_API_BASE_URL: "http://127.0.0.1:9",
      TSX_DISABLE_CACHE: kibibytes === undefined ? "" : "1",
      ...(temporary !== undefined && { TMPDIR: temporary }),
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  running.push(child);
  return child;
}

const upload = (...args: string[]) => ["tests/support/one-upload.ts", manager.userId, ...args];

async function kill(child: Program): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

describe("a web process that is killed while it takes a file in", () => {
  it(
    "leaves nothing but a part of the file, and that not for long",
    async () => {
      const before = await filesThere();
      const child = start(upload("20000", "stalls"));
      const part = await vi.waitFor(
        async () => {
          const name = (await filesThere()).find((one) => !before.includes(one)) ?? "";
          expect((await stat(join(folder(), name))).size).toBeGreaterThan(100_000);
          return name;
        },
        { timeout: WAIT_MS, interval: 100 },
      );
      await kill(child);
      expect(part).toMatch(/\.part$/);
      expect(await house.db.import.count()).toBe(0);
      const { store } = house.container.storage;
      await store.tidy();
      expect(await filesThere()).toContain(part);
      const yesterday = new Date(Date.now() - 90_000_000);
      await utimes(join(folder(), part), yesterday, yesterday);
      expect(await store.tidy()).toBe(1);
      expect(await filesThere()).toEqual(before);
    },
    TIMEOUT_MS,
  );

  it(
    "leaves a whole file without an import, which is swept; those of imports stay",
    async () => {
      const { body } = await importsOf(manager).send("name,phone\nAnn,+15556000001\n");
      const kept = await house.db.import.findUniqueOrThrow({ where: { id: body.import.import_id } });
      const sweep = (olderThanMs?: number) => house.container.fileSweep.run(systemActor("the tests"), olderThanMs);
      // The directory is the process's: other tests have left files whose rows are gone.
      await sweep(-1_000);
      const before = await filesThere();
      await withConnection(house.url, async (connection) => {
        await connection.query(`SELECT pg_advisory_lock(${LOCK})`);
        await connection.query(`
          CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NEW; END $$;
          CREATE TRIGGER hold_up BEFORE INSERT ON imports FOR EACH ROW EXECUTE FUNCTION hold_up();`);
        const child = start(upload("3"));
        const held = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`;
        await vi.waitFor(async () => expect((await connection.query(held)).rowCount).toBe(1), { timeout: WAIT_MS });
        await kill(child);
        await connection.query(`SELECT pg_advisory_unlock(${LOCK})`);
        await connection.query("DROP TRIGGER hold_up ON imports; DROP FUNCTION hold_up");
      });
      expect(await house.db.import.count()).toBe(1);
      const orphans = (await filesThere()).filter((name) => !before.includes(name));
      expect(orphans).toHaveLength(1);
      // Its process may be alive, for all anybody knows, until a day has passed.
      expect(await sweep()).toMatchObject({ orphans: 0 });
      expect(await sweep(-1_000)).toMatchObject({ orphans: 1 });
      expect(await filesThere()).toEqual(before);
      expect(await house.container.files.get(kept.fileKey ?? "")).toBeDefined();
    },
    TIMEOUT_MS,
  );
});

describe("a disk that is really full", () => {
  it(
    "refuses a file that is sent, and keeps nothing of it",
    async () => {
      const before = [await filesThere(), await house.db.import.count()];
      const child = start(upload("5000"), { kibibytes: 32 });
      expect(await text(child.stdout)).toBe("503 store_full");
      expect([await filesThere(), await house.db.import.count()]).toEqual(before);
    },
    TIMEOUT_MS,
  );

  it(
    "refuses a file of a lead that is brought, and keeps nothing of it; brought again, it is there",
    async () => {
      const bytes = Buffer.concat([pdf(), Buffer.alloc(200_000)]);
      const path = `/api/leads/${await createLead(house.db)}/files`;
      const { file, upload } = (await client(manager).post<Begun>(path, { name: "a.pdf", bytes: bytes.length })).body;
      const child = start(["tests/support/one-put.ts", upload.url, String(bytes.length)], { kibibytes: 32 });
      expect(await text(child.stdout)).toBe("507 file_store_full");
      const brought = await readdir(join(house.container.env.FILES_DIR, "uploads"));
      expect(brought.filter((name) => name.startsWith(file.file_id))).toEqual([]);
      expect((await bring(upload, bytes)).status).toBe(200);
      expect((await complete(manager, file.file_id)).body.file).toMatchObject({ state: "ready", bytes: bytes.length });
    },
    TIMEOUT_MS,
  );

  it(
    "fails a check that has to unpack a workbook, which is whole once there is room",
    async () => {
      const rows = Array.from({ length: 3_000 }, (_, n) =>
        [`N${n}`, `+1555601${1_000 + n}`, `mail${n * 7_919}@x${n}.com`].map(textCell).join(""),
      );
      const header = ["name", "phone", "email"].map(textCell).join("");
      const sent = await importsOf(manager).send(zipOf(workbookOf(sheetOf([header, ...rows]))), "full.xlsx");
      const { import_id: id } = sent.body.import;
      expect((await importsOf(manager).act(id, "check")).status).toBe(202);
      const temporary = await mkdtemp(join(tmpdir(), "evenhand-test-"));
      const worker = start(["scripts/worker.ts"], { kibibytes: 32, temporary });
      await vi.waitFor(async () => expect(await importsOf(manager).read(id)).toMatchObject({ state: "failed" }), {
        timeout: WAIT_MS,
        interval: 200,
      });
      await kill(worker);
      expect((await importsOf(manager).read(id)).error?.code).toBe("store_full");
      expect((await readdir(temporary)).filter((name) => name.startsWith("evenhand-import"))).toEqual([]);
      await rm(temporary, { recursive: true });
      await importsOf(manager).act(id, "check");
      await carriedOn(house, id);
      expect(await importsOf(manager).read(id)).toMatchObject({ state: "checked", forecast: { created: 3_000 } });
    },
    TIMEOUT_MS,
  );
});

describe("a bucket that goes away", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await s3Server();
  });
  afterAll(() => server.close());

  /** Another process's store: with no memory of what failed before. */
  const bucket = () => new S3Store(server.settings, { connectMs: 500, answerMs: 2_000, idleMs: 2_000 });
  const principal = (): Principal => ({
    kind: "user",
    userId: manager.userId,
    sessionId: manager.userId,
    email: manager.email,
    name: "Manager",
    role: "manager",
    agentId: undefined,
    timeZone: "UTC",
  });
  /** A file of some rows, with a column that fills so many bytes of each. */
  const lines = (rows: number, bytes: number, prefix: string) => [
    "name,phone,ignored\n",
    ...Array.from({ length: rows }, (_, n) => `N${n},${prefix}${1_000 + n},${"x".repeat(bytes)}\n`),
  ];
  const requestOf = (body: AsyncIterable<Uint8Array>): Request => {
    const init: RequestInit & { duplex: "half" } = { method: "POST", body: webStream(body), duplex: "half" };
    return new Request("http://127.0.0.1/", init);
  };
  async function* streamed(file: readonly string[], inTheMidst?: () => Promise<void>): AsyncGenerator<Uint8Array> {
    for (const [at, line] of file.entries()) {
      if (at === Math.ceil(file.length / 2)) await inTheMidst?.();
      yield Buffer.from(line);
    }
  }

  it(
    "in the midst of a file that is sent keeps nothing of it; sent again, it is there",
    async () => {
      // More than two parts of an object.
      const file = lines(2_000, 9_000, "+1555602");
      const before = await house.db.import.count();
      const breaking = streamed(file, () => server.stop());
      const refused = anotherImportSide(house, {}, bucket()).imports.create(
        principal(),
        requestOf(breaking),
        "a.csv",
        "1",
      );
      await expect(refused).rejects.toMatchObject({ name: "StoreAway" });
      expect(await house.db.import.count()).toBe(before);
      await server.start();
      expect(await bucket().list("imports", undefined, 10)).toEqual([]);
      const side = anotherImportSide(house, {}, bucket());
      const made = await side.imports.create(principal(), requestOf(streamed(file)), "a.csv", "2");
      expect(made).toMatchObject({ state: "uploaded", file: { bytes: file.join("").length } });
      expect(await bucket().list("imports", undefined, 10)).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it(
    "in the midst of a check has it wait and begin anew, each row once; for long, it says so and can be checked again",
    async () => {
      const file = lines(1_200, 9_000, "+1555603");
      const made = await anotherImportSide(house, {}, bucket()).imports.create(
        principal(),
        requestOf(streamed(file)),
        "b.csv",
        "3",
      );
      const { import_id: id } = made;
      await importsOf(manager).act(id, "check");
      const work = (store: S3Store, hook?: () => Promise<void>) =>
        anotherImportSide(house, { afterChunk: () => hook?.() }, store).importWork.run(id, "the tests", Infinity);
      expect(await work(bucket(), () => server.stop())).toBe("elsewhere");
      expect(await importsOf(manager).read(id)).toMatchObject({ state: "checking", error: null });
      // Nobody takes it for some seconds.
      expect(await work(bucket())).toBe("elsewhere");
      await server.start();
      await later(25);
      expect(await work(bucket())).toBe("at rest");
      const whole = { state: "checked", total_rows: 1_200, forecast: { created: 1_200, skipped: 0 } };
      expect(await importsOf(manager).read(id)).toMatchObject(whole);

      await importsOf(manager).act(id, "check");
      await server.stop();
      for (let attempt = 0; attempt < 5; attempt += 1) {
        expect(await work(bucket())).toBe("elsewhere");
        await later(25);
      }
      expect(await work(bucket())).toBe("at rest");
      expect((await importsOf(manager).read(id)).error?.code).toBe("store_away");
      await server.start();
      await importsOf(manager).act(id, "check");
      expect(await work(bucket())).toBe("at rest");
      expect(await importsOf(manager).read(id)).toMatchObject({ ...whole, error: null });
    },
    TIMEOUT_MS,
  );
});
