import { readdirSync } from "node:fs";
import { join } from "node:path";
import { generateClient } from "../build/generate";
import { throwawayServer } from "../postgres/throwaway";
import { measured, summary } from "../test/outcome";
import { runVitest } from "../test/vitest-suite";

const DEFAULT_RUNS = 10_000;
const TIMEOUT_MS = 6 * 60 * 60_000;

/**
 * The property tests (files named *.property.test.ts, or those of them whose path has one of the given words) with many
 * more random histories: SOAK_RUNS of each, 10,000 unless told, or as many as SOAK_MINUTES give where a test heeds it. A
 * failure prints the seed that plays it again.
 */
async function main(): Promise<boolean> {
  const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
  const options = process.argv.slice(2).filter((word) => word.startsWith("-"));
  const files = propertyTests(words);
  if (files.length === 0) throw new Error(`No property test is called ${words.join(" or ")}`);
  const log = (line: string): void => console.log(line);
  await generateClient(log);
  const server = await throwawayServer(log);
  try {
    const env = {
      ...process.env,
      NODE_ENV: "test" as const,
      TEST_DATABASE_URL: server.adminUrl,
      ...(process.env.SOAK_MINUTES ? {} : { SOAK_RUNS: process.env.SOAK_RUNS || String(DEFAULT_RUNS) }),
    };
    const filters = ["--project", "integration", "--testTimeout", String(TIMEOUT_MS), ...files];
    const outcome = await measured("soak", () =>
      runVitest("unit", [...filters, ...options], { timeoutMs: TIMEOUT_MS, env }),
    );
    console.log(summary([outcome]));
    return outcome.failed === 0;
  } finally {
    await server.stop();
  }
}

function propertyTests(words: readonly string[]): string[] {
  return readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".property.test.ts"))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .map((name) => join("tests", name));
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
