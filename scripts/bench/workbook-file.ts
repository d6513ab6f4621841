import { workbookOf } from "@/tests/support/zip";
import type { ZipPart } from "./zip-file";

/** The parts of a workbook whose sheet is made of these pieces of XML. */
export function workbookParts(sheet: () => Iterable<string | Uint8Array>, further: readonly ZipPart[] = []): ZipPart[] {
  const parts = workbookOf("").map(({ name, bytes }): ZipPart => {
    if (name.includes("sheet1")) return { name, pieces: sheet };
    return { name, pieces: () => [bytes] };
  });
  return [...parts, ...further];
}

const LETTERS = "ABCDE";

/**
 * The lines of people() as a workbook, as spreadsheets write it: cells refer to texts that stand once each in a part of
 * their own.
 */
export function peopleWorkbook(lines: () => Iterable<string>): ZipPart[] {
  return workbookParts(() => sheetOf(lines()), [{ name: "xl/sharedStrings.xml", pieces: () => textsOf(lines()) }]);
}

/** Names, numbers and addresses are each one's own; sources and tags are everybody's, and come first. */
const HEADER = ["name", "phone", "email", "source", "tags"];

function* sheetOf(parts: Iterable<string>): Generator<string> {
  yield "<worksheet><sheetData>";
  let row = 1;
  const cells = (places: readonly number[]): string =>
    `<row r="${row}">${places.map((place, at) => `<c r="${LETTERS[at]}${row}" t="s"><v>${place}</v></c>`).join("")}</row>`;
  yield cells(HEADER.map((_, at) => at));
  for (const part of parts) {
    const rows: string[] = [];
    for (let at = part.indexOf("\n"); at >= 0; at = part.indexOf("\n", at + 1)) {
      const first = SHARED + 3 * (row - 1);
      row += 1;
      rows.push(cells([first, first + 1, first + 2, HEADER.length, HEADER.length + 1]));
    }
    yield rows.join("");
  }
  yield "</sheetData></worksheet>";
}

/** Texts before those of the first person. */
const SHARED = HEADER.length + 2;

function* textsOf(parts: Iterable<string>): Generator<string> {
  const text = (value: string): string => `<si><t>${value}</t></si>`;
  yield `<sst>${[...HEADER, "fair", "berlin, spring"].map(text).join("")}`;
  for (const part of parts) {
    const own = part.split("\n").slice(0, -1);
    yield own.map((line) => line.split(",").slice(0, 3).map(text).join("")).join("");
  }
  yield "</sst>";
}
