import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWhenStale, NEXT_COMMAND } from "../build/next-build";
import { withDatabase } from "../migrate/adapter";
import { migrate } from "../migrate/apply";
import { withConnection } from "../postgres/database";
import { embeddedPostgres } from "../postgres/embedded";
import { freePort } from "../postgres/throwaway";
import { startChild } from "../process/child";

/** One web process over an empty database of its own, without carrier and worker: for figures of a single endpoint. */
export interface WebServer {
  address: string;
  databaseUrl: string;
  authSecret: string;
  stop(): Promise<void>;
}

const READY_TRIES = 120;
const READY_PAUSE_MS = 250;

/** Starts it, with `further` variables. The database keeps its promises (it waits for the disk), since acknowledged must mean committed. */
export async function webServer(further: Readonly<Record<string, string>> = {}): Promise<WebServer> {
  const directory = await mkdtemp(join(tmpdir(), "evenhand-bench-"));
  const postgres = await embeddedPostgres({ directory, port: await freePort(), durable: true, log: silent });
  const database = await postgres.start();
  await withConnection(postgres.url("postgres"), async (client) => {
    await client.query("CREATE DATABASE bench");
  });
  const databaseUrl = withDatabase(postgres.url("postgres"), "bench");
  await migrate(databaseUrl);
  const web = await webOver(databaseUrl, { further });
  return {
    ...web,
    async stop() {
      await web.stop();
      await database.stop();
      await rm(postgres.cluster.data, { recursive: true, force: true });
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One web process, and one worker when asked for, over a database that exists. */
export async function webOver(
  databaseUrl: string,
  options: { worker?: boolean; further?: Readonly<Record<string, string>> } = {},
): Promise<WebServer> {
  const port = await freePort();
  const authSecret = randomBytes(24).toString("hex");
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: authSecret,
    CRON_SECRET: randomBytes(24).toString("hex"),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "0".repeat(32),
    TWILIO_API_KEY_SID: `SK${"0".repeat(32)}`,
    TWILIO_API_KEY_SECRET: "0".repeat(32),
    TWILIO_APP_SID: `AP${"0".repeat(32)}`,
    TWILIO_PHONE_NUMBER: "+15550100000",
    LOG_LEVEL: "error",
    RATE_LIMIT_PER_MINUTE: "1000000",
    NEXT_TELEMETRY_DISABLED: "1",
    ...options.further,
  };
  await buildWhenStale(environment, silent);
  const args = [NEXT_COMMAND, "start", "--port", String(port), "--hostname", "127.0.0.1"];
  const web = startChild({ args, env: environment, onLine: silent });
  const worker = options.worker
    ? startChild({ args: ["scripts/worker.ts"], env: environment, onLine: silent })
    : undefined;
  const address = `http://127.0.0.1:${port}`;
  await untilAnswers(`${address}/api/health`);
  return {
    address,
    databaseUrl,
    authSecret,
    async stop() {
      await Promise.all([web.stop(3_000), worker?.stop(3_000)]);
    },
  };
}

const silent = (): void => undefined;

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < READY_TRIES; attempt += 1) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, READY_PAUSE_MS));
  }
  throw new Error(`${url} did not answer`);
}
