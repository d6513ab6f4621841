import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { isAlive } from "../postgres/leftover";
import { ROOT } from "./fingerprint";

const PLACE = join(ROOT, "node_modules", ".cache", "evenhand");
const PATIENCE_MS = 10 * 60_000;

/** Runs `work` while no other process of this checkout runs work of the same name. A dead holder's lock is taken over. */
export async function underLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(PLACE, { recursive: true });
  const file = join(PLACE, `${name}.lock`);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
    if (!Number.isNaN(holder) && !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (Date.now() > deadline) throw new Error(`Another process (pid ${holder}) has held ${file} for too long`);
    await delay(200);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
