import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDatabase } from "../migrate/adapter";
import { migrate } from "../migrate/apply";
import { withConnection } from "../postgres/database";
import { embeddedPostgres } from "../postgres/embedded";
import { freePort } from "../postgres/throwaway";

/** An empty, migrated database on a Postgres of its own that waits for the disk: committed must mean kept. */
export async function durableDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-bench-"));
  const postgres = await embeddedPostgres({
    directory,
    port: await freePort(),
    durable: true,
    log: () => undefined,
  });
  const server = await postgres.start();
  await withConnection(postgres.url("postgres"), async (client) => {
    await client.query("CREATE DATABASE bench");
  });
  const url = withDatabase(postgres.url("postgres"), "bench");
  await migrate(url);
  return {
    url,
    async stop() {
      await server.stop();
      await rm(postgres.cluster.data, { recursive: true, force: true });
      await rm(directory, { recursive: true, force: true });
    },
  };
}
