import { randomBytes } from "node:crypto";
import { buildWhenStale } from "../build/next-build";
import { freePort } from "../postgres/throwaway";
import { startChild } from "../process/child";
import { WEB_COMMAND } from "../process/web-command";
import { WORKER_COMMAND } from "../process/worker-command";
import { durableDatabase } from "./durable-database";

/** One web process over an empty database of its own, without carrier and worker: for figures of a single endpoint. */
export interface WebServer {
  address: string;
  databaseUrl: string;
  authSecret: string;
  pids: { web: number; worker: number | undefined };
  stop(): Promise<void>;
}

const READY_TRIES = 120;
const READY_PAUSE_MS = 250;

/** Starts it, with `further` variables. The database keeps its promises (it waits for the disk), since acknowledged must mean committed. */
export async function webServer(further: Readonly<Record<string, string>> = {}): Promise<WebServer> {
  const database = await durableDatabase();
  const web = await webOver(database.url, { further });
  return {
    ...web,
    async stop() {
      await web.stop();
      await database.stop();
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
  const args = [...WEB_COMMAND, "--port", String(port), "--hostname", "127.0.0.1"];
  const web = startChild({ args, env: environment, onLine: silent });
  const worker = options.worker ? startChild({ args: WORKER_COMMAND, env: environment, onLine: silent }) : undefined;
  const address = `http://127.0.0.1:${port}`;
  await untilAnswers(`${address}/api/health`);
  return {
    address,
    databaseUrl,
    authSecret,
    pids: { web: web.pid, worker: worker?.pid },
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
