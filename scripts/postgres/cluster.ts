import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Account } from "./account";
import type { Placement } from "./placement";

const run = promisify(execFile);
const INITDB_TIMEOUT_MS = 120_000;
const MAJOR_VERSION = "18";

export const SUPERUSER = "evenhand";

/** A made cluster: where its files are and how to sign in. */
export interface Cluster {
  programs: string;
  data: string;
  password: string;
  account: Account | undefined;
}

async function initialise(placement: Placement, data: string, password: string, account?: Account): Promise<void> {
  // initdb works in a directory of its own and the finished cluster is renamed: a start that is killed half-way leaves
  // nothing that looks like a database.
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const passwordFile = join(placement.directory, "initdb-password");
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) {
    await chown(unfinished, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  try {
    await run(
      join(placement.programs, "bin", "initdb"),
      [
        `--pgdata=${unfinished}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // Postgres's own locale: the same order and case rules on every machine, whatever locales it has installed.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        // Every page carries a checksum, so that a bad disk is noticed instead of believed.
        "--data-checksums",
        // Durability is settled at the first checkpoint; initdb's own sync only slows the first start.
        "--no-sync",
      ],
      { timeout: INITDB_TIMEOUT_MS, cwd: placement.directory, env: { ...process.env, LC_ALL: "C" }, ...account },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, data);
}

/** Opens the cluster in a placement, made with a random password when there is none. */
export async function openCluster(placement: Placement, account: Account | undefined): Promise<Cluster> {
  const data = join(placement.directory, "data");
  const passwordFile = join(placement.directory, "password");

  const version = await readFile(join(data, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version !== undefined && version.trim() !== MAJOR_VERSION) {
    throw new Error(
      `${data} was made by Postgres ${version.trim()}, this is Postgres ${MAJOR_VERSION}. ` +
        "Dump it with the older version, or name another place with EVENHAND_DATA_DIR.",
    );
  }
  if (version === undefined) {
    const password = randomBytes(24).toString("base64url");
    // The password is kept before the cluster exists: the other order could lose it.
    await writeFile(passwordFile, password, { mode: 0o600 });
    await chmod(passwordFile, 0o600);
    await initialise(placement, data, password, account);
  }
  const password = await readFile(passwordFile, "utf8").catch((error: unknown) => {
    throw new Error(`The password of the database in ${data} is gone: ${passwordFile} cannot be read`, {
      cause: error,
    });
  });
  return { programs: placement.programs, data, password: password.trim(), account };
}
