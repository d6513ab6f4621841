import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { startChild } from "@/scripts/process/child";

/** Programs are given by their text: what they import is theirs alone. */
const child = (code: string) => {
  const lines: string[] = [];
  const running = startChild({ args: ["--eval", code], env: process.env, onLine: (line) => lines.push(line) });
  return { running, lines };
};

describe("a child process", () => {
  it("leaves alone what it starts itself, whatever the standard input of that", async () => {
    const { running, lines } = child(`
      const { spawn } = require("node:child_process");
      const at = process.execArgv.indexOf("--import");
      const grandchild = spawn(process.execPath, ["--import", process.execArgv[at + 1], "--eval",
        "setTimeout(() => process.exit(7), 300)"], { stdio: "ignore" });
      grandchild.on("exit", (code, signal) => { console.log(code ?? signal); process.exit(0); });`);
    expect(await running.exited).toBe("code 0");
    expect(lines).toEqual(["7"]);
  });

  it("ends when its parent is killed without a chance to clean up, also when it hangs in its own end", async () => {
    const parent = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        "--input-type=module",
        "--eval",
        `import { startChild } from "./scripts/process/child.ts";
         const hangs = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
         const code = "setInterval(() => undefined, 1000); process.on('SIGTERM', () => " + hangs + ");";
         const child = startChild({ args: ["--eval", code], env: process.env, onLine() {} });
         console.log(child.pid);`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(said.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  }, 30_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
