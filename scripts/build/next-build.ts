import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runChild } from "../process/child";
import { fingerprint, ROOT } from "./fingerprint";
import { generateClient } from "./generate";
import { underLock } from "./lock";
import { shareChunks } from "./shared-chunks";

const TIMEOUT_MS = 8 * 60_000;

/** Everything a build depends on. The local carrier is a program of its own and no part of it. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "modules",
  "public",
  "prisma/schema.prisma",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];
/** And what next.config.ts reads of the environment. */
const VARIABLES = ["S3_BUCKET", "S3_REGION", "S3_ENDPOINT"];
const NO_SOURCES = ["modules/twilio-simulator", "lib/db/generated"];

export const NEXT_COMMAND = join("node_modules", "next", "dist", "bin", "next");

function buildDirectory(): string {
  return join(ROOT, process.env.NEXT_DIST_DIR ?? ".next");
}

/** Builds the web application unless the last build was made from exactly these sources. */
export async function buildWhenStale(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  await generateClient(log);
  const stamp = join(buildDirectory(), "evenhand-build");
  const variables = VARIABLES.map((name) => env[name] ?? "").join(" ");
  const wanted = `${await fingerprint(SOURCES, NO_SOURCES)} ${variables}`;
  const isCurrent = async (): Promise<boolean> =>
    (await readFile(stamp, "utf8").catch(() => "")) === wanted &&
    (await stat(join(buildDirectory(), "BUILD_ID")).catch(() => undefined)) !== undefined;
  if (await isCurrent()) return;

  await underLock("next-build", async () => {
    if (await isCurrent()) return;
    log("Building the web application");
    const words: string[] = [];
    try {
      await rm(stamp, { force: true });
      await runChild(
        {
          args: [NEXT_COMMAND, "build"],
          env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
          onLine: (line) => words.push(line),
        },
        TIMEOUT_MS,
      );
    } catch (error) {
      words.forEach(log);
      throw error;
    }
    await shareChunks(buildDirectory());
    await writeFile(stamp, wanted);
  });
}
