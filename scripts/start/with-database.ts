import { spawn } from "node:child_process";

import { embeddedPostgres } from "../postgres/embedded";
import { runningPostmaster } from "../postgres/leftover";
import { claimDataDirectory } from "./claim";
import { readPlan } from "./environment";

/** Runs a command with DATABASE_URL set: as given, else the embedded database, started for the while if need be. */
async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  if (!command) throw new Error("Usage: with-database.mjs COMMAND [ARGUMENT...]");
  const plan = readPlan(process.env, { development: false });
  let databaseUrl = plan.databaseUrl;
  let stop = async (): Promise<void> => undefined;
  if (databaseUrl === undefined) {
    const postgres = await embeddedPostgres({
      directory: `${plan.dataDirectory}/postgres`,
      port: plan.postgresPort,
      durable: true,
      log: (line) => console.error(line),
    });
    // A running `npm start` serves the same cluster; only without one is it started here.
    if ((await runningPostmaster(postgres.cluster)) === undefined) {
      const release = await claimDataDirectory(plan.dataDirectory);
      const server = await postgres.start();
      stop = async () => {
        await server.stop();
        await release();
      };
    }
    await postgres.ensureDatabase(plan.database);
    databaseUrl = postgres.url(plan.database);
  }
  try {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, DATABASE_URL: databaseUrl } });
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    await stop();
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
