import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprint } from "../build/fingerprint";
import { withDatabase } from "../migrate/adapter";
import { migrate } from "../migrate/apply";
import { withConnection } from "../postgres/database";
import { embeddedPostgres, type EmbeddedPostgres } from "../postgres/embedded";
import { freePort } from "../postgres/throwaway";
import { DEFAULT_SEED, generateScale } from "./generate";

export interface ScaleDatabase {
  databaseUrl: string;
  stop(): Promise<void>;
}

export interface ScaleDatabaseOptions {
  leads: number;
  seed?: number;
  log(line: string): void;
}

/** What the prepared data depend on; later migrations are applied to them. */
const MADE_OF = ["activities", "generate", "leads", "people", "seeded-sql", "wording"].map(
  (name) => `scripts/scale-data/${name}.ts`,
);
const PREPARED = "scale";

/**
 * A Postgres of its own that waits for the disk, with a database of generated leads. Building a million takes minutes:
 * with EVENHAND_SCALE_DIR set, what was built is kept there (one prepared database for each number of leads, seed
 * and generator; older ones go) and the caller is given a copy with all migrations, which `stop` throws away. One user
 * of a kept directory at a time.
 */
export async function scaleDatabase(options: ScaleDatabaseOptions): Promise<ScaleDatabase> {
  const { seed = DEFAULT_SEED, log } = options;
  const kept = process.env.EVENHAND_SCALE_DIR;
  const directory = kept
    ? await keptDirectory(kept, `${options.leads}-${seed}-${(await fingerprint(MADE_OF)).slice(0, 16)}`)
    : await mkdtemp(join(tmpdir(), "evenhand-scale-"));
  const port = await freePort();
  const postgres = await embeddedPostgres({ directory, port, durable: true, log: () => undefined });
  const server = await postgres.start();
  const stop = async (): Promise<void> => {
    if (kept) await dropDatabase(postgres, "bench");
    await server.stop();
    if (kept) return;
    await rm(postgres.cluster.data, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await prepare(postgres, { ...options, seed });
    if (!kept) return { databaseUrl: postgres.url(PREPARED), stop };
    log("copying the prepared database");
    await dropDatabase(postgres, "bench");
    await withConnection(postgres.url("postgres"), async (client) => {
      await client.query(`CREATE DATABASE bench TEMPLATE ${PREPARED} STRATEGY file_copy`);
    });
    const applied = await migrate(withDatabase(postgres.url("postgres"), "bench"));
    if (applied.length > 0) log(`migrations since it was prepared: ${applied.join(", ")}`);
    return { databaseUrl: postgres.url("bench"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Builds under another name and renames: a build that was killed half-way leaves nothing that looks finished. */
async function prepare(postgres: EmbeddedPostgres, options: Required<ScaleDatabaseOptions>): Promise<void> {
  const unfinished = `${PREPARED}_unfinished`;
  const found = await withConnection(postgres.url("postgres"), async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [PREPARED]);
    return rowCount !== 0;
  });
  if (found) return;
  await dropDatabase(postgres, unfinished);
  await postgres.ensureDatabase(unfinished);
  const url = withDatabase(postgres.url("postgres"), unfinished);
  await migrate(url);
  await generateScale(url, options);
  await withConnection(postgres.url("postgres"), async (client) => {
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${PREPARED}`);
  });
}

async function dropDatabase(postgres: EmbeddedPostgres, name: string): Promise<void> {
  await withConnection(postgres.url("postgres"), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

/** The directory for this key; prepared data of the same number of leads that nothing fits any more are removed. */
async function keptDirectory(parent: string, key: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o755 });
  const leads = key.slice(0, key.indexOf("-") + 1);
  for (const name of await readdir(parent)) {
    if (name.startsWith(leads) && name !== key) await rm(join(parent, name), { recursive: true, force: true });
  }
  const directory = join(parent, key);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  return directory;
}
