import { AppError } from "../errors";
import { insideTransaction } from "../transaction-scope";
import type { Db } from "./client";
import type { Prisma } from "./generated/client";

export type Tx = Prisma.TransactionClient;

/** Deadlock, serialization failure: the transaction did nothing and may simply be run again. */
const RETRYABLE = /\b(40P01|40001)\b|deadlock detected|could not serialize|write conflict or a deadlock/i;
/** The database is away, restarting or full, or the connection was lost, perhaps over a commit: the asker may come back. */
const AWAY =
  /\b(57P01|57P02|57P03|53300|08006|08001|08003)\b|ECONNREFUSED|ECONNRESET|Connection terminated|timeout exceeded when trying to connect|Can't reach database|terminating connection|Unable to start a transaction|server closed the connection|Server has closed the connection|Client has encountered a connection error|Client was closed and is not queryable|EPIPE/i;

const ATTEMPTS = 5;

/**
 * Runs `work` in one READ COMMITTED transaction. A deadlock or serialization failure is retried at most 5 times with a
 * growing, jittered pause; `work` must therefore have no effect outside the transaction.
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  options: { timeoutMs?: number } = {},
): Promise<T> {
  return retrying(() =>
    db.$transaction((tx) => insideTransaction(() => work(tx)), {
      timeout: options.timeoutMs ?? 10_000,
      maxWait: 5_000,
    }),
  );
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
  return !(error instanceof AppError) && AWAY.test(describe(error));
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
