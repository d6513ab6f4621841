import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { embeddedPostgres } from "./embedded";

/** A loopback port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("The system gave no port"));
      });
    });
  });
}

export interface ThrowawayServer {
  /** The maintenance database; make others beside it. */
  adminUrl: string;
  stop(): Promise<void>;
}

/** A Postgres for a test run: nothing in it outlives the run, so it never waits for the disk. */
export async function throwawayServer(log: (line: string) => void): Promise<ThrowawayServer> {
  const base = process.env.EVENHAND_DATA_DIR || tmpdir();
  const directory = await mkdtemp(join(base, "evenhand-test-"));
  const postgres = await embeddedPostgres({ directory, port: await freePort(), durable: false, log });
  const server = await postgres.start();
  return {
    adminUrl: postgres.url("postgres"),
    async stop() {
      await server.stop();
      await rm(postgres.cluster.data, { recursive: true, force: true });
      await rm(directory, { recursive: true, force: true });
    },
  };
}
