import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runChild } from "../process/child";
import { fingerprint, ROOT } from "./fingerprint";
import { underLock } from "./lock";

const GENERATED = join(ROOT, "lib", "db", "generated");
const STAMP = join(GENERATED, ".fingerprint");
const TIMEOUT_MS = 120_000;

/** Writes Prisma's client into lib/db/generated unless it already belongs to this schema and this version of Prisma. */
export async function generateClient(log: (line: string) => void): Promise<void> {
  const wanted = await fingerprint(["prisma/schema.prisma", "node_modules/prisma/package.json", "prisma.config.ts"]);
  const isCurrent = async (): Promise<boolean> => (await readFile(STAMP, "utf8").catch(() => "")) === wanted;
  if (await isCurrent()) return;
  await underLock("generate", async () => {
    if (await isCurrent()) return;
    log("Generating the database client");
    const words: string[] = [];
    try {
      await runChild(
        {
          args: [join("node_modules", "prisma", "build", "index.js"), "generate"],
          env: {
            ...process.env,
            // Generating needs no engine; naming any existing file keeps the command line from downloading one.
            PRISMA_SCHEMA_ENGINE_BINARY: join(ROOT, "package.json"),
            PRISMA_HIDE_UPDATE_MESSAGE: "1",
            CHECKPOINT_DISABLE: "1",
          },
          onLine: (line) => words.push(line),
        },
        TIMEOUT_MS,
      );
    } catch (error) {
      words.forEach(log);
      throw error;
    }
    await writeFile(STAMP, wanted);
  });
}
