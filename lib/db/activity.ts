import type { Db } from "./client";

/** What others ask of the database. */
export interface OthersAtWork {
  /** Transactions ended so far, anybody's; about a second behind. */
  transactions: number;
  /** Connections of others at work at this moment, waiting for a lock or for the disk included. */
  active: number;
}

/** How busy the database is but for the connection that asks. */
export async function othersAtWork(db: Db): Promise<OthersAtWork> {
  const [row] = await db.$queryRaw<OthersAtWork[]>`
    SELECT (d.xact_commit + d.xact_rollback)::float8 AS "transactions",
      (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname AND a.backend_type = 'client backend'
        AND a.state <> 'idle' AND a.pid <> pg_backend_pid())::int AS "active"
    FROM pg_stat_database d WHERE d.datname = current_database()`;
  return row ?? { transactions: 0, active: 0 };
}
