import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import pg from "pg";

import { SUPERUSER } from "./cluster";
import type { Cluster } from "./cluster";
import { clearStaleLock } from "./leftover";
import { settings } from "./settings";
import type { SettingsInput } from "./settings";

/** Crash recovery replays at most max_wal_size (1 GB), which takes well under this on a slow disk. */
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 50;
const FAST_STOP_MS = 3_500;
const IMMEDIATE_STOP_MS = 700;
/** What early attempts to connect make Postgres say; waiting for it to pass is what we do. */
const NOT_READY = /FATAL: {2}the database system is |DETAIL: {2}Consistent recovery state has not been/;

export interface PostgresExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface PostgresServer {
  pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  exited: Promise<PostgresExit>;
  /** A clean, fast shutdown; a harder one when that does not come to an end. */
  stop(): Promise<void>;
}

export function databaseUrl(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`;
}

/**
 * A second process that waits for the end of a pipe held open by this one. When this process dies without a chance to
 * clean up (kill -9), the pipe ends and Postgres is asked for a fast, clean shutdown.
 */
function guard(pid: number): ChildProcess {
  const script = 'cat >/dev/null; kill -INT "$0"';
  const child = spawn("/bin/sh", ["-c", script, String(pid)], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Without a guard nothing is lost but tidiness: the next start finds the orphan and stops it.
  child.on("error", () => undefined);
  child.unref();
  return child;
}

async function untilReady(cluster: Cluster, port: number, exited: Promise<PostgresExit>): Promise<void> {
  let gone: PostgresExit | undefined;
  void exited.then((exit) => (gone = exit));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    if (gone) throw new Error(`Postgres ended at once (code ${gone.code ?? gone.signal}); its last words are above`);
    const client = new pg.Client({
      connectionString: databaseUrl(cluster, port, "postgres"),
      connectionTimeoutMillis: 2_000,
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("SELECT 1");
      return;
    } catch (error) {
      last = error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await delay(POLL_MS);
  }
  throw new Error(`Postgres did not answer within ${READY_TIMEOUT_MS / 1000} s`, { cause: last });
}

/** Starts Postgres on a cluster and waits until it answers. */
export async function startServer(
  cluster: Cluster,
  input: SettingsInput,
  log: (line: string) => void,
): Promise<PostgresServer> {
  await clearStaleLock(cluster);
  const flags = Object.entries(settings(input)).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(join(cluster.programs, "bin", "postgres"), ["-D", cluster.data, ...flags], {
    cwd: cluster.data,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor only, which stops Postgres last.
    detached: true,
    env: { ...process.env, LC_ALL: "C" },
    ...cluster.account,
  });
  const exited = new Promise<PostgresExit>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`Postgres cannot be started: ${error.message}`)));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) =>
      text
        .split("\n")
        .filter((line) => line !== "" && !NOT_READY.test(line))
        .forEach(log),
    );
  }
  const { pid } = child;
  if (pid === undefined) {
    await exited;
    throw new Error("Postgres cannot be started");
  }
  const watcher = guard(pid);
  void exited.then(
    () => watcher.kill("SIGKILL"),
    () => watcher.kill("SIGKILL"),
  );

  const stop = async (): Promise<void> => {
    for (const [signal, patience] of [
      ["SIGINT", FAST_STOP_MS],
      ["SIGQUIT", IMMEDIATE_STOP_MS],
      ["SIGKILL", IMMEDIATE_STOP_MS],
    ] as const) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await Promise.race([exited, delay(patience, undefined, { ref: false })]);
    }
  };
  try {
    await untilReady(cluster, input.port, exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid, exited, stop };
}
