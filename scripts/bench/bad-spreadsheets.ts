import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { sheetOf, textCell } from "@/tests/support/zip";
import { workbookParts } from "./workbook-file";
import { zipFile, type ZipPart } from "./zip-file";

/** A file that must be refused, and for what. */
export interface BadSpreadsheet {
  what: string;
  code: string;
  type: string;
  /** Its bytes, made as they are read or, of workbooks, in the directory. */
  bytes(directory: string): Promise<Readable>;
}

const MEBIBYTE = 1_048_576;
const CSV = "text/csv";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADER = "name,phone\nAnn,+12125550100\n";
const TEN_GIGABYTES = 10_000_000_000n;

/** `text` so often that it comes to so many mebibytes, a mebibyte at a time. */
function* filled(text: string, mebibytes: number): Generator<string> {
  const piece = text.repeat(Math.ceil(MEBIBYTE / text.length));
  for (let n = 0; n < mebibytes; n += 1) yield piece;
}

function* around(before: string, pieces: Iterable<string>): Generator<string> {
  yield before;
  yield* pieces;
}

const text = (what: string, code: string, pieces: () => Iterable<string>): BadSpreadsheet => ({
  what,
  code,
  type: CSV,
  bytes: () => Promise.resolve(Readable.from(pieces(), { objectMode: false })),
});

const workbook = (what: string, code: string, parts: readonly ZipPart[]): BadSpreadsheet => ({
  what,
  code,
  type: XLSX,
  async bytes(directory) {
    const path = join(directory, "bad.xlsx");
    await rm(path, { force: true });
    await zipFile(path, parts);
    return createReadStream(path);
  },
});

const names = sheetOf([textCell("name") + textCell("phone")]);
const OPEN = `<worksheet><sheetData><row r="1">${textCell("name")}${textCell("phone")}</row>`;
const shared = (pieces: () => Iterable<string>): ZipPart => ({ name: "xl/sharedStrings.xml", pieces });

/** What is refused while it comes, when it is looked into, and when it is read to its end. */
export const BAD_SPREADSHEETS: readonly BadSpreadsheet[] = [
  text("a line of 1 GiB", "file_too_large", () => around(HEADER, filled("x", 1_024))),
  text("a line of 190 MiB", "row_too_long", () => around(HEADER, filled("x", 190))),
  text("a quotation mark never closed, 190 MiB", "row_too_long", () =>
    around(`${HEADER}"`, filled("never closed\n", 190)),
  ),
  text("a million columns", "row_too_long", () => around("", filled("column,", 7))),
  workbook(
    "a bomb of 1 GiB",
    "unpacks_too_large",
    workbookParts(() => around(OPEN, filled("<row><c/></row>", 1_024))),
  ),
  workbook(
    "a bomb of 1 GiB in its shared texts",
    "unpacks_too_large",
    workbookParts(() => [names], [shared(() => around("<sst>", filled("<si><t>text</t></si>", 1_024)))]),
  ),
  workbook(
    "10 GB by what it says of itself",
    "file_damaged",
    workbookParts(() => [names]).map((part) =>
      part.name.includes("sheet1") ? { ...part, says: TEN_GIGABYTES } : part,
    ),
  ),
  workbook(
    "tags within tags, 100 MiB",
    "file_damaged",
    workbookParts(() => filled("<a>", 100)),
  ),
  workbook(
    "a cell that never ends, 200 MiB",
    "row_too_long",
    workbookParts(() => around(`${OPEN}<row><c t="inlineStr"><is><t>`, filled("x", 200))),
  ),
  workbook(
    "a row of a million cells",
    "too_many_columns",
    workbookParts(() => around(`<worksheet><sheetData><row r="1">`, filled("<c><v>1</v></c>", 15))),
  ),
];
