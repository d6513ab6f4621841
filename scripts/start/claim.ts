import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { isAlive } from "../postgres/leftover";

async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
  if (!Number.isInteger(pid) || pid === process.pid || !isAlive(pid)) return undefined;
  if (process.platform !== "linux") return pid;
  // After a crash the number may have been given to something else: only one of our own entry points counts.
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return /scripts\/[a-z-]+\.mjs/.test(command) ? pid : undefined;
}

/**
 * Takes a data directory for this process, so that a second start cannot mistake the first one's running database for
 * one left behind by a crash. Answers how to give it back; a killed process gives it back by being dead.
 */
export async function claimDataDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, "holder.pid");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = await holderOf(file);
    if (holder !== undefined) {
      throw new Error(
        `Evenhand already runs on ${directory} (pid ${holder}). ` +
          "Stop it, or set EVENHAND_DATA_DIR (and PORT, SIMULATOR_PORT, POSTGRES_PORT) for a second copy.",
      );
    }
    await rm(file, { force: true });
  }
  throw new Error(`${directory} is being claimed by another start at this very moment: try again`);
}
