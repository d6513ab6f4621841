import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemActor } from "@/lib/principal";
import { AuditSealRepository } from "@/modules/audit/repositories/audit-seal.repository";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { AuditSealer } from "@/modules/audit/services/audit-sealer.service";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 20 });
let superuser: pg.Client;

const write = (entityId: string, count = 1) =>
  house.db.$transaction((tx) =>
    writeAudit(
      tx,
      systemActor("test"),
      Array.from({ length: count }, (_, index) => ({
        action: "lead.updated",
        entityType: "lead" as const,
        entityId,
        before: { name: "Ada", z: 1, a: null },
        after: { name: "Grace \u2603", nested: { b: [1, 2.5], index } },
      })),
    ),
  );

/**
 * Seals until `count` rows are in the chain. The horizon is the whole server's, and other test files write on the same
 * one: rows may have to wait for a transaction of theirs.
 */
const seal = async (count: number) => {
  let sealed = 0;
  await vi.waitFor(
    async () => {
      sealed += await house.container.auditSealer.seal();
      expect(sealed).toBe(count);
    },
    { timeout: 60_000 },
  );
};

/** As somebody who owns the database: past every trigger. */
const tamper = async (sql: string) => {
  await superuser.query("SET session_replication_role = replica");
  await superuser.query(sql);
  await superuser.query("SET session_replication_role = DEFAULT");
};

beforeEach(async () => {
  superuser = new pg.Client({ connectionString: house.url });
  await superuser.connect();
  await tamper("DELETE FROM audit_seals; DELETE FROM audit_log");
});

afterEach(() => superuser.end());

it("chains rows without a gap, and again from where it stopped", async () => {
  await write("one", 3);
  await seal(3);
  expect(await house.container.auditSealer.seal()).toBe(0);
  await write("two", 2);
  await seal(2);
  const seals = await house.db.auditSeal.findMany({ orderBy: { seq: "asc" } });
  expect(seals.map((seal) => seal.seq)).toEqual([1n, 2n, 3n, 4n, 5n]);
  expect(new Set(seals.map((seal) => seal.hash)).size).toBe(5);
  expect(await house.container.auditSealer.verify()).toEqual({ sound: true, rows: 5, head: seals.at(-1)?.hash });
});

it("seals more than one batch in a round", async () => {
  await write("many", 2_500);
  await seal(2_500);
  expect(await house.container.auditSealer.verify()).toMatchObject({ sound: true, rows: 2_500 });
});

it("gives way to what people wait for before each batch", async () => {
  await write("many", 2_500);
  const sealedBefore: number[] = [];
  const giveWay = async (): Promise<void> => {
    sealedBefore.push(await house.db.auditSeal.count());
  };
  const sealer = new AuditSealer(house.db, new AuditSealRepository(house.db), { giveWay });
  await vi.waitFor(
    async () => {
      sealedBefore.length = 0;
      expect(await sealer.seal()).toBe(2_500);
    },
    { timeout: 60_000 },
  );
  expect(sealedBefore).toEqual([0, 1_000, 2_000]);
});

it("seals every row once while eight writers and four sealers run at once", async () => {
  let writing = true;
  const sealers = Array.from({ length: 4 }, async () => {
    let sealed = 0;
    while (writing) sealed += await house.container.auditSealer.seal();
    return sealed;
  });
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let index = 0; index < 25; index += 1) await write(`${writer}-${index}`, 2);
  });
  await Promise.all(writers);
  writing = false;
  const during = (await Promise.all(sealers)).reduce((sum, count) => sum + count, 0);
  await seal(400 - during);
  expect(await house.container.auditSealer.verify()).toMatchObject({ sound: true, rows: 400 });
});

it("does not jump over a slow transaction", async () => {
  const slow = new pg.Client({ connectionString: house.url });
  await slow.connect();
  try {
    await slow.query("BEGIN");
    await slow.query(
      `INSERT INTO audit_log (actor_type, actor_label, action, entity_type, entity_id) VALUES ('system','t','slow','lead','1')`,
    );
    await write("quick");
    expect(await house.container.auditSealer.seal()).toBe(0);
    await slow.query("COMMIT");
    await seal(2);
    const first = await house.db.auditSeal.findFirst({ where: { seq: 1 }, include: { entry: true } });
    expect(first?.entry.action).toBe("slow");
  } finally {
    await slow.end();
  }
});

it.each([
  ["a changed row", "UPDATE audit_log SET after = '{}' WHERE entity_id = 'three'", "changed"],
  ["a changed name", "UPDATE audit_log SET actor_label = 'somebody else' WHERE entity_id = 'three'", "changed"],
  ["a changed time", "UPDATE audit_log SET at = at + interval '1 ms' WHERE entity_id = 'three'", "changed"],
  ["a removed row", "DELETE FROM audit_log WHERE entity_id = 'three'", "missing"],
  ["a removed link", "DELETE FROM audit_seals USING audit_log a WHERE a.id = audit_id AND a.entity_id = 'two'", "gap"],
])("finds %s, and names the first row that does not fit", async (_name, sql, why) => {
  for (const name of ["one", "two", "three", "four"]) await write(name);
  await seal(4);
  const three = await house.db.auditEntry.findFirstOrThrow({ where: { entityId: "three" } });
  await tamper(sql);
  expect(await house.container.auditSealer.verify()).toEqual({ sound: false, seq: 3n, auditId: three.id, why });
});

it("finds a row that was slipped in among the sealed ones", async () => {
  await write("one");
  await write("two");
  await seal(2);
  await tamper(
    `INSERT INTO audit_log (tx, actor_type, actor_label, action, entity_type, entity_id)
     SELECT tx, 'user', 'nobody', 'lead.updated', 'lead', 'forged' FROM audit_log WHERE entity_id = 'one'`,
  );
  // Its id is the highest of its transaction, which lies before the chain's end.
  expect(await house.container.auditSealer.verify()).toMatchObject({ sound: false, why: "slipped_in" });
});

it("leaves the log append-only for everybody else", async () => {
  await write("one");
  await seal(1);
  await expect(house.db.$executeRaw`UPDATE audit_log SET action = 'x'`).rejects.toThrow(/append-only/);
  await expect(house.db.$executeRaw`DELETE FROM audit_seals`).rejects.toThrow(/append-only/);
});
