import { PrismaPg } from "@prisma/adapter-pg";
import { describe, expect, it } from "vitest";
import { PrismaClient } from "@/lib/db/generated/client";
import { inTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { testDatabase } from "../../support/database";

const database = testDatabase();

const disposition = (code: string) => ({ code, label: "x", isOpen: true, position: 999 });

describe("SQL that goes to the driver at once", () => {
  it("reads every type as Prisma's engine does", async () => {
    const types = `SELECT 1::int2 AS small, 2::int4 AS number, 9007199254740993::int8 AS big, 1.5::float4 AS single,
      2.25::float8 AS double, 12345678901234567890.123::numeric AS exact, true AS yes, 'x'::text AS text, NULL::text AS nothing,
      '2026-02-03'::date AS day, '2026-02-03 04:05:06.789'::timestamp AS moment,
      '2026-02-03 04:05:06.789123+05:30'::timestamptz AS instant, '04:05:06'::time AS time,
      '{"a": [1, null]}'::jsonb AS json, '[1]'::json AS plain, '\\x00ff'::bytea AS bytes,
      '0198d0b2-0000-7000-8000-000000000000'::uuid AS id, 'normal'::"Priority" AS priority,
      '{1,NULL}'::int4[] AS numbers, '{9007199254740993}'::int8[] AS bigs, '{1.1,NULL}'::numeric[] AS exacts,
      '{"a b",NULL,"c\\"d"}'::text[] AS texts, '{2026-02-03}'::date[] AS days,
      '{"2026-02-03 04:05:06+00"}'::timestamptz[] AS instants, '{t,f}'::bool[] AS answers,
      '{0198d0b2-0000-7000-8000-000000000000}'::uuid[] AS ids`;
    const strings = Object.assign([types], { raw: [types] }) as TemplateStringsArray;
    const [direct] = await database.db.$queryRaw<Record<string, unknown>[]>(strings);
    const prisma = new PrismaClient({ adapter: new PrismaPg(database.url) });
    const [byPrisma] = await prisma.$queryRaw<Record<string, unknown>[]>(strings);
    await prisma.$disconnect();
    expect(Object.keys(direct ?? {})).toHaveLength(26);
    for (const [name, value] of Object.entries(byPrisma ?? {})) {
      const mine = direct?.[name];
      if (name === "bytes") expect([...(mine as Uint8Array)], name).toEqual([...(value as Uint8Array)]);
      else expect(mine, name).toEqual(value);
    }
  });

  it("writes values as Prisma does: instants, big numbers, bytes and lists of them", async () => {
    const at = new Date("2026-02-03T04:05:06.789Z");
    const [row] = await database.db.$queryRaw<Record<string, unknown>[]>`
      SELECT ${at}::timestamptz AS instant, ${at}::timestamp AS moment, ${[at]}::timestamptz[] AS instants,
        ${2n ** 60n}::int8 AS big, ${[2n ** 60n]}::int8[] AS bigs, ${new Uint8Array([0, 255])}::bytea AS bytes,
        ${["a,b", null, 'c"d']}::text[] AS texts, ${null}::text AS nothing, ${true}::bool AS yes, ${0.1}::float8 AS part`;
    expect(row).toEqual({
      ...{ instant: at, moment: at, instants: [at], big: 2n ** 60n, bigs: [2n ** 60n], bytes: Buffer.from([0, 255]) },
      ...{ texts: ["a,b", null, 'c"d'], nothing: null, yes: true, part: 0.1 },
    });
  });
});

describe("a transaction of SQL and models", () => {
  it("is one: each sees what the other wrote, and both are undone together", async () => {
    const [first, second] = [newId(), newId()];
    const attempt = inTransaction(database.db, async (tx) => {
      await tx.$executeRaw`INSERT INTO dispositions (code, label, is_open, position) VALUES (${first}, 'x', true, 999)`;
      expect(await tx.disposition.findUnique({ where: { code: first } })).toMatchObject({ label: "x" });
      await tx.disposition.create({ data: disposition(second) });
      const seen = await tx.$queryRaw<unknown[]>`SELECT 1 FROM dispositions WHERE code IN (${first}, ${second})`;
      expect(seen).toHaveLength(2);
      throw new Error("enough");
    });
    await expect(attempt).rejects.toThrow("enough");
    expect(await database.db.disposition.count({ where: { code: { in: [first, second] } } })).toBe(0);
  });

  it("commits both, and lets its connection go each time", async () => {
    const codes = Array.from({ length: 30 }, () => newId());
    for (const code of codes) {
      await inTransaction(database.db, async (tx) => {
        await tx.disposition.create({ data: disposition(code) });
        await tx.$executeRaw`UPDATE dispositions SET label = 'y' WHERE code = ${code}`;
      });
    }
    expect(await database.db.disposition.count({ where: { code: { in: codes }, label: "y" } })).toBe(30);
  });

  it("runs statements one after another that were asked for together", async () => {
    const answers = await inTransaction(database.db, async (tx) =>
      Promise.all([1, 2, 3].map(async (n) => (await tx.$queryRaw<{ n: number }[]>`SELECT ${n}::int AS n`)[0]?.n)),
    );
    expect(answers).toEqual([1, 2, 3]);
  });

  it("is not taken for committed when one of its statements has failed, even if nobody minds", async () => {
    const code = newId();
    const attempt = inTransaction(database.db, async (tx) => {
      await tx.$executeRaw`INSERT INTO dispositions (code, label, is_open, position) VALUES (${code}, 'x', true, 999)`;
      await tx.$queryRaw`SELECT 1 / 0`.catch(() => undefined);
    });
    await expect(attempt).rejects.toThrow("undone");
    expect(await database.db.disposition.findUnique({ where: { code } })).toBeNull();
  });

  it("takes no statement after its end", async () => {
    let late: (() => Promise<unknown>) | undefined;
    await inTransaction(database.db, (tx) => {
      late = () => tx.$queryRaw`SELECT 1`;
      return Promise.resolve();
    });
    await expect(late?.()).rejects.toThrow("after the end");
  });

  it("is undone when it takes too long, and holds nothing from then on", async () => {
    const code = newId();
    await database.db.disposition.create({ data: disposition(code) });
    let freed: unknown;
    const attempt = inTransaction(
      database.db,
      async (tx) => {
        await tx.$executeRaw`UPDATE dispositions SET label = 'late' WHERE code = ${code}`;
        // Nobody else could write the row before the transaction is over.
        freed = await database.db.$executeRaw`UPDATE dispositions SET position = 1 WHERE code = ${code}`;
        await tx.$queryRaw`SELECT 1`;
      },
      { timeoutMs: 200 },
    );
    await expect(attempt).rejects.toThrow("longer than 200 ms");
    expect(freed).toBe(1);
    expect(await database.db.disposition.findUnique({ where: { code } })).toMatchObject({ label: "x", position: 1 });
  });

  it("fails when its connection is cut, and the next one has another", async () => {
    const code = newId();
    const attempt = inTransaction(database.db, async (tx) => {
      await tx.disposition.create({ data: disposition(code) });
      const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await database.db.$queryRaw`SELECT pg_terminate_backend(${own?.pid ?? 0}::int)`;
      await tx.$queryRaw`SELECT 1`;
    });
    await expect(attempt).rejects.toThrow(/terminat|connection/i);
    expect(await inTransaction(database.db, async (tx) => tx.disposition.count({ where: { code } }))).toBe(0);
  });
});
