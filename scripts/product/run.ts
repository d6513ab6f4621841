import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a caller's own installation must not hand down to a product that is to be a stranger to it. */
const OWN_VARIABLES =
  /^(TWILIO_|SIMULATOR_|EVENHAND_|DATABASE_URL$|AUTH_SECRET$|PUBLIC_BASE_URL$|NODE_ENV$|npm_(?!config_))/;
const STOP_TIMEOUT_MS = 15_000;
const UP = "Evenhand is up";

export interface RunningProduct {
  /** From the command to the line that says everything is up. */
  seconds: number;
  /** The process to signal or kill. */
  pid: number;
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Runs `npm start` in a checkout and waits until it says that everything is up. */
export async function startProduct(options: {
  directory: string;
  variables: Record<string, string>;
  timeoutMs: number;
  onLine: (line: string) => void;
}): Promise<RunningProduct> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name)));
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: options.directory,
    env: { ...inherited, ...options.variables } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
  const lines: string[] = [];
  const up = new Promise<"up">((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (lines.length > 200) lines.shift();
        options.onLine(line);
        if (line.includes(UP)) resolve("up");
      });
    }
  });
  const { pid } = child;
  const stop = async (): Promise<void> => {
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // The whole group, as a terminal's Ctrl-C would: npm, its shell and the supervisor, which stops the rest.
    process.kill(-pid, "SIGINT");
    const closed = new Promise<"closed">((resolve) => child.once("close", () => resolve("closed")));
    const timer = new AbortController();
    const late = timeout(STOP_TIMEOUT_MS, timer.signal);
    const outcome = await Promise.race([closed, late]);
    timer.abort();
    if (outcome === "late") {
      process.kill(-pid, "SIGKILL");
      throw new Error(`npm start did not stop within ${STOP_TIMEOUT_MS / 1000} s`);
    }
  };

  const timer = new AbortController();
  const outcome = await Promise.race([up, exited, timeout(options.timeoutMs, timer.signal)]);
  timer.abort();
  if (outcome !== "up" || pid === undefined) {
    await stop();
    const how = outcome === "late" ? `was not up within ${options.timeoutMs / 1000} s` : `ended with code ${outcome}`;
    throw new Error(`npm start ${how}. Its last words:\n${lines.slice(-30).join("\n")}`);
  }
  return { seconds: (performance.now() - startedAt) / 1000, pid, exited, stop };
}

function timeout(ms: number, signal: AbortSignal): Promise<"late"> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("late"), ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
