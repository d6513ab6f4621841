import { generateClient } from "../build/generate";
import { throwawayServer } from "../postgres/throwaway";
import { measured, summary } from "../test/outcome";
import { runVitest } from "../test/vitest-suite";

const DEFAULT_RUNS = 10_000;
const TIMEOUT_MS = 6 * 60 * 60_000;

/**
 * The property tests (files named *.property.test.ts) with many more random histories: SOAK_RUNS of them, 10,000 unless
 * told. A failure prints the seed that plays it again.
 */
async function main(): Promise<boolean> {
  const log = (line: string): void => console.log(line);
  await generateClient(log);
  const server = await throwawayServer(log);
  try {
    const env = {
      ...process.env,
      NODE_ENV: "test" as const,
      TEST_DATABASE_URL: server.adminUrl,
      SOAK_RUNS: process.env.SOAK_RUNS || String(DEFAULT_RUNS),
    };
    const filters = ["--project", "integration", ".property.", "--testTimeout", String(TIMEOUT_MS)];
    const outcome = await measured("soak", () =>
      runVitest("unit", [...filters, ...process.argv.slice(2)], { timeoutMs: TIMEOUT_MS, env }),
    );
    console.log(summary([outcome]));
    return outcome.failed === 0;
  } finally {
    await server.stop();
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
