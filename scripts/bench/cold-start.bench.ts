import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";

import { ROOT } from "../build/fingerprint";
import { freePort } from "../postgres/throwaway";
import { startProduct } from "../product/run";
import { atMost } from "./figure";
import type { Bench, Figure } from "./figure";

const COLD_LIMIT_S = 240;
const WARM_LIMIT_S = 15;
const STOP_LIMIT_S = 10;

/** A copy of what a clone would have: files that git knows or would add, and nothing that was made from them. */
async function freshCopy(directory: string): Promise<void> {
  const { stdout } = await promisify(execFile)("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of stdout.split("\0").filter(Boolean)) {
    await cp(join(ROOT, file), join(directory, file), { recursive: true, force: true });
  }
}

async function served(address: string): Promise<void> {
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  if (response.status >= 400) throw new Error(`${address} answered ${response.status}`);
  await response.arrayBuffer();
}

export const coldStart: Bench = {
  name: "cold-start",
  about:
    "`npm start` in a fresh copy with an empty npm cache until a page is served (installation, database, migration, " +
    "seed and build included), then stopped and started again.",
  async run(): Promise<Figure[]> {
    const directory = join(await mkdtemp(join(tmpdir(), "evenhand-cold-")), "evenhand");
    const port = await freePort();
    const variables = {
      PORT: String(port),
      SIMULATOR_PORT: String(await freePort()),
      POSTGRES_PORT: String(await freePort()),
      npm_config_cache: join(dirname(directory), "npm-cache"),
    };
    const figures: Figure[] = [];
    try {
      await freshCopy(directory);
      for (const [name, limit] of [
        ["cold start to a served page", COLD_LIMIT_S],
        ["warm start to a served page", WARM_LIMIT_S],
      ] as const) {
        const startedAt = performance.now();
        const product = await startProduct({ directory, variables, timeoutMs: 10 * 60_000, onLine: () => undefined });
        await served(`http://localhost:${port}/`);
        figures.push(atMost(name, (performance.now() - startedAt) / 1000, "s", limit));
        const stoppingAt = performance.now();
        await product.stop();
        if (limit === WARM_LIMIT_S) {
          figures.push(atMost("stop", (performance.now() - stoppingAt) / 1000, "s", STOP_LIMIT_S));
        }
      }
      return figures;
    } finally {
      await rm(dirname(directory), { recursive: true, force: true });
    }
  },
};
