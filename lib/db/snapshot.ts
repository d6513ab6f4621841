import type { Readable } from "node:stream";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { poolOf, type Db } from "./client";
import type { Prisma } from "./generated/client";

/** Minutes that one statement may take: a million rows to a slow reader. */
const MOST_MINUTES = 30;

export type CopyFormat = "csv" | "text";

/**
 * One moment of the database to read at length from: a REPEATABLE READ transaction on a connection of its own, in which
 * nothing is written. Rows can be copied out of it in the database's own formats, several times as fast as they could be
 * read one by one, and no faster than they are taken.
 */
export class Snapshot {
  private copying: { stream: Readable & { rowCount: number }; ended: boolean } | undefined;
  private closed = false;

  private constructor(private readonly client: pg.PoolClient) {}

  static async open(db: Db): Promise<Snapshot> {
    const client = await poolOf(db).connect();
    const snapshot = new Snapshot(client);
    try {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query(`SET LOCAL statement_timeout = '${MOST_MINUTES}min'`);
      await client.query("SET LOCAL TimeZone = 'UTC'");
      return snapshot;
    } catch (error) {
      snapshot.abort();
      throw error;
    }
  }

  /** The rows of a statement. */
  async rows<T extends pg.QueryResultRow>(statement: Prisma.Sql): Promise<T[]> {
    const { rows } = await this.client.query<T>(statement.text, [...statement.values]);
    return rows;
  }

  /** What a SELECT finds, as COPY writes it. One at a time; end() says how many rows it had. */
  copy(select: Prisma.Sql, format: CopyFormat): Readable {
    const options = format === "csv" ? "FORMAT csv" : "FORMAT text";
    const stream = this.client.query(copyTo(`COPY (${literalSql(select)}) TO STDOUT WITH (${options})`));
    const copying = { stream, ended: false };
    stream.once("end", () => (copying.ended = true));
    this.copying = copying;
    return stream;
  }

  /** Ends the transaction once everything copied was read; answers the rows that the database says it copied last. */
  async end(): Promise<number> {
    if (this.copying && !this.copying.ended) throw new Error("what is copied was not read to its end");
    try {
      await this.client.query("COMMIT");
    } catch (error) {
      this.abort();
      throw error;
    }
    this.closed = true;
    this.client.release();
    return this.copying?.stream.rowCount ?? 0;
  }

  /** Gives up, in the middle of a copy too: the connection is closed, and the database notices. After end(): nothing. */
  abort(): void {
    if (this.closed) return;
    this.closed = true;
    this.copying?.stream.destroy();
    this.client.release(true);
  }
}

/**
 * A statement with its values written into it as literals: COPY takes no parameters. Each value is quoted by the driver's
 * own escapeLiteral, and stays of the type that a parameter in its place would have.
 */
export function literalSql({ strings, values }: Prisma.Sql): string {
  return strings.reduce((text, part, at) => text + literal(values[at - 1]) + part);
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return pg.escapeLiteral(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "bigint" || Number.isFinite(value)) return `(${String(value)})`;
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(",")}}`);
  throw new Error(`a ${typeof value} cannot be written into a statement`);
}

function element(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `"${value.replace(/[\\"]/g, String.raw`\$&`)}"`;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  throw new Error(`a ${typeof value} cannot be an element of an array in a statement`);
}
