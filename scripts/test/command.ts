import { spawn } from "node:child_process";

import { ROOT } from "../build/fingerprint";

/**
 * Runs a command to its end; resolves with how it ended ("code 0" is good). Its output is shown as it comes, or handed to
 * `keep` piece by piece.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; env?: NodeJS.ProcessEnv; keep?: ((output: string) => void) | undefined },
): Promise<string> {
  const { keep } = options;
  const shown = keep ? "pipe" : "inherit";
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: options.env ?? process.env,
      // No terminal to read from: a tool that would ask a question must fail instead of waiting.
      stdio: ["ignore", shown, shown],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (keep) stream?.setEncoding("utf8").on("data", keep);
    }
    const timer = setTimeout(() => {
      console.error(`${command} ${args.join(" ")} did not end within ${options.timeoutMs / 1000} s`);
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
    }, options.timeoutMs);
    const interrupt = (): void => void child.kill("SIGTERM");
    process.once("SIGTERM", interrupt);
    child.once("error", reject);
    child.once(keep ? "close" : "exit", (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      process.off("SIGTERM", interrupt);
      resolve(signal ?? `code ${code}`);
    });
  });
}
