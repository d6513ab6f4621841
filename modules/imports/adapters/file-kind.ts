import { FileRefused } from "../domain/file-refusal";
import type { FileKind } from "../domain/dialect";

const ZIP = [0x50, 0x4b];
const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/** What other files begin with. */
const OTHERS: readonly (readonly [string, readonly number[]])[] = [
  ["a PDF", [0x25, 0x50, 0x44, 0x46]],
  ["a picture", [0x89, 0x50, 0x4e, 0x47]],
  ["a picture", [0xff, 0xd8, 0xff]],
  ["a picture", [0x47, 0x49, 0x46, 0x38]],
  ["packed with gzip", [0x1f, 0x8b]],
  ["packed with 7-Zip", [0x37, 0x7a, 0xbc, 0xaf]],
  ["packed with RAR", [0x52, 0x61, 0x72, 0x21]],
  ["packed with xz", [0xfd, 0x37, 0x7a, 0x58]],
  ["a program", [0x7f, 0x45, 0x4c, 0x46]],
  ["a program", [0x4d, 0x5a, 0x90]],
];

/** The entry that a workbook with a password has in its directory, as that writes names. */
const ENCRYPTED = Buffer.from("EncryptedPackage", "utf16le");

/**
 * What a file is, by its beginning and never by its name. Throws FileRefused for what is neither text nor an XLSX
 * workbook; `tail` is the end of the file, where the directory of an encrypted workbook may stand.
 */
export function kindOf(head: Uint8Array, tail: Uint8Array): FileKind {
  if (head.length === 0) throw new FileRefused("file_empty", "The file is empty. Choose the one that has the rows.");
  if (begins(head, ZIP)) return "xlsx";
  if (begins(head, OLE)) {
    if (Buffer.from(head).includes(ENCRYPTED) || Buffer.from(tail).includes(ENCRYPTED)) {
      throw new FileRefused(
        "password_protected",
        "The workbook is protected by a password. Save it without one in Excel (File, Info, Protect Workbook), and send that.",
      );
    }
    throw new FileRefused(
      "old_excel",
      "This is a workbook of Excel 97-2003 (.xls). Save it as .xlsx or .csv, and send that.",
    );
  }
  const other = OTHERS.find(([, bytes]) => begins(head, bytes));
  if (other) throw notASpreadsheet(`is ${other[0]}`);
  if (isBinary(head)) throw notASpreadsheet("has no text in it");
  return "csv";
}

export const notASpreadsheet = (what: string, cause?: unknown): FileRefused =>
  new FileRefused(
    "not_a_spreadsheet",
    `The file ${what}, whatever its name says. Send a CSV file or an XLSX workbook.`,
    {
      cause,
    },
  );

const begins = (bytes: Uint8Array, with_: readonly number[]): boolean => with_.every((byte, at) => bytes[at] === byte);

/** Whether bytes are no text in any encoding that is read: control characters, but for those of UTF-16. */
function isBinary(head: Uint8Array): boolean {
  const isUtf16 = begins(head, [0xff, 0xfe]) || begins(head, [0xfe, 0xff]);
  if (isUtf16) return false;
  let odd = 0;
  let zeros = 0;
  for (const byte of head) {
    if (byte === 0) zeros += 1;
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) odd += 1;
  }
  // UTF-16 without a mark has a zero beside each letter of Western text.
  if (zeros > head.length / 5) return odd > head.length / 50;
  return zeros + odd > head.length / 100;
}
