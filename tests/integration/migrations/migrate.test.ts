import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { withDatabase } from "@/scripts/migrate/adapter";
import { migrate } from "@/scripts/migrate/apply";
import { differenceScript } from "@/scripts/migrate/create";
import { MIGRATIONS_DIRECTORY } from "@/scripts/migrate/history";
import { withConnection } from "@/scripts/postgres/database";

const GOOD =
  "CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;\nCREATE TABLE later (id int);";

describe("migrating", () => {
  const name = `evenhand_migrate_${randomBytes(5).toString("hex")}`;
  let url: string;
  let directory: string;

  const query = async (text: string): Promise<Record<string, unknown>[]> =>
    withConnection(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
  const write = async (migration: string, script: string): Promise<void> => {
    await mkdir(join(directory, migration), { recursive: true });
    await writeFile(join(directory, migration, "migration.sql"), script);
  };

  beforeEach(async () => {
    url = withDatabase(inject("adminUrl"), name);
    await withConnection(inject("adminUrl"), (client) => client.query(`CREATE DATABASE ${name}`));
    directory = await mkdtemp(join(tmpdir(), "evenhand-migrations-"));
    await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true });
  });

  afterEach(async () => {
    await withConnection(inject("adminUrl"), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    await rm(directory, { recursive: true, force: true });
  });

  it("builds exactly prisma/schema.prisma", async () => {
    expect(await differenceScript(url)).toBeNull();
  });

  it("applies what is missing, once, with function bodies whole", async () => {
    const first = await migrate(url, directory);
    expect(first.length).toBeGreaterThan(0);
    await write("29990101000000_later", GOOD);
    expect(await migrate(url, directory)).toEqual(["29990101000000_later"]);
    expect(await migrate(url, directory)).toEqual([]);
    expect(await query("SELECT one() AS one")).toEqual([{ one: 1 }]);
  });

  it("lets two starters migrate at once", async () => {
    const both = await Promise.all([migrate(url, directory), migrate(url, directory)]);
    expect(both.map((applied) => applied.length > 0).filter(Boolean)).toHaveLength(1);
  });

  it("names a migration that failed, keeps nothing of it, and refuses to go on", async () => {
    await migrate(url, directory);
    await write("29990101000000_later", `${GOOD}\nSELECT nonsense FROM nowhere;`);
    await expect(migrate(url, directory)).rejects.toThrow("nowhere");
    await expect(migrate(url, directory)).rejects.toThrow("29990101000000_later");
    expect(await query("SELECT to_regclass('later')::text AS later")).toEqual([{ later: null }]);
  });

  it("runs a migration again that was cut short with its process", async () => {
    await migrate(url, directory);
    await write("29990101000000_later", GOOD);
    await query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, applied_steps_count)
                 VALUES ('cut-short', 'x', '29990101000000_later', 0)`);
    expect(await migrate(url, directory)).toEqual(["29990101000000_later"]);
  });

  it("refuses an edited history and a database of another version", async () => {
    await write("29990101000000_later", GOOD);
    await migrate(url, directory);
    await write("29990101000000_later", `${GOOD}\n-- edited`);
    await expect(migrate(url, directory)).rejects.toThrow("were edited");
    await rm(join(directory, "29990101000000_later"), { recursive: true });
    await expect(migrate(url, directory)).rejects.toThrow("another version");
  });
});
