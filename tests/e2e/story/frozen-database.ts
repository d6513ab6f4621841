import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** All processes of the embedded database of a product: the postmaster and what it has started. */
function processes(dataDirectory: string): number[] {
  const [line = ""] = readFileSync(join(dataDirectory, "postgres", "data", "postmaster.pid"), "utf8").split("\n");
  const postmaster = Number(line);
  const table = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
  const children = table
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === postmaster)
    .map(([pid = 0]) => pid);
  return [postmaster, ...children];
}

function signal(pids: readonly number[], name: "SIGSTOP" | "SIGCONT"): void {
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
