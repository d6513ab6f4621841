import { migrate } from "../migrate/apply";
import { seedIfEmpty } from "../seed-if-empty";

/**
 * A process of its own, run to its end before anything serves: the engine and the seed then leave no memory behind.
 * SEED_DEMO_PASSWORD is set on the embedded database only, which is the only one that gets demo accounts.
 */
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) throw new Error("DATABASE_URL is not set");

try {
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) console.log(`Applied ${applied.length} migration${applied.length === 1 ? "" : "s"}`);
  const password = process.env.SEED_DEMO_PASSWORD;
  if (password && (await seedIfEmpty(databaseUrl, password))) console.log("Made the demo accounts and leads");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
// The schema engine leaves a timer behind that nobody needs to wait for.
process.exit(0);
