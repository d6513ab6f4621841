import pg from "pg";
import { Prisma } from "./generated/client";

/** Whatever takes a statement and answers when it has run: a pool, or one of its connections. */
export interface Queryable {
  query(statement: pg.QueryConfig): Promise<pg.QueryResult>;
}

const NAMED = /^\/\* named ([a-z_]+) \*\//;

/**
 * The name that a statement's first comment gives it: the server then keeps its plan on each connection. For the few
 * whose plan costs more than their work; a name stands for one text. Others have the empty one, which is kept nowhere.
 */
export function nameOf(sql: string): string {
  return NAMED.exec(sql)?.[1] ?? "";
}

/** A template with its values, as `$queryRaw` and `$executeRaw` take it. */
export function statementOf(query: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): pg.QueryConfig {
  const { text, values: all } = "raw" in query ? Prisma.sql(query, ...values) : query;
  return { name: nameOf(text), text, values: all.map(parameter), types: PRISMA_TYPES };
}

/** What the driver would write in the process's time zone, or as its class does, is written as Prisma writes it. */
function parameter(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(parameter);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

const { builtins } = pg.types;
/** Postgres's own numbers of array types, which the driver's list lacks. */
const ARRAY = { int8: 1_016, numeric: 1_231, date: 1_182, timestamp: 1_115, timestamptz: 1_185, oid: 1_028 } as const;
const TEXT_ARRAY: number = 1_009;

const readerOf = pg.types.getTypeParser as (oid: number, format?: "text") => (text: string) => unknown;

const readDate = (text: string): Date => new Date(`${text}T00:00:00Z`);
const readTimestamp = (text: string): Date => new Date(`${text.replace(" ", "T")}Z`);
const readTimestamptz = (text: string): Date => new Date(text.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00"));
const readTime = (text: string): Date => new Date(`1970-01-01T${text.replace(/[+-]\d{2}(:\d{2})?$/, "")}Z`);
const readNumeric = (text: string): Prisma.Decimal => new Prisma.Decimal(text);

const elements =
  (read: (text: string) => unknown) =>
  (list: string): unknown[] => {
    const texts = readerOf(TEXT_ARRAY)(list) as (string | null)[];
    return texts.map((text) => (text === null ? null : read(text)));
  };

/** Types that are read otherwise than the driver would: as values of the same classes as Prisma's models have. */
const READERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.OID, BigInt],
  [builtins.NUMERIC, readNumeric],
  [builtins.DATE, readDate],
  [builtins.TIMESTAMP, readTimestamp],
  [builtins.TIMESTAMPTZ, readTimestamptz],
  [builtins.TIME, readTime],
  [builtins.TIMETZ, readTime],
  [ARRAY.int8, elements(BigInt)],
  [ARRAY.oid, elements(BigInt)],
  [ARRAY.numeric, elements(readNumeric)],
  [ARRAY.date, elements(readDate)],
  [ARRAY.timestamp, elements(readTimestamp)],
  [ARRAY.timestamptz, elements(readTimestamptz)],
]);

const PRISMA_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text") =>
    READERS.get(oid) ?? readerOf(oid, format)) as typeof pg.types.getTypeParser,
};
