import { beforeAll, describe, expect, it } from "vitest";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { carriedOn, checked, imported, importsOf } from "@/tests/support/imports";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

const csv = (...lines: string[]): string => `${lines.join("\n")}\n`;
const leadOf = (phone: string) => house.db.lead.findFirstOrThrow({ where: { phone, deletedAt: null } });
const bytesOf = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
  const { body } = await client(manager).get<string>(path);
  return new TextEncoder().encode(body);
};

describe("rows whose lead is there", () => {
  const HEAD = "name,phone,email,source,disposition,priority,tags";

  it("update it, or fill what it lacks, or leave it, as the import says", async () => {
    const make = (phone: string, email: string | null) =>
      createLead(house.db, { phone, email, name: "Old", source: "web", tags: ["old"] });
    const rows = (from: number) => [
      `New,+1555334${from}0,new${from}@x.com,mail,contacted,urgent,"new, ""a,b"""`,
      `New,+1555334${from}1,,mail,,,`,
      `,+1555334${from}2,,,,,`,
    ];
    for (const [at, dedupe] of (["update", "merge", "skip"] as const).entries()) {
      const from = 100 + at;
      const ids = [
        await make(`+1555334${from}0`, null),
        await make(`+1555334${from}1`, `own${from}@x.com`),
        await make(`+1555334${from}2`, null),
      ];
      const done = await imported(house, manager, csv(HEAD, ...rows(from)), {
        options: { dedupe, tags: dedupe === "skip" ? [] : ["import"] },
      });
      const leads = await Promise.all(ids.map((id) => house.db.lead.findUniqueOrThrow({ where: { id } })));
      if (dedupe === "update") {
        expect(done.result).toMatchObject({ updated: 3 });
        expect(leads[0]).toMatchObject({
          name: "New",
          email: `new${from}@x.com`,
          source: "mail",
          dispositionCode: "contacted",
          priority: "urgent",
          tags: ["new", "a,b", "import"],
          version: 2,
        });
        expect(leads[1]).toMatchObject({ name: "New", email: `own${from}@x.com`, tags: ["old", "import"] });
        expect(leads[2]).toMatchObject({ name: "Old", tags: ["old", "import"] });
        const changes = await house.db.auditEntry.findMany({ where: { entityId: ids[1] ?? "" } });
        expect(changes).toMatchObject([
          {
            action: "lead.updated",
            before: { name: "Old", source: "web", tags: ["old"] },
            after: { name: "New", source: "mail" },
          },
        ]);
      } else if (dedupe === "merge") {
        expect(leads[0]).toMatchObject({
          name: "Old",
          email: `new${from}@x.com`,
          source: "web",
          priority: "normal",
          tags: ["old", "new", "a,b", "import"],
        });
        expect(leads[1]).toMatchObject({ name: "Old", email: `own${from}@x.com`, tags: ["old", "import"] });
      } else {
        expect(done.result).toMatchObject({ skipped: 3, updated: 0 });
        expect(leads.map(({ version }) => version)).toEqual([1, 1, 1]);
      }
    }
  });

  it("find it by number, address or id, and say so when they mean two", async () => {
    const one = await createLead(house.db, { phone: "+15553350001", email: "one@two.com" });
    const two = await createLead(house.db, { phone: "+15553350002", email: "two@two.com" });
    const seen = await checked(
      house,
      manager,
      csv(
        "lead_id,name,phone,email",
        ",A,,ONE@two.com",
        ",B,+15553350001,two@two.com",
        `${two},C,+15553350001,`,
        ",D,,unknown@two.com",
        "no-id,E,+15553350009,",
      ),
      { options: { dedupe: "update" } },
    );
    const rows = await importsOf(manager).rows(seen.import_id);
    expect(rows.map(({ outcome, lead_id, errors }) => [outcome, lead_id, errors[0]?.code])).toEqual([
      ["updated", one, undefined],
      ["failed", null, "matches_two_leads"],
      ["updated", two, undefined],
      ["failed", null, "value_missing"],
      ["failed", null, "invalid_value"],
    ]);
    const failed = await importsOf(manager).rows(seen.import_id, "?outcome=failed");
    expect(failed.map(({ row }) => row)).toEqual([3, 5, 6]);
  });

  it("stand more than once in the file: the first makes it, the others find it, over chunks too", async () => {
    const many = Array.from(
      { length: 1_200 },
      (_, n) => `P${n},+1555337${String(1_000 + (n % 700))},p${n % 700}@many.com`,
    );
    const file = csv("name,phone,email", ...many);
    const seen = await checked(house, manager, file, { options: { dedupe: "update" } });
    expect(seen.forecast).toEqual({ created: 700, updated: 500, unchanged: 0, skipped: 0, failed: 0 });
    // Twins of rows in another chunk.
    const twin = { row: 702, lead_id: null, same_as_row: 2 };
    expect((await importsOf(manager).rows(seen.import_id, "?outcome=updated&limit=1"))[0]).toMatchObject(twin);
    const left = await checked(house, manager, file, { options: { dedupe: "skip" } });
    expect(left.forecast).toEqual({ created: 700, updated: 0, unchanged: 0, skipped: 500, failed: 0 });
    expect((await importsOf(manager).rows(left.import_id, "?outcome=skipped&limit=1"))[0]).toMatchObject(twin);
    await importsOf(manager).act(seen.import_id, "run");
    await carriedOn(house, seen.import_id);
    expect((await importsOf(manager).read(seen.import_id)).result).toMatchObject({ created: 700, updated: 500 });
    expect(await house.db.lead.count({ where: { phone: { startsWith: "+1555337" } } })).toBe(700);
    expect(await leadOf("+15553371100")).toMatchObject({ name: "P800" });
    expect((await importsOf(manager).rows(seen.import_id, "?outcome=updated&limit=1"))[0]).toMatchObject({
      row: 702,
      same_as_row: null,
    });
  });
});

describe("rows that fail", () => {
  it("come back as a file that can be mended and imported again", async () => {
    const file = csv(
      "name;phone;email",
      '"Semi;colon";+15553360001;ok@x.com',
      "=1+1;none;bad",
      '"Quo""te\nline";+15553360002;also bad',
    );
    const done = await imported(house, manager, file);
    expect(done).toMatchObject({
      result: { created: 1, failed: 2 },
      errors_url: `/api/imports/${done.import_id}/errors`,
    });
    const errors = Buffer.from(await bytesOf(done.errors_url ?? "")).toString();
    expect(errors.replace("\uFEFF", "").split("\r\n").slice(0, 2)).toEqual([
      "name,phone,email,import_error",
      `'=1+1,none,bad,"phone is not a phone number; write it with its country code; email is not an e-mail address"`,
    ]);
    expect(errors).toContain('"Quo""te\nline"');
    const mended = errors.replace("none,bad", "+15553360003,good@x.com").replace("also bad", "fine@x.com");
    const again = await imported(house, manager, mended);
    expect(again).toMatchObject({
      mapping: ["name", "phone", "email", null],
      result: { created: 2, failed: 0 },
      errors_url: null,
    });
    expect(await leadOf("+15553360003")).toMatchObject({ name: "=1+1" });
    expect(await leadOf("+15553360002")).toMatchObject({ name: 'Quo"te\nline' });
    expect((await client(manager).get(`/api/imports/${again.import_id}/errors`)).body).toMatchObject({
      code: "no_errors",
    });
  });
});

describe("what we export", () => {
  it.each(["csv", "xlsx"] as const)("comes back as %s to the same leads", async (format) => {
    const source = `round-${format}`;
    const odd = { name: '=HYPERLINK("x")', tags: ["a;b", 'c"d', "e,f"], email: "odd@trip.com" };
    const followUpOn = new Date("2027-02-28");
    const ids = [
      ...(await createLeads(house.db, 600, { source })),
      await createLead(house.db, { source, followUpOn, ...odd }),
      await createLead(house.db, {
        source,
        name: "'quoted",
        phone: "+493055555555",
        disposition: "closed",
        priority: "high",
      }),
    ];
    const exported = await client(manager).post<{ export: { export_id: string } }>(
      "/api/leads/bulk-export",
      { search: { filter: { field: "source", op: "eq", value: source } }, format },
      { headers: { accept: "application/json" } },
    );
    const row = await house.db.export.findUniqueOrThrow({ where: { id: exported.body.export.export_id } });
    const stored = await house.container.files.get(row.fileKey ?? "");
    const bytes = new Uint8Array(await new Response(stored?.stream).arrayBuffer());
    const same = await checked(house, manager, bytes, { options: { dedupe: "update" } }, `x.${format}`);
    expect(same.mapping.filter((field) => field !== null)).toEqual([
      "lead_id",
      "name",
      "phone",
      "email",
      "source",
      "disposition",
      "priority",
      "tags",
      "follow_up_on",
    ]);
    expect(same.forecast).toEqual({ created: 0, updated: 0, unchanged: 602, skipped: 0, failed: 0 });
    // Each row means the lead that bears its id, also when number and address have changed since.
    await house.db.lead.updateMany({
      where: { id: { in: ids } },
      data: { name: "changed", email: null, followUpOn: null },
    });
    await house.db
      .$executeRaw`UPDATE leads SET phone = '+1' || (2000000000 + n) FROM (SELECT id, row_number() OVER () AS n FROM leads) x WHERE leads.id = x.id AND source = ${source}`;
    const back = await imported(house, manager, bytes, { options: { dedupe: "update" } }, `x.${format}`);
    expect(back.result).toMatchObject({ updated: 602, created: 0, failed: 0 });
    expect(await house.db.lead.findUniqueOrThrow({ where: { id: ids[600] ?? "" } })).toMatchObject({
      ...odd,
      followUpOn,
      version: 2,
    });
    expect(await house.db.lead.findUniqueOrThrow({ where: { id: ids[601] ?? "" } })).toMatchObject({
      name: "'quoted",
      phone: "+493055555555",
      dispositionCode: "closed",
    });
  });
});
