import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const END_WITH_PARENT = new URL("./end-with-parent.mjs", import.meta.url).href;

/** A process that runs until it is stopped or dies. */
export interface RunningChild {
  pid: number;
  /** Resolves with the reason ("code 1", "SIGKILL") when the process is gone. */
  exited: Promise<string>;
  /** SIGTERM, and SIGKILL for the whole process group when that does not end it within `patienceMs`. */
  stop(patienceMs: number): Promise<void>;
}

export interface ChildSpec {
  /** Arguments of Node: its own options, a script and what it takes. TypeScript runs as it is. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
}

/** Starts a Node program as a child that ends with this process and has a process group of its own. */
export function startChild({ args, env, onLine }: ChildSpec): RunningChild {
  const typescript = args.find((arg) => !arg.startsWith("-"))?.endsWith(".ts") === true ? ["--import", "tsx"] : [];
  const child = spawn(process.execPath, ["--import", END_WITH_PARENT, ...typescript, ...args], {
    cwd: ROOT,
    env: { ...env, EVENHAND_ENDS_WITH_PARENT: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    // Ctrl-C in a terminal goes to this process's group; children are in groups of their own and are stopped in order.
    detached: true,
  });
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  // Writing to a child that has gone is no news: `exited` says so already.
  child.stdin.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);

  return {
    pid: child.pid ?? -1,
    exited,
    async stop(patienceMs) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill("SIGTERM");
      const timer = new AbortController();
      const patience = delay(patienceMs, "impatient" as const, { signal: timer.signal }).catch(() => "gone" as const);
      const outcome = await Promise.race([exited, patience]);
      timer.abort();
      if (outcome !== "impatient") return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The group went away between the two lines: that is what was wanted.
      }
      await exited;
    },
  };
}

/** Runs a Node program to its end. */
export async function runChild(spec: ChildSpec, timeoutMs: number): Promise<void> {
  const child = startChild(spec);
  const timer = new AbortController();
  const late = delay(timeoutMs, "late" as const, { signal: timer.signal }).catch(() => "gone" as const);
  const outcome = await Promise.race([child.exited, late]);
  timer.abort();
  if (outcome === "late") {
    await child.stop(0);
    throw new Error(`${spec.args.join(" ")} did not end within ${timeoutMs / 1000} s`);
  }
  if (outcome !== "code 0") throw new Error(`${spec.args.join(" ")} ended with ${outcome}; its own words are above`);
}
