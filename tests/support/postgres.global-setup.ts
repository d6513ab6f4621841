import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { migrate } from "../../scripts/migrate/apply";
import { withDatabase } from "../../scripts/migrate/adapter";
import { withConnection } from "../../scripts/postgres/database";
import { throwawayServer } from "../../scripts/postgres/throwaway";

declare module "vitest" {
  interface ProvidedContext {
    /** A server's maintenance database; each test file clones the template beside it. */
    adminUrl: string;
    template: string;
  }
}

/**
 * One real Postgres a run: TEST_DATABASE_URL when the runner has started one, otherwise a throwaway of our own. A
 * template database is migrated once; every test file clones it, which takes a few milliseconds.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL ? undefined : await throwawayServer(() => undefined);
  const adminUrl = process.env.TEST_DATABASE_URL ?? server?.adminUrl;
  if (adminUrl === undefined) throw new Error("no database server for the tests");
  const template = `evenhand_template_${randomBytes(5).toString("hex")}`;
  await withConnection(adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${template}`);
  });
  await migrate(withDatabase(adminUrl, template));
  project.provide("adminUrl", adminUrl);
  project.provide("template", template);
  return async () => {
    await withConnection(adminUrl, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    });
    await server?.stop();
  };
}
