import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function running(): Process[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((row) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

function postmaster(dataDirectory: string): number {
  const [line = ""] = readFileSync(join(dataDirectory, "postgres", "data", "postmaster.pid"), "utf8").split("\n");
  return Number(line);
}

/** All processes of the embedded database of a product: the postmaster and what it has started. */
function processes(dataDirectory: string): number[] {
  const first = postmaster(dataDirectory);
  return [first, ...running().flatMap(({ pid, parent }) => (parent === first ? [pid] : []))];
}

/** Kills the database in the middle of whatever it does; the product starts it again. */
export function killDatabase(dataDirectory: string): void {
  signal(processes(dataDirectory), "SIGKILL");
}

/** Kills the web process of the product whose database this is; the product starts it again. */
export function killWeb(dataDirectory: string): void {
  const all = running();
  const product = all.find(({ pid }) => pid === postmaster(dataDirectory))?.parent;
  const web = all.find(({ parent, command }) => parent === product && /next|web\.mts/.test(command));
  if (!web) throw new Error("The product has no web process");
  signal([web.pid], "SIGKILL");
}

function signal(pids: readonly number[], name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // A backend that ended in the meantime is no concern of the test's.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Stops the database where it stands: connections stay open and nothing answers. Answers how to let it go on. */
export function freezeDatabase(dataDirectory: string): () => void {
  const frozen = processes(dataDirectory);
  signal(frozen, "SIGSTOP");
  return () => signal(frozen, "SIGCONT");
}
