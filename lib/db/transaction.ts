import { AppError } from "../errors";
import { stepDone } from "./request-steps";
import { troubleOf } from "../storage/object-store";
import { insideTransaction } from "../transaction-scope";
import type { Db } from "./client";
import type { Prisma } from "./generated/client";
import { beginStep, endStep, keepStep, readStep } from "./kept-step";

export type Tx = Prisma.TransactionClient;

/** Deadlock, serialization failure: the transaction did nothing and may simply be run again. */
const RETRYABLE = /\b(40P01|40001)\b|deadlock detected|could not serialize|write conflict or a deadlock/i;
/** The database is away, restarting or full, or the connection was lost, perhaps over a commit: the asker may come back. */
const AWAY =
  /\b(57P01|57P02|57P03|53300|08006|08001|08003)\b|ECONNREFUSED|ECONNRESET|Connection terminated|timeout exceeded when trying to connect|Can't reach database|terminating connection|Unable to start a transaction|server closed the connection|Server has closed the connection|Client has encountered a connection error|Client was closed and is not queryable|EPIPE/i;

/** Another run of the same request has committed the step: this transaction was undone. */
const STEP_TAKEN = /idempotency_steps_pkey|\(principal, key, name\)/;

const ATTEMPTS = 5;

interface TransactionOptions {
  timeoutMs?: number;
  /**
   * The name of what a request does here. When it has an Idempotency-Key, the result is kept in the same transaction,
   * and a repeat of the request is given it instead of doing the work again (ADR 20). The result must be plain data. One
   * transaction a request may bear a name; loops that find by themselves what is left to do bear none.
   */
  once?: string;
}

/**
 * Runs `work` in one READ COMMITTED transaction. A deadlock or serialization failure is retried at most 5 times with a
 * growing, jittered pause; `work` must therefore have no effect outside the transaction.
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  { timeoutMs = 10_000, once }: TransactionOptions = {},
): Promise<T> {
  const run = (whole: (tx: Tx) => Promise<T>): Promise<T> =>
    retrying(() => db.$transaction((tx) => insideTransaction(() => whole(tx)), { timeout: timeoutMs, maxWait: 5_000 }));
  const request = once === undefined ? undefined : beginStep(once);
  if (once === undefined || !request) return run(work);
  const done = stepDone(once);
  if (done) return done.result as T;
  try {
    const result = await run(async (tx) => {
      const worked = await work(tx);
      await keepStep(tx, request, once, worked);
      return worked;
    });
    endStep(request, once);
    return result;
  } catch (error) {
    const others = STEP_TAKEN.test(describe(error)) ? await readStep(db, request, once) : undefined;
    if (!others) throw error;
    return others.result as T;
  }
}

/** Runs what is one transaction by itself, such as a single statement, with the retries of inTransaction(). */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 10 + Math.random() * 30));
    }
  }
}

export function isRetryable(error: unknown): boolean {
  return !(error instanceof AppError) && RETRYABLE.test(describe(error));
}

/** Whether an error means that the database could not be reached, as opposed to having refused. */
export function isDatabaseAway(error: unknown): boolean {
  // The file store may be away for the same reasons, and says so itself.
  return !(error instanceof AppError) && troubleOf(error) === undefined && AWAY.test(describe(error));
}

/** Whether the database had no room for what it was given. */
export function isDatabaseFull(error: unknown): boolean {
  return !(error instanceof AppError) && /\b53100\b/.test(describe(error));
}

/** Whether the database gave a statement up because it took longer than it may. */
export function tookTooLong(error: unknown): boolean {
  return !(error instanceof AppError) && /\b57014\b/.test(describe(error));
}

/** Prisma wraps the driver's error more than once: the code may stand at any depth. */
function describe(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code, meta } = current as { code?: unknown; meta?: unknown };
    parts.push(String(code ?? ""), current.message, meta === undefined ? "" : JSON.stringify(meta));
    current = current.cause;
  }
  return parts.join(" ");
}
