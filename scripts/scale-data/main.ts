import { parseArgs } from "node:util";
import { DEFAULT_SEED, generateScale } from "./generate";

const DEFAULT_LEADS = 1_000_000;

/** `DATABASE_URL=... npm run scale-data -- [--leads N] [--seed N]` fills a migrated, empty database. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { leads: { type: "string" }, seed: { type: "string" } } });
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error("DATABASE_URL is not set: which database?");
  await generateScale(databaseUrl, {
    leads: Number(values.leads ?? DEFAULT_LEADS),
    seed: Number(values.seed ?? DEFAULT_SEED),
    log: (line) => console.log(line),
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
