import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { createDb, type Db } from "@/lib/db/client";
import { withDatabase } from "../../scripts/migrate/adapter";
import { withConnection } from "../../scripts/postgres/database";

export interface TestDatabase {
  readonly url: string;
  readonly db: Db;
}

/**
 * A database of its own for the calling test file, cloned from the migrated template and dropped afterwards. Call it
 * at the top level of the file (or of a describe); its members are usable inside hooks and tests.
 */
export function testDatabase(options: { poolSize?: number } = {}): TestDatabase {
  const name = `evenhand_test_${randomBytes(6).toString("hex")}`;
  let url: string | undefined;
  let db: Db | undefined;

  beforeAll(async () => {
    const adminUrl = inject("adminUrl");
    await withConnection(adminUrl, async (client) => {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${inject("template")} STRATEGY FILE_COPY`);
    });
    url = withDatabase(adminUrl, name);
    db = createDb(url, options.poolSize ?? 10);
  });

  afterAll(async () => {
    await db?.$disconnect();
    await withConnection(inject("adminUrl"), async (client) => {
      // Whoever is still connected now has leaked a connection: say so before it is cut. A server process needs a
      // moment to see that its client has gone.
      const connected = async () =>
        (
          await client.query<{ application_name: string; query: string }>(
            "SELECT application_name, query FROM pg_stat_activity WHERE datname = $1",
            [name],
          )
        ).rows;
      let rows = await connected();
      for (let look = 0; look < 400 && rows.length > 0; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        rows = await connected();
      }
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      expect(rows, "connections left open after the tests").toEqual([]);
    });
  });

  const ready = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("testDatabase() is usable inside hooks and tests only");
    return value;
  };
  return {
    get url() {
      return ready(url);
    },
    get db() {
      return ready(db);
    },
  };
}
