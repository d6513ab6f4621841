import { parseArgs } from "node:util";

import { migrate } from "./migrate/apply";
import { createMigration } from "./migrate/create";

/** `npm run migrate` applies what is missing; `npm run migrate -- --create NAME` writes a new migration. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { create: { type: "string" } } });
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error("DATABASE_URL is not set: which database?");

  if (values.create !== undefined) {
    const directory = await createMigration(databaseUrl, values.create);
    console.log(directory === null ? "The migrations already build prisma/schema.prisma." : `Wrote ${directory}`);
    return;
  }
  const applied = await migrate(databaseUrl);
  console.log(applied.length === 0 ? "Nothing to migrate." : `Applied ${applied.join(", ")}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// The engine leaves a timer of ten seconds behind (its own wait for a lock); nothing is left to wait for here.
process.exit();
