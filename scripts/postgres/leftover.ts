import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Cluster } from "./cluster";

const STOP_TIMEOUT_MS = 15_000;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function pidInFile(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(join(cluster.data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text.split("\n")[0] ?? "", 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/**
 * Whether a process works inside this cluster. Postgres's processes all have the data directory as their working
 * directory; where /proc does not exist the answer is taken to be yes, which only costs a clear refusal.
 */
async function worksInside(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return cwd === data;
}

/** The pid of a Postgres that is running on this cluster now, if there is one. */
export async function runningPostmaster(cluster: Cluster): Promise<number | undefined> {
  const pid = await pidInFile(cluster);
  return pid !== undefined && isAlive(pid) && (await worksInside(pid, cluster.data)) ? pid : undefined;
}

async function anybodyInside(data: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const inside = await Promise.all(pids.map((pid) => worksInside(pid, data)));
  return inside.includes(true);
}

/** Stops a Postgres that an earlier, killed run left behind. Its data is safe: this is a fast, clean shutdown. */
export async function stopLeftover(cluster: Cluster, pid: number): Promise<void> {
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`Postgres (pid ${pid}) of an earlier run does not stop`);
    await delay(50);
  }
}

/**
 * Prepares for starting: waits for the last processes of a crashed Postgres to leave, and removes a postmaster.pid
 * whose number has since been given to an unrelated process, which Postgres itself would take for a running server.
 * The file stays when nobody has its number: Postgres checks the shared memory named in it, a check worth having.
 */
export async function clearStaleLock(cluster: Cluster): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (await anybodyInside(cluster.data)) {
    if (Date.now() > deadline) throw new Error(`Processes of a crashed Postgres do not leave ${cluster.data}`);
    await delay(50);
  }
  const pid = await pidInFile(cluster);
  if (pid !== undefined && isAlive(pid) && !(await worksInside(pid, cluster.data))) {
    await rm(join(cluster.data, "postmaster.pid"), { force: true });
  }
}
