import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ROOT } from "../build/fingerprint";
import { freePort } from "../postgres/throwaway";
import { startProduct } from "./run";
import type { RunningProduct } from "./run";

export interface ProductInstance extends RunningProduct {
  /** The web application, such as http://127.0.0.1:41234. */
  address: string;
  /** The carrier's address; its control API is below /_control. */
  carrier: string;
  databasePort: number;
  dataDirectory: string;
}

/**
 * A whole product of its own, started by the very command a person uses, on free ports and a data directory that goes
 * away with it. For benches and end-to-end tests.
 */
export async function productInstance(options: {
  variables?: Record<string, string>;
  onLine?: (line: string) => void;
}): Promise<ProductInstance> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "evenhand-product-"));
  // Whoever Postgres runs as must be able to pass through, or the cluster would lie, and stay, somewhere else.
  await chmod(dataDirectory, 0o711);
  const [port, simulatorPort, postgresPort] = [await freePort(), await freePort(), await freePort()];
  const product = await startProduct({
    directory: ROOT,
    timeoutMs: 5 * 60_000,
    onLine: options.onLine ?? (() => undefined),
    variables: {
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
      POSTGRES_PORT: String(postgresPort),
      EVENHAND_DATA_DIR: dataDirectory,
      ...options.variables,
    },
  });
  return {
    ...product,
    address: `http://127.0.0.1:${port}`,
    carrier: `http://127.0.0.1:${simulatorPort}`,
    databasePort: postgresPort,
    dataDirectory,
    async stop() {
      await product.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
