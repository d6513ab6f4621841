import { spawn } from "node:child_process";

import { ROOT } from "../build/fingerprint";

/** Runs a command to its end with its output shown; resolves with how it ended ("code 0" is good). */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { timeoutMs: number; env?: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: options.env ?? process.env,
      // No terminal to read from: a tool that would ask a question must fail instead of waiting.
      stdio: ["ignore", "inherit", "inherit"],
    });
    const timer = setTimeout(() => {
      console.error(`${command} ${args.join(" ")} did not end within ${options.timeoutMs / 1000} s`);
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
    }, options.timeoutMs);
    const interrupt = (): void => void child.kill("SIGTERM");
    process.once("SIGTERM", interrupt);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      process.off("SIGTERM", interrupt);
      resolve(signal ?? `code ${code}`);
    });
  });
}
