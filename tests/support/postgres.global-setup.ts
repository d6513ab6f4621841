import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "../../scripts/migrate/apply";
import { freePort } from "./free-port";
import { withDatabase } from "../../scripts/migrate/adapter";
import { withConnection } from "../../scripts/postgres/database";
import { embeddedPostgres } from "../../scripts/postgres/embedded";

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
export default async function setup(
  project: TestProject,
): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL
    ? undefined
    : await throwawayServer();
  const adminUrl = process.env.TEST_DATABASE_URL ?? server?.url;
  if (adminUrl === undefined)
    throw new Error("no database server for the tests");
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

async function throwawayServer(): Promise<{
  url: string;
  stop(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-test-"));
  const silent = (): void => undefined;
  const postgres = await embeddedPostgres({
    directory,
    port: await freePort(),
    durable: false,
    log: silent,
  });
  const running = await postgres.start();
  return {
    url: postgres.url("postgres"),
    async stop() {
      await running.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
