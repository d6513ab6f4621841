/**
 * Node's arguments for the worker. Its heap is bounded: what is worked through by the hundred thousand leaves garbage
 * that would else lie until the process holds half a gigabyte. Not much lower: at 184 MiB, a worker beside a hundred offers
 * a second did little but collect garbage (62 ms of processor a call instead of 2). The space for what is new, three times
 * the second figure, grows to 96 MiB by itself and is kept then; with 24 a workbook of 500,000 rows is read as quickly, and
 * the worker holds 330 MiB at most instead of 475.
 */
export const WORKER_COMMAND: readonly string[] = [
  "--max-old-space-size=288",
  "--max-semi-space-size=8",
  "scripts/worker.ts",
];
