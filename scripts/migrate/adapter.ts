import { randomUUID } from "node:crypto";

import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, DriverAdapterError } from "@prisma/driver-adapter-utils";
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlResultSet,
} from "@prisma/driver-adapter-utils";
import pg from "pg";

const CONNECT_TIMEOUT_MS = 10_000;

interface ConnectedAdapter extends SqlDriverAdapter {
  underlyingDriver(): pg.Pool;
}

/** Names the database of a connection string, keeping everything else. */
export function withDatabase(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}

/** Postgres's internal one-byte type "char", which its catalogues are full of, and the text type it reads as. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/**
 * The adapter knows no "char" and fails on every catalogue query of the engine that selects one. Here such a column
 * passes the adapter as text (which it is, over the wire) and is then named what the engine expects: a character.
 */
function teachChar(adapter: ConnectedAdapter): void {
  const pool = adapter.underlyingDriver();
  const charColumns = new WeakMap<object, number[]>();

  const query: (request: pg.QueryConfig) => Promise<pg.QueryResult | pg.QueryResult[]> = pool.query.bind(pool);
  const queryWithCharAsText = async (request: pg.QueryConfig): Promise<pg.QueryResult | pg.QueryResult[]> => {
    const results = await query(request);
    for (const { fields, rows } of [results].flat()) {
      const columns = fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
      for (const field of fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
      if (columns.length > 0) charColumns.set(rows, columns);
    }
    return results;
  };
  Object.assign(pool, { query: queryWithCharAsText });

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (request): Promise<SqlResultSet> => {
    const result = await queryRaw(request);
    for (const index of charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

/**
 * Prisma's adapter splits scripts at every semicolon, which tears `$$ ... $$` function bodies apart. This one sends a
 * whole script as one simple query, as Prisma's native engine does: Postgres then runs it as one transaction.
 */
function sendScriptsWhole(adapter: ConnectedAdapter): SqlDriverAdapter {
  adapter.executeScript = async (script: string): Promise<void> => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      throw describeScriptError(error, script);
    }
  };
  return adapter;
}

/** The engine prints the payload of a DriverAdapterError; anything else would reach the reader as "unknown error". */
function describeScriptError(error: unknown, script: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const at =
    error.position === undefined ? "" : ` (line ${script.slice(0, Number(error.position)).split("\n").length})`;
  return new DriverAdapterError({
    kind: "postgres",
    code: error.code ?? "N/A",
    severity: error.severity ?? "ERROR",
    message: `${error.message}${at}`,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  });
}

/** The connections Prisma's schema engine works through, and the end of them all. */
export interface MigrationAdapter extends SqlMigrationAwareDriverAdapterFactory {
  /** The engine forgets its main connection when it is freed; this closes what is still open. */
  closeAll(): Promise<void>;
}

/** Connects the engine to the database itself, and to a throwaway one beside it for comparisons. */
export function migrationAdapter(databaseUrl: string): MigrationAdapter {
  const open = new Set<ConnectedAdapter>();
  const connectTo = async (url: string): Promise<ConnectedAdapter> => {
    const factory = new PrismaPg({ connectionString: url, max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    const adapter: ConnectedAdapter = await factory.connect();
    teachChar(adapter);
    open.add(adapter);
    const endPool = adapter.dispose.bind(adapter);
    adapter.dispose = async (): Promise<void> => {
      if (open.delete(adapter)) await endPool();
    };
    return adapter;
  };

  return {
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    async closeAll() {
      await Promise.all(Array.from(open, (adapter) => adapter.dispose()));
    },
    async connect() {
      return sendScriptsWhole(await connectTo(databaseUrl));
    },
    async connectToShadowDb() {
      const shadow = `prisma_migrate_shadow_db_${randomUUID()}`;
      const administrate = async (statement: string): Promise<void> => {
        const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
        await client.connect();
        try {
          await client.query(statement);
        } finally {
          await client.end();
        }
      };
      await administrate(`CREATE DATABASE "${shadow}" TEMPLATE template0`);
      const adapter = sendScriptsWhole(await connectTo(withDatabase(databaseUrl, shadow)));
      const closeConnections = adapter.dispose.bind(adapter);
      adapter.dispose = async (): Promise<void> => {
        await closeConnections();
        await administrate(`DROP DATABASE IF EXISTS "${shadow}" WITH (FORCE)`);
      };
      return adapter;
    },
  };
}
