import { AsyncLocalStorage } from "node:async_hooks";

/** Set for everything that runs inside a database transaction's callback. */
const inside = new AsyncLocalStorage<true>();

/** Runs the body of a transaction, so that what it calls can tell. */
export function insideTransaction<T>(work: () => T): T {
  return inside.run(true, work);
}

/**
 * Law 11: nothing external is called inside a transaction. Whatever speaks with the outside calls this first; it
 * throws when a transaction is open around it, which would hold locks for as long as a stranger takes to answer.
 */
export function assertOutsideTransaction(what: string): void {
  if (inside.getStore()) throw new Error(`${what} was called inside a transaction`);
}
