import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { RowOutcome, RowResult } from "../domain/import-decision";
import type { ReadRow } from "../domain/import-row";

const { sql } = Prisma;

/** Any fixed number, as long as every process of this product uses the same. */
const WRITING_LOCK = 7_203_144_931n;

export interface NewChunk {
  place: number;
  rows: readonly ReadRow[];
  /** The same rows as they stood in the file. */
  cells: readonly (readonly string[])[];
  forecast: readonly RowResult[];
}

/** A row with what came of it, or is to. */
export interface RowPlace {
  place: number;
  at: number;
  row: ReadRow;
  result: RowResult;
}

/** The rows of imports. */
export class ImportChunkRepository {
  constructor(private readonly db: Db) {}

  /** How many chunks there are: the first so many, without a gap. */
  async count(importId: string): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM import_chunks WHERE import_id = ${importId}::uuid`;
    return rows[0]?.count ?? 0;
  }

  async insert(tx: Tx, importId: string, { place, rows, cells, forecast }: NewChunk): Promise<void> {
    await tx.$executeRaw`/* named import_chunk_insert */
      INSERT INTO import_chunks (import_id, place, first_row, rows, cells, row_count, would_fail, forecast)
      VALUES (${importId}::uuid, ${place}::int, ${rows[0]?.n ?? 0}::int, ${JSON.stringify(rows)}::jsonb,
        ${JSON.stringify(cells)}::jsonb, ${rows.length}::int, ${failures(forecast)}::int,
        ${JSON.stringify(forecast)}::jsonb)`;
  }

  /** Rows of these chunks by their numbers in the file, in no order. */
  async rowsAt(importId: string, places: readonly number[], numbers: readonly number[]): Promise<ReadRow[]> {
    const rows = await this.db.$queryRaw<{ row: ReadRow }[]>`
      SELECT r.row FROM import_chunks c CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS r(row)
      WHERE c.import_id = ${importId}::uuid AND c.place = ANY (${places as number[]}::int[])
        AND (r.row->>'n')::int = ANY (${numbers as number[]}::int[])`;
    return rows.map(({ row }) => row);
  }

  /** The chunks that are not written, in order. */
  async pending(importId: string): Promise<number[]> {
    const rows = await this.db.$queryRaw<{ places: number[] }[]>`
      SELECT coalesce(array_agg(place ORDER BY place), '{}') AS "places" FROM import_chunks
      WHERE import_id = ${importId}::uuid AND applied_at IS NULL`;
    return rows[0]?.places ?? [];
  }

  /**
   * Locks a chunk that is to be written, after every other import's: of two that make the same lead the second one finds
   * it. Answers its rows; undefined when it was written before.
   */
  async lock(tx: Tx, importId: string, place: number): Promise<ReadRow[] | undefined> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${WRITING_LOCK}::bigint)`;
    const rows = await tx.$queryRaw<{ rows: ReadRow[] }[]>`/* named import_chunk_lock */
      SELECT c.rows FROM import_chunks c
      WHERE c.import_id = ${importId}::uuid AND c.place = ${place}::int AND c.applied_at IS NULL FOR NO KEY UPDATE`;
    return rows[0]?.rows;
  }

  async applied(tx: Tx, importId: string, place: number, results: readonly RowResult[]): Promise<void> {
    await tx.$executeRaw`/* named import_chunk_applied */
      UPDATE import_chunks SET applied_at = evenhand_now(), failed = ${failures(results)}::int,
        results = ${JSON.stringify(results)}::jsonb
      WHERE import_id = ${importId}::uuid AND place = ${place}::int`;
  }

  /**
   * Rows with what came of them, where they were reached, else with what is to come of them; of one outcome when it is
   * given, after a place in the file.
   */
  async page(
    importId: string,
    outcome: RowOutcome | undefined,
    after: { place: number; at: number },
    limit: number,
  ): Promise<RowPlace[]> {
    const fails = outcome === "failed" ? sql`AND coalesce(c.failed, c.would_fail) > 0` : Prisma.empty;
    const wanted = outcome === undefined ? Prisma.empty : sql`AND r.result->>'outcome' = ${outcome}`;
    return this.db.$queryRaw<RowPlace[]>`
      SELECT c.place, r.at::int AS "at", r.row, r.result FROM import_chunks c
        CROSS JOIN LATERAL ROWS FROM (jsonb_array_elements(c.rows),
          jsonb_array_elements(coalesce(c.results, c.forecast))) WITH ORDINALITY AS r(row, result, at)
      WHERE c.import_id = ${importId}::uuid AND c.place >= ${after.place}::int
        AND (c.place, r.at) > (${after.place}::int, ${after.at}::bigint) ${fails} ${wanted}
      ORDER BY c.place, r.at LIMIT ${limit}::int`;
  }

  /** The next chunk, after a place, in which a row failed or was not reached, with its rows as they stood in the file. */
  async nextToMend(
    importId: string,
    afterPlace: number,
    withUnreached: boolean,
  ): Promise<{ place: number; cells: string[][]; results: RowResult[] | null; forecast: RowResult[] } | undefined> {
    const unreached = withUnreached ? sql`OR c.applied_at IS NULL` : Prisma.empty;
    const rows = await this.db.$queryRaw<
      { place: number; cells: string[][]; results: RowResult[] | null; forecast: RowResult[] }[]
    >`
      SELECT c.place, c.cells, c.results, c.forecast FROM import_chunks c
      WHERE c.import_id = ${importId}::uuid AND c.place > ${afterPlace}::int
        AND (coalesce(c.failed, c.would_fail) > 0 ${unreached})
      ORDER BY c.place LIMIT 1`;
    return rows[0];
  }
}

const failures = (results: readonly RowResult[]): number =>
  results.filter(({ outcome }) => outcome === "failed").length;
