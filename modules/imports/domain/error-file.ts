import { neutralised } from "@/modules/leads/domain/lead-export";
import type { FileKind } from "./dialect";
import type { CellError } from "./import-row";

/** Why a row was not imported that an import did not come to. */
export const NOT_REACHED = "The import ended before this row.";

/** What is wrong with a row, in one line. */
export const messageOf = (errors: readonly CellError[]): string =>
  errors.map(({ column, message }) => (column === null ? message : `${column} ${message}`)).join("; ");

/** A line of CSV (RFC 4180). Cells of a CSV file bear their marks already, but those that could be taken for a formula. */
export function csvLine(cells: readonly string[], kind: FileKind): string {
  const quoted = cells.map((cell) => {
    const safe = kind === "xlsx" || !isMarked(cell) ? neutralised(cell) : cell;
    return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${quoted.join(",")}\r\n`;
}

/** Whether a spreadsheet takes the cell for text by an apostrophe before it. */
const isMarked = (cell: string): boolean => cell.startsWith("'");
