import { buildWhenStale } from "../build/next-build";
import { generateClient } from "../build/generate";
import { embeddedPostgres } from "../postgres/embedded";
import { freePort } from "../postgres/throwaway";
import { runChild } from "../process/child";
import { lineWriter } from "../process/log-lines";
import { Supervisor } from "../process/supervisor";
import { banner } from "./banner";
import { claimDataDirectory } from "./claim";
import { readPlan } from "./environment";
import type { StartPlan } from "./environment";
import { untilHealthy } from "./health";
import { localAddress, productEnvironment } from "./product-environment";
import { installationSecrets } from "./secrets";
import { carrierService, databaseService, STOP_ORDER, webService, workerService } from "./services";

const PREPARE_TIMEOUT_MS = 5 * 60_000;
/** Names a database that does not exist yet, so that the rest of the environment can be checked first. */
const NOT_YET_STARTED = "postgresql://127.0.0.1/not_yet_started";

const log = lineWriter("evenhand");
const supervisor = new Supervisor(log);
const interrupted = new AbortController();

async function bringUp(plan: StartPlan, startedAt: number): Promise<void> {
  const secrets = plan.standInsAllowed ? await installationSecrets(plan.dataDirectory) : undefined;
  // Everything that can be wrong in the environment is told before anything is started.
  productEnvironment(plan, process.env, secrets, plan.databaseUrl ?? NOT_YET_STARTED);

  let databaseUrl = plan.databaseUrl;
  if (databaseUrl === undefined) {
    const postgres = await embeddedPostgres({
      directory: `${plan.dataDirectory}/postgres`,
      port: plan.postgresPort,
      durable: true,
      log: lineWriter("database"),
    });
    await supervisor.keep(databaseService(postgres));
    await postgres.ensureDatabase(plan.database);
    databaseUrl = postgres.url(plan.database);
  }
  // One for as long as this runs: the carrier takes mails in there again after a crash of its own.
  const mailPort = plan.localCarrier ? await freePort() : undefined;
  const product = productEnvironment(plan, process.env, secrets, databaseUrl, mailPort);
  interrupted.signal.throwIfAborted();

  await generateClient(log);
  const embedded = plan.databaseUrl === undefined;
  await runChild(
    {
      args: ["scripts/start/prepare-database.ts"],
      env: embedded ? { ...product, SEED_DEMO_PASSWORD: plan.demoPassword } : product,
      onLine: log,
    },
    PREPARE_TIMEOUT_MS,
  );
  if (!plan.development) await buildWhenStale(product, log);
  interrupted.signal.throwIfAborted();

  if (plan.localCarrier) await supervisor.keep(carrierService(plan, product));
  await supervisor.keep(webService(plan, product));
  await supervisor.keep(workerService(product));
  await untilHealthy(localAddress(plan), interrupted.signal);
  process.stdout.write(banner(plan, product, (Date.now() - startedAt) / 1000));
}

async function main(): Promise<number> {
  const startedAt = Date.now() - process.uptime() * 1000;
  const stopped = new Promise<"stopped">((resolve) => {
    const stop = (): void => {
      interrupted.abort(new Error("stopped"));
      resolve("stopped");
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    // Only with a parent that bootstrapped this process: it was killed without a word.
    process.on("disconnect", stop);
  });
  let code = 0;
  let release = async (): Promise<void> => undefined;
  try {
    const plan = readPlan(process.env, { development: process.argv.includes("--dev") });
    release = await claimDataDirectory(plan.dataDirectory);
    const up = bringUp(plan, startedAt);
    up.catch(() => undefined);
    const outcome = await Promise.race([up.then(() => "up" as const), stopped, supervisor.failed]);
    if (outcome === "up") await Promise.race([stopped, supervisor.failed]);
  } catch (error) {
    code = 1;
    const tell = error instanceof Error ? error.message : String(error);
    console.error(`\nEvenhand stops: ${tell}`);
  }
  await supervisor.stop(STOP_ORDER);
  await release();
  return code;
}

process.exit(await main());
