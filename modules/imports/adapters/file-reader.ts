import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Delimiter, detectDelimiter, type Dialect, type Encoding } from "../domain/dialect";
import { FileRefused } from "../domain/file-refusal";
import { LIMITS, SAMPLE_CHARACTERS, SAMPLE_ROWS } from "../domain/limits";
import type { FileReader, FileRow, Inspected, OpenBytes } from "../services/import-files";
import { csvRows } from "./csv-rows";
import { kindOf } from "./file-kind";
import { decoded, detectEncoding } from "./text-encoding";
import { NeededTexts, openWorkbook, sharedTexts, type Workbook, xlsxRows } from "./xlsx-rows";
import { ZipParts } from "./zip-parts";

/** Bytes of the beginning that a file is judged by, and of its end. */
const HEAD_BYTES = 262_144;
const TAIL_BYTES = 1_048_576;
/** Characters of a sheet's XML in which its first rows must stand. */
const FIRST_CHARACTERS = 8_388_608;
const FULL: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** Reads CSV as it comes from the store, and XLSX from a copy on the disk, since a ZIP archive begins at its end. */
export const fileReader: FileReader = { inspect, rows };

async function inspect(open: OpenBytes, wanted: Partial<Dialect>, fileName: string): Promise<Inspected> {
  const { head, tail } = await endsOf(open);
  const kind = kindOf(head, tail);
  const remarks = nameRemarks(kind, fileName);
  if (kind === "csv") {
    const encoding: Encoding = wanted.encoding ?? detectEncoding(head);
    const delimiter: Delimiter = wanted.delimiter ?? detectDelimiter(decoded(head, encoding));
    const dialect = { encoding, delimiter };
    return { kind, dialect, sheet: null, remarks, ...(await beginning(csvRows(await open(), dialect))) };
  }
  return withWorkbook(open, async (parts, book) => {
    if (book.sheets > 1) remarks.push(`Of its ${book.sheets} sheets the first visible one is read: ${book.sheetName}.`);
    if (book.hasMacros) remarks.push("It has macros. They are left out and never run.");
    // Only what the first rows need: who sends a file waits, and so do others of this process.
    const needed = new NeededTexts();
    await beginning(xlsxRows(parts, book, needed, FIRST_CHARACTERS));
    const texts = await sharedTexts(parts, needed.count);
    const read = await beginning(xlsxRows(parts, book, texts, FIRST_CHARACTERS));
    return { kind, dialect: null, sheet: book.sheetName, remarks, ...read };
  });
}

async function* rows(open: OpenBytes, { kind, dialect }: Pick<Inspected, "kind" | "dialect">): AsyncGenerator<FileRow> {
  if (kind === "csv") {
    if (dialect === null) throw new Error("a text file is read by a dialect");
    yield* csvRows(await open(), dialect);
    return;
  }
  const directory = await spooled(open);
  try {
    const parts = await ZipParts.open(join(directory, SPOOLED));
    try {
      const book = await openWorkbook(parts);
      yield* xlsxRows(parts, book, await sharedTexts(parts));
    } finally {
      parts.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withWorkbook<T>(open: OpenBytes, look: (parts: ZipParts, book: Workbook) => Promise<T>): Promise<T> {
  const directory = await spooled(open);
  try {
    const parts = await ZipParts.open(join(directory, SPOOLED));
    try {
      return await look(parts, await openWorkbook(parts));
    } finally {
      parts.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const SPOOLED = "workbook.xlsx";

/** Puts the file into a directory of its own; answers which. */
async function spooled(open: OpenBytes): Promise<string> {
  const source = await open();
  const directory = await mkdtemp(join(tmpdir(), "evenhand-import-"));
  try {
    await pipeline(Readable.from(source), createWriteStream(join(directory, SPOOLED), { flags: "wx", mode: 0o600 }));
    return directory;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (!FULL.includes((error as { code?: unknown }).code)) throw error;
    throw new FileRefused(
      "store_full",
      "There is no room on the disk to unpack the workbook. Try again once there is.",
      {
        cause: error,
      },
    );
  }
}

/** The first row, and some of those behind it. */
async function beginning(source: AsyncGenerator<FileRow>): Promise<{ header: string[]; sample: string[][] }> {
  const read: string[][] = [];
  for await (const { cells } of source) {
    read.push(cells);
    if (read.length > SAMPLE_ROWS) break;
  }
  const [first, ...others] = read;
  if (!first)
    throw new FileRefused(
      "file_empty",
      "The file has no rows, or none near its beginning. Choose the one that has them.",
    );
  const cut = (cell: string): string => cell.slice(0, SAMPLE_CHARACTERS).toWellFormed().replaceAll("\0", "");
  const header = first.slice(0, LIMITS.columns).map((cell) => cut(cell.trim()));
  return { header, sample: others.map((cells) => cells.slice(0, LIMITS.columns).map(cut)) };
}

async function endsOf(open: OpenBytes): Promise<{ head: Buffer; tail: Buffer }> {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  for await (const chunk of await open()) {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]);
    // The end matters only of what could be an encrypted workbook.
    if (head[0] === OLE_BYTE) tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
    else if (head.length >= HEAD_BYTES) break;
  }
  return { head: head.subarray(0, HEAD_BYTES), tail };
}

const OLE_BYTE = 0xd0;

function nameRemarks(kind: "csv" | "xlsx", fileName: string): string[] {
  const ending = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (ending === undefined) return [];
  const fits = kind === "xlsx" ? ["xlsx", "xlsm"] : ["csv", "tsv", "txt", "tab"];
  return fits.includes(ending)
    ? []
    : [`Its name ends in .${ending}; by its content it is ${kind.toUpperCase()}, and is read so.`];
}
