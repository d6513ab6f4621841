import pg from "pg";

import { withConnection } from "../postgres/database";
import type { SchemaEngine } from "./engine";
import { withSchemaEngine } from "./engine";
import { MIGRATIONS_DIRECTORY, readHistory, readSchema } from "./history";

/** Any fixed number serves, as long as every starter of this product uses the same. */
const ADVISORY_LOCK = 7_203_144_911n;
const LOCK_TIMEOUT_MS = 120_000;
const NO_FILTERS = { externalTables: [], externalEnums: [] };

type History = Awaited<ReturnType<typeof readHistory>>;

/** A migration history that a person has to look at; the message says what and how. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Holds one lock in the database while `work` runs, so that two starters do not migrate at once. The lock belongs to
 * a connection of its own: it goes with the process, whatever happens to it.
 */
async function underLock<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withConnection(databaseUrl, async (client) => {
      await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK.toString()]);
      return work();
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === "55P03") {
      throw new MigrationError(`Another process has been migrating this database for ${LOCK_TIMEOUT_MS / 1000} s`);
    }
    throw error;
  }
}

/**
 * A migration that neither finished nor left an error was cut short with its process (kill -9, power). Its script went
 * to Postgres as one transaction, so nothing of it stayed: it is marked rolled back and runs again. Called under the
 * lock, so nobody can be running it now.
 */
async function forgetInterrupted(databaseUrl: string, engine: SchemaEngine): Promise<void> {
  const names = await withConnection(databaseUrl, async (client) => {
    const table = await client.query("SELECT to_regclass('_prisma_migrations') AS found");
    if (table.rows[0].found === null) return [];
    const { rows } = await client.query<{ migration_name: string }>(
      `SELECT migration_name FROM _prisma_migrations
        WHERE finished_at IS NULL AND rolled_back_at IS NULL AND logs IS NULL`,
    );
    return rows.map((row) => row.migration_name);
  });
  for (const migrationName of names) await engine.markMigrationRolledBack({ migrationName });
}

async function refuseUnsoundHistory(engine: SchemaEngine, migrationsList: History): Promise<void> {
  const state = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: NO_FILTERS,
  });
  if (state.failedMigrationNames.length > 0) {
    throw new MigrationError(
      `These migrations failed half-way and nothing was done since: ${state.failedMigrationNames.join(", ")}. ` +
        "Look at their `logs` in the table _prisma_migrations, repair the database, then delete their rows to try again.",
    );
  }
  if (state.editedMigrationNames.length > 0) {
    throw new MigrationError(
      `These migrations were edited after this database had applied them: ${state.editedMigrationNames.join(", ")}. ` +
        "Put the files back and write a new migration instead (in development, an empty database also does).",
    );
  }
  const { history } = state;
  if (history !== null && history.diagnostic !== "databaseIsBehind") {
    throw new MigrationError(
      `This database has migrations that prisma/migrations does not: ${history.unpersistedMigrationNames.join(", ")}. ` +
        "It was made by another version of the product.",
    );
  }
}

/**
 * Brings a database up to prisma/migrations, in order, each written to _prisma_migrations with its checksum exactly
 * as `prisma migrate deploy` does. Answers the names applied now; an up-to-date database answers none.
 */
export async function migrate(databaseUrl: string, directory = MIGRATIONS_DIRECTORY): Promise<string[]> {
  const schema = await readSchema();
  const migrationsList = await readHistory(directory);
  return underLock(databaseUrl, () =>
    withSchemaEngine(databaseUrl, schema, async (engine) => {
      await forgetInterrupted(databaseUrl, engine);
      await refuseUnsoundHistory(engine, migrationsList);
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
      return appliedMigrationNames;
    }),
  );
}
