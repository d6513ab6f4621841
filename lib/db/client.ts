import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "../config/env";
import { PrismaClient } from "./generated/client";

export type Db = PrismaClient;

/**
 * A client with its own pool. Every wait has a bound: 5 s for a connection, 15 s for a statement (longer work sets its
 * own inside the transaction), 30 s for a transaction that was left idle.
 */
export function createDb(url: string, poolSize: number): Db {
  const pool = new pg.Pool({
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
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
}

/** The client of this process, from DATABASE_URL. */
export function connectDb(): Db {
  const { DATABASE_URL, DATABASE_POOL_SIZE } = env();
  return createDb(DATABASE_URL, DATABASE_POOL_SIZE);
}
