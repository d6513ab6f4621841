import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { withSchemaEngine } from "./engine";
import { LOCKFILE_CONTENT, LOCKFILE_PATH, MIGRATIONS_DIRECTORY, readHistory, readSchema } from "./history";

const NAME = /^[a-z][a-z0-9_]{0,60}$/;
const NO_DIFFERENCE = 0;

/** 20261231235959, in UTC: what Prisma's own command line puts before a migration's name. */
function timestamp(at: Date): string {
  return at.toISOString().replaceAll(/\D/g, "").slice(0, 14);
}

/**
 * The SQL that leads from what the migrations on disk build (replayed in a throwaway database next to the given one) to
 * prisma/schema.prisma; null when there is no difference. The given database itself is not touched.
 */
export async function differenceScript(databaseUrl: string): Promise<string | null> {
  const schema = await readSchema();
  const migrationsList = await readHistory();
  const { exitCode, stdout } = await withSchemaEngine(databaseUrl, schema, (engine) =>
    engine.diff({
      from: { tag: "migrations", ...migrationsList },
      to: { tag: "schemaDatamodel", files: [schema] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  if (exitCode === NO_DIFFERENCE) return null;
  if (!stdout) throw new Error("Prisma's engine found a difference but wrote no script for it");
  return stdout;
}

/** Writes that difference to prisma/migrations/<time>_<name>/migration.sql and answers the new directory. */
export async function createMigration(databaseUrl: string, name: string): Promise<string | null> {
  if (!NAME.test(name)) {
    throw new Error(`A migration's name is lower-case letters, digits and underscores, not ${JSON.stringify(name)}`);
  }
  const script = await differenceScript(databaseUrl);
  if (script === null) return null;
  const directory = join(MIGRATIONS_DIRECTORY, `${timestamp(new Date())}_${name}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "migration.sql"), script);
  await writeFile(LOCKFILE_PATH, LOCKFILE_CONTENT);
  return directory;
}
