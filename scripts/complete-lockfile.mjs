// Run after `npm install` changed package-lock.json: `node scripts/complete-lockfile.mjs`.
//
// A package with one optional package per platform needs all of them in the lockfile. npm leaves out those whose
// description it could not get while installing, and `npm ci` then refuses the lockfile everywhere. Their names say
// which platform they are for, so they are completed from the names. It also drops where packages came from: a lockfile
// that names a registry's host would only work where that host is reachable.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("../package-lock.json", import.meta.url);
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64", "arm"];

/** @typedef {{ version?: string, resolved?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} Entry */

/** @param {Record<string, Entry>} packages @param {string} from @param {string} name */
export function isLocked(packages, from, name) {
  for (let at = from; ;) {
    if (packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]) return true;
    if (at === "") return false;
    const parent = at.lastIndexOf("/node_modules/");
    at = parent < 0 ? "" : at.slice(0, parent);
  }
}

/** @param {string} name */
function platformOf(name) {
  const words = name.split("/").at(-1)?.split("-") ?? [];
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!cpu) throw new Error(`${name} does not say which processor it is for: complete package-lock.json by hand`);
  const hasLibc = os === "linux" && words.some((word) => /^(musl|gnu)/.test(word));
  return { cpu: [cpu], ...(os ? { os: [os] } : {}), ...(hasLibc ? { libc: [libc] } : {}) };
}

function main() {
  /** @type {{ packages: Record<string, Entry> }} */
  const lock = JSON.parse(readFileSync(FILE, "utf8"));
  const { packages } = lock;
  const added = [];
  for (const [from, entry] of Object.entries(packages)) {
    delete entry.resolved;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(packages, from, name)) continue;
      const dev = entry.dev ? { dev: true } : {};
      packages[`node_modules/${name}`] = { version, ...dev, optional: true, ...platformOf(name) };
      added.push(`${name}@${version}`);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length === 0 ? "The lockfile is complete." : `Added ${added.join(", ")}`);
}

if (import.meta.url === `file://${process.argv[1]}`) main();
