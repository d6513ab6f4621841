import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../config/env";
import { directTransaction, LendingPool, type TransactionBounds } from "./direct-transaction";
import { type Prisma, PrismaClient } from "./generated/client";
import { nameOf, statementOf } from "./statement";

export type Db = PrismaClient;

// The pool of each client, for the few who speak to the database without it.
const pools = new WeakMap<Db, pg.Pool>();

/**
 * A client with its own pool. SQL goes to the driver by the shortest way, models through Prisma's engine. Every wait has
 * a bound: 5 s for a connection, 15 s for a statement (longer work sets its own inside the transaction), 30 s for a
 * transaction that was left idle.
 */
export function createDb(url: string, poolSize: number): Db {
  const pool = new LendingPool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: "evenhand",
  });
  // A connection that is cut between two queries of a transaction says so by an event, and an event nobody listens to
  // ends the process. The next query on it fails and is reported there; the pool throws the connection away.
  const reportedByItsQuery = (): void => undefined;
  pool.on("error", reportedByItsQuery);
  pool.on("connect", (client) => client.on("error", reportedByItsQuery));
  const adapter = new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator: ({ sql }) => nameOf(sql) });
  const db = directly(new PrismaClient({ adapter }), pool);
  pools.set(db, pool);
  return db;
}

/** The client, but that its SQL and its transactions do not go through Prisma's engine (ADR 59). */
function directly(prisma: PrismaClient, pool: pg.Pool): Db {
  const run = async (query: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Promise<pg.QueryResult> =>
    pool.query(statementOf(query, values));
  const own = {
    $queryRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      (await run(query, values)).rows,
    $executeRaw: async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      (await run(query, values)).rowCount ?? 0,
    $transaction: async <T>(work: (tx: Prisma.TransactionClient) => Promise<T>, bounds?: TransactionBounds) =>
      directTransaction(pool, prisma, work, bounds),
    $disconnect: async () => {
      await prisma.$disconnect();
      // Prisma closes the pool only where it has used it.
      if (!pool.ending) await pool.end();
    },
  };
  return new Proxy(own as unknown as Db, {
    get: (target, key) => Reflect.get(Object.hasOwn(target, key) ? target : prisma, key) as unknown,
  });
}

/** The connections of a client made by createDb(): for a library that brings its own SQL. They end with the client. */
export function poolOf(db: Db): pg.Pool {
  const pool = pools.get(db);
  if (!pool) throw new Error("this client was not made by createDb()");
  return pool;
}

/** The client of this process, from DATABASE_URL. */
export function connectDb(): Db {
  const { DATABASE_URL, DATABASE_POOL_SIZE } = env();
  return createDb(DATABASE_URL, DATABASE_POOL_SIZE);
}
