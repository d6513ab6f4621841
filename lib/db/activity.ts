import type { Db } from "./client";

/** Transactions that this database has ended since its statistics began; about a second behind. */
export async function transactionsSoFar(db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    SELECT (xact_commit + xact_rollback)::float8 AS "total" FROM pg_stat_database WHERE datname = current_database()`;
  return row?.total ?? 0;
}
