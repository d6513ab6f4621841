import { AsyncLocalStorage } from "node:async_hooks";

/** Set for everything that is done though nobody waits for it. */
const background = new AsyncLocalStorage<true>();
let transactions = 0;

/** Runs what nobody waits for: its transactions are told from those of people. */
export function inBackground<T>(work: () => T): T {
  return background.run(true, work);
}

/** Counts a transaction if nobody waits for it. */
export function countTransaction(): void {
  if (background.getStore()) transactions += 1;
}

/** Transactions that this process has begun in the background so far. */
export const backgroundTransactions = (): number => transactions;
