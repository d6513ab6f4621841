// What every entry point does first. Plain JavaScript on purpose: it runs on Node 20 before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".evenhand-installed");
const PACKAGED_NODE = join(MODULES, ".bin", process.platform === "win32" ? "node.exe" : "node");
const OLDEST_NODE = 20;
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** What the installation depends on; the platform too, because optional packages differ. */
function wantedStamp() {
  const lockfile = readFileSync(join(ROOT, "package-lock.json"));
  return createHash("sha256").update(lockfile).update(`${process.platform}-${process.arch}`).digest("hex");
}

/** True for a tree that `npm install` made by hand and that has what the lockfile asks for. */
function matchesLockfile() {
  const record = join(MODULES, ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages ?? {};
  return Object.entries(readJson(join(ROOT, "package-lock.json")).packages ?? {}).every(
    ([path, wanted]) => path === "" || wanted.optional || installed[path]?.version === wanted.version,
  );
}

function isInstalled() {
  if (!existsSync(PACKAGED_NODE)) return false;
  const stamp = wantedStamp();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) return true;
  if (!matchesLockfile()) return false;
  writeFileSync(STAMP, stamp);
  return true;
}

/**
 * Runs a command to its end with this process's terminal; resolves with the exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, stdio?: import("node:child_process").StdioOptions }} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, { env = process.env, timeoutMs, stdio = ["ignore", "inherit", "inherit"] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio, timeout: timeoutMs, killSignal: "SIGKILL" });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal) console.error(`${command} was ended by ${signal}`);
      resolve(code ?? 1);
    });
  });
}

async function install() {
  console.log("Installing the packages this version needs; the first time takes a minute or two.");
  // npm tells its scripts where it is; started by hand, it is looked up in PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const code = await run(command, [...first, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    timeoutMs: INSTALL_TIMEOUT_MS,
    env: {
      ...process.env,
      // Prisma's engine in WebAssembly is used instead: nothing to download, so any existing file will do.
      PRISMA_SCHEMA_ENGINE_BINARY: join(ROOT, "package.json"),
    },
  });
  if (code !== 0) {
    throw new Error("npm ci failed; its own message is above. Is the package registry reachable?");
  }
  writeFileSync(STAMP, wantedStamp());
}

/**
 * Hands over to the Node of the `node` package and goes away with its exit code. The channel between the two tells the
 * successor when this process is killed without a chance to say so.
 */
function continueInPackagedNode() {
  const child = spawn(PACKAGED_NODE, process.argv.slice(1), { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // A terminal's Ctrl-C reaches the successor by itself, a plain `kill` does not; it takes a second one lightly.
    process.on(signal, () => child.kill(signal));
  }
  child.once("error", (error) => {
    console.error(`${PACKAGED_NODE} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code) => process.exit(code ?? 1));
}

/**
 * npm runs its scripts through a shell, and a signal sent to npm ends that shell but not what runs in it. Its going is
 * noticed here and taken for the signal, so that stopping `npm start` by any means stops everything.
 */
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, 250).unref();
}

/**
 * Installs what is missing, then runs `module` (TypeScript) on the packaged Node, in this process when it is that Node.
 * @param {string} module a path below the repository's root
 */
export async function bootstrap(module) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new Error(`Node ${OLDEST_NODE} or newer is needed to begin with; this is ${process.versions.node}.`);
  }
  process.chdir(ROOT);
  stopWithNpm();
  if (!isInstalled()) await install();

  const packaged = Number.parseInt(process.versions.node, 10) >= 24;
  if (!packaged) {
    continueInPackagedNode();
    return;
  }
  // Children find the packaged Node and the installed tools first, also when npm did not start this.
  process.env.PATH = [join(MODULES, ".bin"), process.env.PATH].join(process.platform === "win32" ? ";" : ":");
  const { register } = await import("tsx/esm/api");
  register();
  await import(new URL(`../${module}`, import.meta.url).href);
}
