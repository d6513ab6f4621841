// `npm start`: installs, starts what the environment does not name, migrates, seeds, builds, serves. `--dev` serves
// with Next's development server.
import { bootstrap } from "./bootstrap.mjs";
import { assertStartPortsFree } from "./ports.mjs";

try {
  await assertStartPortsFree(process.env);
  await bootstrap("scripts/start/main.ts");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
