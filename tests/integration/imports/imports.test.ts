import { beforeAll, describe, expect, it, vi } from "vitest";
import { setClock } from "@/tests/support/clock";
import { createAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { CRON_SECRET } from "@/tests/support/house";
import { anotherImportSide, carriedOn, checked, importsOf } from "@/tests/support/imports";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const csv = (...lines: string[]): string => `${lines.join("\n")}\n`;

describe("a file that is sent", () => {
  it("stays where it is when its import was written down, though the answer was lost", async () => {
    const lost = vi.spyOn(house.container.imports, "read").mockRejectedValueOnce(new Error("the connection broke off"));
    const name = "answer lost.csv";
    expect((await importsOf(manager).send(csv("name,phone", "Ann,+15553330009"), name)).status).toBe(500);
    lost.mockRestore();
    const { id } = await house.db.import.findFirstOrThrow({ where: { fileName: name } });
    expect((await importsOf(manager).act(id, "check")).status).toBe(202);
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({ state: "checked", error: null });
  });

  it("is refused unread when it says that it has ten gigabytes", async () => {
    let asked = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          asked += 1;
          controller.enqueue(Buffer.from("name,phone\n"));
        },
      },
      { highWaterMark: 0 },
    );
    const refused = await importsOf(manager).send(body, "large.csv", { "content-length": String(10 * 2 ** 30) });
    expect([refused.status, refused.body.code, asked]).toEqual([413, "file_too_large", 0]);
  });

  it("is read as it is, mapped by guess, checked without writing, and then imported", async () => {
    const there = await createLead(house.db, { phone: "+493012345678", name: "Known", email: null });
    const before = await house.db.lead.count();
    const file = csv(
      "Full name;Telefon;E-Mail;Prio;Labels;Ignored",
      "Jürgen Groß;030 12345678;J@X.de;high;a, b;x",
      "Ann;+1 (555) 333-0001;ann@example.com;urgent;VIP;",
      "Bob;12;bob@;soon;;",
      ";+15553330002;;;;",
      "Ann again;+15553330001;;;;",
    );
    const seen = await checked(house, manager, file, { options: { country: "DE", dedupe: "skip", source: "fair" } });
    expect(seen).toMatchObject({
      state: "checked",
      total_rows: 5,
      mapping: ["name", "phone", "email", "priority", "tags", null],
      mapping_from: "guessed",
      file: {
        kind: "csv",
        encoding: "utf-8",
        delimiter: ";",
        header: ["Full name", "Telefon", "E-Mail", "Prio", "Labels", "Ignored"],
      },
      forecast: { created: 1, updated: 0, unchanged: 0, skipped: 2, failed: 2 },
      result: null,
    });
    expect(await house.db.lead.count()).toBe(before);
    const rows = await importsOf(manager).rows(seen.import_id);
    expect(rows.map(({ row, outcome, same_as_row }) => [row, outcome, same_as_row])).toEqual([
      [2, "skipped", null],
      [3, "created", null],
      [4, "failed", null],
      [5, "failed", null],
      [6, "skipped", 3],
    ]);
    expect(rows[0]).toMatchObject({
      lead_id: there,
      values: { name: "Jürgen Groß", phone: "+493012345678", email: "j@x.de" },
    });
    expect(rows[2]?.errors.map(({ column }) => column)).toEqual(["Telefon", "E-Mail", "Prio"]);
    expect(rows[3]?.errors).toMatchObject([{ column: null, code: "value_missing" }]);

    const { import_id: id } = seen;
    const key = "one run";
    expect((await importsOf(manager).act(id, "run", key)).status).toBe(202);
    expect((await importsOf(manager).act(id, "run", key)).headers.get("idempotent-replayed")).toBe("true");
    await carriedOn(house, id);
    expect(await importsOf(manager).read(id)).toMatchObject({
      state: "done",
      result: { created: 1, updated: 0, unchanged: 0, skipped: 2, failed: 2, not_reached: 0 },
    });
    const ann = await house.db.lead.findFirstOrThrow({ where: { phone: "+15553330001", deletedAt: null } });
    expect(ann).toMatchObject({
      name: "Ann",
      email: "ann@example.com",
      priority: "urgent",
      tags: ["VIP"],
      source: "fair",
      version: 1,
    });
    expect(await house.db.lead.count()).toBe(before + 1);
    const audited = await house.db.auditEntry.findMany({ where: { entityId: ann.id } });
    expect(audited).toMatchObject([{ action: "lead.created", after: { name: "Ann", import: id } }]);
    const told = await house.db.leadActivity.findMany({ where: { leadId: ann.id } });
    expect(told).toMatchObject([{ type: "created", data: { source: "fair", import_id: id } }]);
    // It was imported: a second time is another import.
    expect((await importsOf(manager).act(id, "run")).body).toMatchObject({ code: "import_already_run" });
  });

  it("is mapped as its person mapped such a file before", async () => {
    const file = csv("A1,B1,C1", "Zoe,+15553330100,z@x.com");
    const first = await checked(house, manager, file, {
      mapping: ["name", "phone", null],
      options: { tags: ["fair"] },
    });
    const again = await importsOf(manager).send(csv("A1,B1,C1,import_error", "Yan,+15553330101,,why"));
    expect(again.body.import).toMatchObject({
      mapping: ["name", "phone", null, null],
      mapping_from: "remembered",
      options: { tags: ["fair"] },
    });
    const other = await createManager(house.db);
    expect((await importsOf(other).send(file)).body.import).toMatchObject({
      mapping: [null, null, null],
      mapping_problem: expect.stringMatching(/recognised/) as string,
    });
    // Managers see each other's, and change their own.
    expect(await importsOf(other).read(first.import_id)).toMatchObject({ mine: false, may_change: false });
    expect((await importsOf(other).act(first.import_id, "run")).body).toMatchObject({ code: "not_your_import" });
    const agent = await createAgent(house.db);
    expect((await importsOf(agent).send(file)).status).toBe(403);
    expect((await client(agent).get(`/api/imports/${first.import_id}`)).status).toBe(403);
  });

  it("is read in the encoding and by the delimiter that are chosen", async () => {
    const latin = Buffer.concat([
      Buffer.from("name|phone\nJ"),
      Buffer.from([0xfc]),
      Buffer.from("rgen|+15553330200\nAnna, Fr"),
      Buffer.from([0xe4]),
      Buffer.from("ulein|+15553330201\n"),
    ]);
    const { body } = await importsOf(manager).send(new Uint8Array(latin));
    expect(body.import.file).toMatchObject({
      encoding: "windows-1252",
      delimiter: "|",
      sample: [
        ["Jürgen", "+15553330200"],
        ["Anna, Fräulein", "+15553330201"],
      ],
    });
    const changed = await importsOf(manager).change(body.import.import_id, {
      encoding: "windows-1251",
      delimiter: ",",
    });
    expect(changed.body.import.file).toMatchObject({
      encoding: "windows-1251",
      delimiter: ",",
      header: ["name|phone"],
      sample: [["Jьrgen|+15553330200"], ["Anna", " Frдulein|+15553330201"]],
    });
    const utf16 = Buffer.from("\uFEFFname\tphone\r\nŁukasz\t+15553330202\r\n", "utf16le");
    expect((await importsOf(manager).send(new Uint8Array(utf16))).body.import.file).toMatchObject({
      encoding: "utf-16le",
      delimiter: "\t",
      sample: [["Łukasz", "+15553330202"]],
    });
  });
});

it("says who is before it while it waits, and nothing once somebody works on it", async () => {
  const others = [await createManager(house.db), await createManager(house.db)];
  const ids: string[] = [];
  for (const [at, person] of [manager, ...others].entries()) {
    const sent = await importsOf(person).send(csv("name,phone", `Line,+155533900${at}0`));
    ids.push(sent.body.import.import_id);
    await importsOf(person).act(ids[at] ?? "", "check");
  }
  const ahead = () => Promise.all(ids.map(async (id) => (await importsOf(manager).read(id)).progress?.ahead));
  await setClock(house.db, 5);
  expect(await ahead()).toEqual([0, 1, 2]);
  let meanwhile: unknown;
  const side = anotherImportSide(house, {
    afterChunk: async () => {
      meanwhile = await ahead();
    },
  });
  expect(await side.importWork.run(ids[1] ?? "", "the tests", Infinity)).toBe("at rest");
  expect(meanwhile).toEqual([1, null, 2]);
  expect(await ahead()).toEqual([0, undefined, 1]);
  for (const id of [ids[0] ?? "", ids[2] ?? ""]) await carriedOn(house, id);
});

it("is carried on by the cron route where there is no worker, and told to listeners", async () => {
  const sent = await importsOf(manager).send(csv("name,phone", "Cron,+15553380001"));
  const { import_id: id } = sent.body.import;
  await importsOf(manager).act(id, "check");
  const drain = () => client().get("/api/cron/imports", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
  expect((await drain()).body).toMatchObject({ success: true, worked_on: expect.any(Number) as number, left: 0 });
  await importsOf(manager).act(id, "run");
  await drain();
  expect(await importsOf(manager).read(id)).toMatchObject({ state: "done", result: { created: 1 } });
  await client().get("/api/cron/notifications", { headers: { authorization: `Bearer ${CRON_SECRET}` } });
  const told = (await client(manager).get<{ notifications: { title: string; href: string }[] }>("/api/notifications"))
    .body.notifications;
  expect(told[0]).toMatchObject({
    title: "Your import of leads.csv is done: 1 lead created or changed",
    href: `/imports/${id}`,
  });
  const events = await house.db.liveEvent.findMany({ where: { topic: "import" } });
  const states = events
    .map(({ data }) => data as { importId: string; state: string })
    .filter(({ importId }) => importId === id);
  expect(states.map(({ state }) => state)).toEqual(
    expect.arrayContaining(["uploaded", "checking", "checked", "running", "done"]),
  );
  const listed = await client(manager).get<{ imports: { import_id: string }[]; next_cursor: string }>(
    "/api/imports?limit=1",
  );
  expect(listed.body.imports.map(({ import_id }) => import_id)).toEqual([id]);
  expect((await client(manager).get(`/api/imports?limit=1&cursor=${listed.body.next_cursor}`)).status).toBe(200);
});
