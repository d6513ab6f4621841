import { setTimeout as delay } from "node:timers/promises";

import { NEXT_COMMAND } from "../build/next-build";
import type { EmbeddedPostgres } from "../postgres/embedded";
import { startChild } from "../process/child";
import { WEB_COMMAND } from "../process/web-command";
import { WORKER_COMMAND } from "../process/worker-command";
import { lineWriter } from "../process/log-lines";
import type { Service } from "../process/supervisor";
import type { StartPlan } from "./environment";
import { carrierEnvironment } from "./product-environment";

/** Together with Postgres's own patience these add up to less than the 10 s that stopping may take. */
const PATIENCE_MS = { web: 3_500, worker: 3_500, carrier: 1_500 };
const CARRIER_READY_MS = 90_000;

/** What stops at once, and before what. Postgres comes last: everybody else may still be writing to it. */
export const STOP_ORDER = [["web", "worker"], ["carrier"], ["database"]] as const;

export function databaseService(postgres: EmbeddedPostgres): Service {
  return {
    name: "database",
    async start() {
      const server = await postgres.start();
      return {
        exited: server.exited.then(({ code, signal }) => signal ?? `code ${code}`),
        stop: () => server.stop(),
      };
    },
  };
}

function childService(name: "web" | "worker", args: readonly string[], env: NodeJS.ProcessEnv): Service {
  return {
    name,
    async start() {
      const child = startChild({ args, env, onLine: lineWriter(name) });
      return { exited: child.exited, stop: () => child.stop(PATIENCE_MS[name]) };
    },
  };
}

/**
 * The web process. It listens on 127.0.0.1 unless HOST says otherwise: known demo passwords must not be offered to the
 * network. http://localhost works as well, because browsers try both of that name's addresses.
 */
export function webService(plan: StartPlan, product: NodeJS.ProcessEnv): Service {
  const args = [
    ...(plan.development ? [NEXT_COMMAND, "dev"] : WEB_COMMAND),
    ...["--port", String(plan.port)],
    ...["--hostname", plan.host],
  ];
  return childService("web", args, { ...product, NEXT_TELEMETRY_DISABLED: "1" });
}

export function workerService(product: NodeJS.ProcessEnv): Service {
  return childService("worker", WORKER_COMMAND, product);
}

/** The local carrier. It counts as started when it says so on its standard output. */
export function carrierService(plan: StartPlan, product: NodeJS.ProcessEnv): Service {
  return {
    name: "carrier",
    async start() {
      const write = lineWriter("carrier");
      let announce: () => void = () => undefined;
      const ready = new Promise<"ready">((resolve) => (announce = () => resolve("ready")));
      const child = startChild({
        args: ["modules/twilio-simulator/main.ts"],
        env: carrierEnvironment(plan, product),
        onLine(line) {
          if (line.startsWith('{"ready":true')) announce();
          else write(line);
        },
      });
      const timer = new AbortController();
      const late = delay(CARRIER_READY_MS, "late" as const, { signal: timer.signal }).catch(() => "late" as const);
      const outcome = await Promise.race([ready, child.exited, late]);
      timer.abort();
      if (outcome !== "ready") {
        await child.stop(PATIENCE_MS.carrier);
        throw new Error(
          outcome === "late"
            ? `The local carrier was not ready within ${CARRIER_READY_MS / 1000} s`
            : `The local carrier ended at once (${outcome}); its own words are above`,
        );
      }
      return { exited: child.exited, stop: () => child.stop(PATIENCE_MS.carrier) };
    },
  };
}
