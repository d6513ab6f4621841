import { bootstrap } from "./bootstrap.mjs";

try {
  await bootstrap("scripts/start/with-database.ts");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
