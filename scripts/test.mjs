// `npm test`: does all its own set-up and ends with one line, `N passed, N failed`.
import { bootstrap } from "./bootstrap.mjs";

try {
  await bootstrap("scripts/test/main.ts");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
