import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

// The conformance check needs Twilio's OpenAPI file, which is not committed; without its path it is not collected.
const withoutOpenApi = process.env.TWILIO_OPENAPI ? [] : ["tests/**/openapi-conformance*.test.ts"];

const shared = {
  environment: "node",
  setupFiles: ["tests/support/fail-on-console-error.ts"],
  exclude: withoutOpenApi,
  restoreMocks: true,
};

export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    projects: [
      {
        extends: true,
        test: { ...shared, name: "unit", include: ["tests/unit/**/*.test.ts"], testTimeout: 20_000, maxWorkers: 3 },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: ["tests/support/postgres.global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
