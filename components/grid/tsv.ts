/*
 * Blocks of cells as spreadsheets exchange them over the clipboard: a tab between cells, a line end between rows, quotes
 * around a cell that holds one of these or a quote, which is then doubled.
 */

const NEEDS_QUOTES = /["\t\r\n]/;

export function formatTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quoted).join("\t")).join("\r\n");
}

const quoted = (cell: string): string => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Cells read before the rest of the text is left unread. */
export interface TsvBounds {
  rows: number;
  cells: number;
}

export interface ParsedTsv {
  rows: string[][];
  /** There was more than the bounds allow. */
  cut: boolean;
}

/**
 * Reads what a spreadsheet has put on the clipboard. A line end behind the last row makes no row of its own. A quote
 * begins a quoted cell only at its beginning; one that is never closed is text like any other.
 */
export function parseTsv(text: string, bounds: TsvBounds): ParsedTsv {
  const rows: string[][] = [];
  let row: string[] = [];
  let cells = 0;
  let at = 0;
  const full = (): boolean => rows.length >= bounds.rows || cells >= bounds.cells;
  while (at < text.length) {
    if (full()) return { rows: row.length > 0 && rows.length < bounds.rows ? [...rows, row] : rows, cut: true };
    const { cell, end } = readCell(text, at);
    row.push(cell);
    cells += 1;
    at = end;
    const mark = text[at];
    if (mark === "\t") {
      at += 1;
      // A tab at the very end stands before one more, empty cell.
      if (at === text.length) row.push("");
      continue;
    }
    rows.push(row);
    row = [];
    at += mark === "\r" && text[at + 1] === "\n" ? 2 : 1;
  }
  if (row.length > 0) rows.push(row);
  return { rows, cut: false };
}

function readCell(text: string, from: number): { cell: string; end: number } {
  if (text[from] === '"') {
    const end = closingQuote(text, from + 1);
    if (end !== undefined) return { cell: text.slice(from + 1, end).replaceAll('""', '"'), end: end + 1 };
  }
  let end = from;
  while (end < text.length && !isMark(text[end])) end += 1;
  return { cell: text.slice(from, end), end };
}

/** The place of the quote that ends a quoted cell; undefined when none does, or text follows it. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at)) {
    if (text[at + 1] === '"') at += 2;
    else return at + 1 === text.length || isMark(text[at + 1]) ? at : undefined;
  }
  return undefined;
}

const isMark = (character: string | undefined): boolean =>
  character === "\t" || character === "\n" || character === "\r";
