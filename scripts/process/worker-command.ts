/**
 * Node's arguments for the worker. Its heap is bounded: what is worked through by the hundred thousand leaves garbage
 * that would else lie until the process holds half a gigabyte. Not much lower: at 184 MiB, a worker beside a hundred offers
 * a second did little but collect garbage (62 ms of processor a call instead of 2).
 */
export const WORKER_COMMAND: readonly string[] = ["--max-old-space-size=288", "scripts/worker.ts"];
