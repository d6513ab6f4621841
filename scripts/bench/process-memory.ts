import { z } from "zod";
import { DevTools, devToolsTargets } from "../process/devtools";

/** Bytes that a Node process holds after a full collection. */
export interface ProcessMemory {
  /** All of the process, as the kernel counts it. */
  resident: number;
  /** What JavaScript still refers to: objects, and buffers outside the heap. */
  live: number;
}

const usageSchema = z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() });

/** One collection frees what finalizers of the one before let go. */
const COLLECTIONS = 3;

/** Variables that make a Node child listen for processMemory() at this port. */
export const inspectedAt = (port: number) => ({ NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });

/** Collects what the process does not need any more, through its inspector, and reads what is left. */
export async function processMemory(inspectorPort: number): Promise<ProcessMemory> {
  const [target] = await devToolsTargets(`127.0.0.1:${inspectorPort}`);
  if (!target) throw new Error("There is nothing to inspect");
  const inspector = await DevTools.connect(target);
  try {
    for (let round = 0; round < COLLECTIONS; round += 1) await inspector.send("HeapProfiler.collectGarbage");
    const { rss, heapUsed, external } = usageSchema.parse(await inspector.evaluate("process.memoryUsage()"));
    return { resident: rss, live: heapUsed + external };
  } finally {
    inspector.close();
  }
}
