/**
 * Node's arguments for the worker. Its heap is bounded: what is worked through by the hundred thousand leaves garbage
 * that would else lie until the process holds half a gigabyte. What is in use at once takes about half of this.
 */
export const WORKER_COMMAND: readonly string[] = ["--max-old-space-size=184", "scripts/worker.ts"];
