import { backgroundTransactions } from "../background-scope";
import type { Db } from "./client";
import { Prisma } from "./generated/client";

/** Any fixed number, as long as every process of this product uses the same. */
const AWAITED_LOCK = 7_203_144_913n;

/**
 * SQL that marks its transaction, until it ends, as heavy work that somebody waits for: background work then gives way
 * (`awaited` below). It waits for nobody: any number of transactions may be marked at once.
 */
export const markAwaited = Prisma.sql`pg_advisory_xact_lock_shared(${AWAITED_LOCK}::bigint)`;

/** What others ask of the database. */
export interface OthersAtWork {
  /**
   * Transactions ended so far, but those that this process has begun in the background. The database's own count is about
   * a second behind, ours is not: it goes down for moments in which we have just begun some.
   */
  transactions: number;
  /** Connections of others at work at this moment, waiting for a lock or for the disk included. */
  active: number;
  /** Whether a transaction is marked at this moment as heavy work that somebody waits for. */
  awaited: boolean;
}

/** How busy the database is but for the connection that asks. */
export async function othersAtWork(db: Db): Promise<OthersAtWork> {
  const [row] = await db.$queryRaw<OthersAtWork[]>`
    SELECT (d.xact_commit + d.xact_rollback)::float8 AS "transactions",
      (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname AND a.backend_type = 'client backend'
        AND a.state <> 'idle' AND a.pid <> pg_backend_pid())::int AS "active",
      EXISTS (SELECT FROM pg_locks k WHERE k.locktype = 'advisory' AND k.database = d.datid AND k.objsubid = 1
        AND (k.classid::bigint << 32) + k.objid::bigint = ${AWAITED_LOCK}::bigint) AS "awaited"
    FROM pg_stat_database d WHERE d.datname = current_database()`;
  if (!row) return { transactions: 0, active: 0, awaited: false };
  return { ...row, transactions: row.transactions - backgroundTransactions() };
}
