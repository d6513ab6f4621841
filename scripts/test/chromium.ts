import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium } from "playwright-core";

import { runCommand } from "./command";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const INSTALL_TIMEOUT_MS = 8 * 60_000;

function inPath(): string | undefined {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find((file) =>
    existsSync(file),
  );
}

/** A Chromium that is here: named by CHROMIUM_PATH, the system's own, or one that Playwright downloaded. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
    return named;
  }
  const downloaded = chromium.executablePath();
  return inPath() ?? (existsSync(downloaded) ? downloaded : undefined);
}

/** Runs an installer without a word, unless it fails: it has other work beside it, which is what should be read. */
async function succeeds(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const words: string[] = [];
  const keep = (output: string): void => void words.push(output);
  const ended = await runCommand(command, args, { timeoutMs: INSTALL_TIMEOUT_MS, env, keep });
  if (ended !== "code 0") console.error(`${words.join("")}\n${command} ended with ${ended}`);
  return ended === "code 0";
}

/** Debian's own package: as root directly, as somebody else where sudo asks no password. */
async function installWithApt(): Promise<boolean> {
  if (!existsSync("/usr/bin/apt-get")) return false;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive"];
  if (asRoot.length > 0 && spawnSync("sudo", ["--non-interactive", "true"]).status !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]): Promise<boolean> => {
    const [command = "apt-get", ...rest] = [...asRoot, "apt-get", "-q", ...args];
    return succeeds(command, rest, env);
  };
  return (await apt("update")) && apt("install", "--yes", "--no-install-recommends", "chromium");
}

/** The path of a Chromium, installed when there is none. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  console.log("Installing Chromium for the browser tests");
  const playwright = join("node_modules", "playwright-core", "cli.js");
  if (!(await installWithApt()) && !(await succeeds(process.execPath, [playwright, "install", "chromium"]))) {
    throw new Error("No Chromium was found and none could be installed: install one, or name it with CHROMIUM_PATH");
  }
  const installed = findChromium();
  if (!installed) throw new Error("Chromium was installed but cannot be found: name it with CHROMIUM_PATH");
  return installed;
}
