import { Prisma } from "@/lib/db/generated/client";
import type { Db } from "@/lib/db/client";

export interface TableSizes {
  table: number;
  indexes: number;
  updates: number;
  hot: number;
}

export interface TableGrowth {
  /** Bytes after, divided by those before. */
  table: number;
  indexes: number;
  updates: number;
  hotShare: number;
}

/** Connections a bench has at most; each of its backends keeps what it did to itself for up to ten seconds. */
const CONNECTIONS = 8;

/** Bytes of a table and of its indexes, and the updates it has had. */
export async function sizes(db: Db, table: string): Promise<TableSizes> {
  const flush = () => db.$queryRaw`SELECT pg_stat_force_next_flush()::text, pg_sleep(0.1)::text`;
  await Promise.all(Array.from({ length: CONNECTIONS }, flush));
  const [row] = await db.$queryRaw<TableSizes[]>(Prisma.sql`
    SELECT pg_table_size(relid)::float8 AS "table", pg_indexes_size(relid)::float8 AS indexes,
      n_tup_upd::float8 AS updates, n_tup_hot_upd::float8 AS hot
    FROM pg_stat_user_tables WHERE relname = ${table}`);
  if (!row) throw new Error(`There is no table ${table}`);
  return row;
}

/** How a table has changed since `before`. */
export async function growth(db: Db, table: string, before: TableSizes): Promise<TableGrowth> {
  const after = await sizes(db, table);
  const updates = after.updates - before.updates;
  return {
    table: after.table / before.table,
    indexes: after.indexes / before.indexes,
    updates,
    hotShare: (after.hot - before.hot) / updates,
  };
}
