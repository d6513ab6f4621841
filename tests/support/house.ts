import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "@/lib/config/env";
import { createDb, type Db } from "@/lib/db/client";
import { type Container, createContainer } from "@/modules/container";

/** A whole product in this process: the same wiring as in production, over a test's own database. */
export interface House {
  db: Db;
  container: Container;
  close(): Promise<void>;
}

export const CRON_SECRET = "cron-secret-of-the-tests-only";
export const METRICS_TOKEN = "metrics-token-of-the-tests-only";
export const TWILIO_AUTH_TOKEN = "0123456789abcdef0123456789abcdef";
export const PUBLIC_BASE_URL = "http://127.0.0.1:3000";

/** Every variable the product needs, fit for tests. Nothing in it is a secret of anything. */
export function testEnvironment(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: "test",
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: "auth-secret-of-the-tests-only",
    CRON_SECRET,
    METRICS_TOKEN,
    PUBLIC_BASE_URL,
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN,
    TWILIO_API_KEY_SID: `SK${"0".repeat(32)}`,
    TWILIO_API_KEY_SECRET: "api-key-secret-of-the-tests-only",
    TWILIO_APP_SID: `AP${"0".repeat(32)}`,
    TWILIO_PHONE_NUMBER: "+15550100000",
    CORS_ALLOWED_ORIGINS: "https://partner.example",
    LOG_LEVEL: "silent",
    CHECK_RESPONSES: "1",
    RATE_LIMIT_PER_MINUTE: "1000000",
    SIGN_IN_LIMIT: "1000000",
    CARRIER_CALLS_PER_SECOND: "1000",
    FILES_DIR: join(tmpdir(), `evenhand-files-${process.pid}`),
  };
}

/**
 * Makes the house over a database and installs it as this process's: route handlers called afterwards use it. Once a
 * process, before the first request, because the environment is read once. `overrides` are further variables; `db`
 * an existing client to use. Tests call testHouse() instead.
 */
export function openHouse(
  databaseUrl: string,
  overrides: Readonly<Record<string, string>> = {},
  db: Db = createDb(databaseUrl, 10),
): House {
  Object.assign(process.env, testEnvironment(databaseUrl), overrides);
  const container = createContainer(env(), db);
  (globalThis as typeof globalThis & { evenhandContainer?: Container }).evenhandContainer = container;
  return { db, container, close: () => db.$disconnect() };
}
