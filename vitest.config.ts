import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

// The conformance check needs Twilio's OpenAPI file, which is not committed; without its path it is not collected.
const withoutOpenApi = process.env.TWILIO_OPENAPI ? [] : ["tests/**/openapi-conformance*.test.ts"];

const shared = {
  environment: "node",
  setupFiles: ["tests/support/fresh-modules.ts", "tests/support/fail-on-console-error.ts"],
  exclude: withoutOpenApi,
  restoreMocks: true,
  // A process for many files: packages (Prisma's client above all) are loaded once in it. See tests/README.md.
  isolate: false,
};

/** What takes longest, in this order: begun last, each would run alone at the end. */
const LONGEST = [
  "e2e/story/rough-cases",
  "e2e/screens/screens",
  "e2e/story/stranger",
  "e2e/story/database-away",
  "integration/leads/plan-worker",
  "integration/call-queue/windows.property",
  "integration/leads/history.property",
  "integration/leads/history-model.property",
];

/** A fresh clone has no times of earlier runs to order files by. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.includes(`/tests/${name}.`));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          testTimeout: 60_000,
          // What is awaited may take long on a busy machine: how long is nothing that a test says.
          expect: { poll: { timeout: 30_000 } },
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: ["tests/support/postgres.global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A worker among it that begins beside two other files.
          expect: { poll: { timeout: 60_000 } },
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["tests/support/postgres.global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Mostly waiting: for rings, leases and browsers. Each file has a product of its own.
          maxWorkers: 2,
        },
      },
    ],
  },
});
