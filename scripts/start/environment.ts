import { resolve } from "node:path";

import { EnvironmentError } from "../../lib/config/env";
import { portNumber } from "../ports.mjs";

/** What names an account at Twilio. All of it or none: half of it is a mistake, never a reason to guess. */
const CARRIER_CREDENTIALS = [
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "TWILIO_API_KEY_SID",
  "TWILIO_API_KEY_SECRET",
  "TWILIO_APP_SID",
] as const;

export type Variables = Readonly<Record<string, string | undefined>>;

/** What `npm start` was asked to do, read once. */
export interface StartPlan {
  host: string;
  port: number;
  simulatorPort: number;
  postgresPort: number;
  dataDirectory: string;
  database: string;
  demoPassword: string;
  /** Undefined: the embedded Postgres is started. */
  databaseUrl: string | undefined;
  /** True: no Twilio credentials were given, the local carrier is started. */
  localCarrier: boolean;
  /** False in the production image: secrets then have to come from the environment. */
  standInsAllowed: boolean;
  development: boolean;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** Whether a plain `http://...` on this machine is all that can reach the product. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** @throws EnvironmentError naming every variable that cannot be used, and why. */
export function readPlan(variables: Variables, options: { development: boolean }): StartPlan {
  const problems: string[] = [];
  const port = (name: string, fallback: number): number => {
    try {
      return portNumber(variables[name], name, fallback);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return fallback;
    }
  };

  const missing = CARRIER_CREDENTIALS.filter((name) => !isSet(variables[name]));
  const localCarrier = missing.length === CARRIER_CREDENTIALS.length;
  if (!localCarrier && missing.length > 0) {
    const given = CARRIER_CREDENTIALS.filter((name) => isSet(variables[name]));
    problems.push(`${missing.join(", ")} not set although ${given.join(", ")} is: give all of them, or none`);
  }

  const standInsAllowed = variables["EVENHAND_REQUIRE_REAL"] !== "1";
  const databaseUrl = isSet(variables["DATABASE_URL"]) ? variables["DATABASE_URL"] : undefined;
  if (!standInsAllowed) {
    const why = "EVENHAND_REQUIRE_REAL=1 forbids the stand-in";
    if (databaseUrl === undefined) problems.push(`DATABASE_URL is not set, and ${why} for the database`);
    if (localCarrier) problems.push(`${CARRIER_CREDENTIALS.join(", ")} are not set, and ${why} for the carrier`);
  }

  const database = isSet(variables["EVENHAND_DATABASE"]) ? variables["EVENHAND_DATABASE"] : "evenhand";
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(database)) {
    problems.push("EVENHAND_DATABASE must be lower-case letters, digits and underscores, 63 at most");
  }
  const demoPassword = isSet(variables["DEMO_PASSWORD"]) ? variables["DEMO_PASSWORD"] : "evenhand-demo";
  const host = isSet(variables["HOST"]) ? variables["HOST"] : "127.0.0.1";
  if (databaseUrl === undefined && !isLoopback(host) && !isSet(variables["DEMO_PASSWORD"])) {
    problems.push(`DEMO_PASSWORD is not set although HOST is ${host}: the known password is for this machine only`);
  }

  const plan: StartPlan = {
    host,
    port: port("PORT", 3000),
    simulatorPort: port("SIMULATOR_PORT", 4010),
    postgresPort: port("POSTGRES_PORT", 54330),
    dataDirectory: resolve(isSet(variables["EVENHAND_DATA_DIR"]) ? variables["EVENHAND_DATA_DIR"] : ".data"),
    database,
    demoPassword,
    databaseUrl,
    localCarrier,
    standInsAllowed,
    development: options.development,
  };
  const ports = new Map<number, string>();
  for (const [name, number, used] of [
    ["PORT", plan.port, true],
    ["SIMULATOR_PORT", plan.simulatorPort, localCarrier],
    ["POSTGRES_PORT", plan.postgresPort, databaseUrl === undefined],
  ] as const) {
    if (!used) continue;
    const other = ports.get(number);
    if (other) problems.push(`${name} and ${other} are both ${number}`);
    ports.set(number, name);
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
  return plan;
}
