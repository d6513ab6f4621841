import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { Dialect } from "../domain/dialect";
import { FileRefused } from "../domain/file-refusal";
import { LIMITS } from "../domain/limits";
import type { FileRow } from "../services/import-files";
import { decodedStream } from "./text-encoding";

/**
 * The rows of a text file, blank ones left out but counted. Lines may end in any of three ways, also within one file.
 * Throws FileRefused for a row beyond its bound, and for a quotation mark that is never closed.
 */
export async function* csvRows(
  source: AsyncIterable<Uint8Array>,
  { encoding, delimiter }: Dialect,
): AsyncGenerator<FileRow> {
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LIMITS.rowBytes,
  });
  const input = Readable.from(decodedStream(source, encoding));
  input.on("error", (error) => parser.destroy(error));
  input.pipe(parser);
  let n = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      n += 1;
      if (n === 1 && /^sep=.?$/.test(cells[0] ?? "")) continue;
      if (cells.length > LIMITS.columns) refuseColumns(n, cells);
      if (cells.some((cell) => cell !== "")) yield { n, cells };
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, n) : error;
  } finally {
    input.destroy();
    parser.destroy();
  }
}

function refuseColumns(n: number, cells: readonly string[]): void {
  if (cells.slice(LIMITS.columns).every((cell) => cell === "")) {
    return;
  }
  throw new FileRefused(
    "too_many_columns",
    `Row ${n} has ${cells.length} cells; at most ${LIMITS.columns} columns are read.`,
  );
}

function refusalOf(error: CsvError, rowsBefore: number): FileRefused {
  // The parser is ahead of what was taken from it, and counts for itself.
  const { records } = error as { records?: unknown };
  const row = ((typeof records === "number" ? records : rowsBefore) + 1).toLocaleString("en");
  const cause = { cause: error };
  if (error.code === "CSV_MAX_RECORD_SIZE") {
    const most = LIMITS.rowBytes / 1_024;
    const message = `Row ${row} has more than ${most} KiB. Perhaps a quotation mark in it is never closed, or lines end in an unknown way.`;
    return new FileRefused("row_too_long", message, cause);
  }
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    const message = `A quotation mark that opens in row ${row} is never closed. Close it, or double it where it belongs to the text.`;
    return new FileRefused("quote_not_closed", message, cause);
  }
  return new FileRefused("file_damaged", `Row ${row} cannot be read: ${error.message}`, cause);
}
