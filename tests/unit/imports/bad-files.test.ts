import { describe, expect, it } from "vitest";
import { fileReader } from "@/modules/imports/adapters/file-reader";
import type { FileRefused } from "@/modules/imports/domain/file-refusal";
import { LIMITS } from "@/modules/imports/domain/limits";
import type { OpenBytes } from "@/modules/imports/services/import-files";
import { sheetOf, textCell, workbookOf, zipOf } from "@/tests/support/zip";

const MEBIBYTE = 1_048_576;

/** Bytes as a store gives them: piece by piece. */
const opens =
  (...pieces: (string | Uint8Array)[]): OpenBytes =>
  async () =>
    (async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    })();

/** As many pieces as are asked for, of which none is kept. */
const endless =
  (head: string, piece: Buffer, times: number): OpenBytes =>
  async () =>
    (async function* () {
      yield Buffer.from(head);
      for (let n = 0; n < times; n += 1) yield piece;
    })();

/** What a file is refused for, when it is looked into or when it is read to its end; how many rows came before. */
async function refused(open: OpenBytes, name = "leads.csv"): Promise<{ code: string; message: string; rows: number }> {
  let rows = 0;
  try {
    const file = await fileReader.inspect(open, {}, name);
    for await (const _ of fileReader.rows(open, file)) rows += 1;
  } catch (error) {
    const { code, message } = error as FileRefused;
    return { code, message, rows };
  }
  return { code: "read", message: "", rows };
}

const rowsOf = async (open: OpenBytes, name?: string) => {
  const file = await fileReader.inspect(open, {}, name ?? "leads.csv");
  const rows: string[][] = [];
  for await (const { cells } of fileReader.rows(open, file)) rows.push(cells);
  return { file, rows };
};

const DEEP = expect.stringMatching(/tags within tags/) as string;
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

describe("files that are no leads", () => {
  it("are named for what they are, whatever their name says", async () => {
    const cases: [string, OpenBytes][] = [
      ["file_empty", opens()],
      ["file_empty", opens("\n\n  \n".replaceAll(" ", ""))],
      ["not_a_spreadsheet", opens("%PDF-1.7 something")],
      ["not_a_spreadsheet", opens(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]))],
      ["not_a_spreadsheet", opens(Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 7_919) % 31)))],
      ["not_a_spreadsheet", opens(zipOf([{ name: "word/document.xml", bytes: "<a/>" }]))],
      ["old_excel", opens(OLE, Buffer.alloc(4_096))],
      [
        "password_protected",
        opens(OLE, Buffer.alloc(700_000), Buffer.from("EncryptedPackage", "utf16le"), Buffer.alloc(9_000)),
      ],
      ["password_protected", opens(zipOf([{ name: "xl/workbook.xml", bytes: "x", isEncrypted: true }]))],
      ["file_damaged", opens(zipOf(workbookOf(sheetOf([textCell("name")]))).subarray(0, 300))],
      ["file_damaged", opens(zipOf(workbookOf("<worksheet><sheetData><row r='1'><c></row>")))],
    ];
    for (const [code, open] of cases) expect((await refused(open)).code).toBe(code);
  });

  it("that lie about their size are believed only when they are too large", async () => {
    const rows = sheetOf([textCell("name"), textCell("x".repeat(2_000))]);
    const [workbook, relations, sheet] = workbookOf(rows);
    if (!workbook || !relations || !sheet) throw new Error("a workbook has three parts");
    const tenGigabytes = zipOf([workbook, relations, { ...sheet, says: 4_294_967_290 }]);
    expect(await refused(opens(tenGigabytes))).toMatchObject({ code: "file_damaged" });
    const few = zipOf([workbook, relations, { ...sheet, says: 10 }]);
    expect(await refused(opens(few))).toMatchObject({ code: "file_damaged" });
  });
});

describe("files that grow", () => {
  it("are stopped: a bomb of zeros, many small parts, entities, texts, cells and columns without end", async () => {
    const bomb = Buffer.alloc(40 * MEBIBYTE, " ");
    expect(await refused(opens(zipOf(workbookOf(bomb))))).toMatchObject({ code: "row_too_long" });
    const rows = Buffer.from(sheetOf(["<c><v>1</v></c>", "<c/>".repeat(6 * MEBIBYTE)]));
    expect(await refused(opens(zipOf(workbookOf(rows))))).toMatchObject({ code: "unpacks_too_large" });
    const shared = Buffer.concat([
      Buffer.from("<sst>"),
      Buffer.alloc(24 * MEBIBYTE, "<si><t>a</t></si>"),
      Buffer.from("</sst>"),
    ]);
    expect(
      await refused(
        opens(zipOf(workbookOf(sheetOf(['<c t="s"><v>9</v></c>']), [{ name: "xl/sharedStrings.xml", bytes: shared }]))),
      ),
    ).toMatchObject({
      code: "unpacks_too_large",
    });
    const parts = Array.from({ length: LIMITS.parts + 1 }, (_, n) => ({ name: `xl/media/${n}.png`, bytes: "" }));
    expect(await refused(opens(zipOf(parts)))).toMatchObject({ code: "not_a_spreadsheet" });
    const deep = "<a>".repeat(4 * MEBIBYTE);
    expect(await refused(opens(zipOf(workbookOf(deep))))).toMatchObject({ code: "file_damaged", message: DEEP });
    const [, relations, sheet] = workbookOf(sheetOf([textCell("name")]));
    if (!relations || !sheet) throw new Error("a workbook has three parts");
    const book = { name: "xl/workbook.xml", bytes: "<a>".repeat(2 * MEBIBYTE) };
    expect(await refused(opens(zipOf([book, relations, sheet])))).toMatchObject({
      code: "file_damaged",
      message: DEEP,
    });
    const entities = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>';
    expect(await refused(opens(zipOf(workbookOf(entities))))).toMatchObject({ code: "file_damaged" });
    expect(await refused(opens(zipOf(workbookOf(sheetOf([textCell("x".repeat(LIMITS.rowBytes + 1))])))))).toMatchObject(
      { code: "row_too_long" },
    );
    const wide = `<c r="ZZZ1" t="inlineStr"><is><t>far</t></is></c>`;
    expect(await refused(opens(zipOf(workbookOf(sheetOf([wide])))))).toMatchObject({ code: "too_many_columns" });
  }, 60_000);

  it("are stopped in their first line, of which no more is held than a row may have", async () => {
    const line = await refused(endless("name,phone\nAnn,1\n", Buffer.alloc(MEBIBYTE, "x"), 1_024));
    expect(line).toMatchObject({ code: "row_too_long", rows: 0 });
    expect(line.message).toMatch(/^Row 3 has more than 64 KiB/);
    const quote = await refused(endless('name,phone\nAnn,1\n"', Buffer.from("never closed\n".repeat(80_000)), 1_024));
    expect(quote.message).toMatch(/^Row 3 /);
    expect(await refused(opens('name,phone\n"Ann,1\n'))).toMatchObject({ code: "quote_not_closed" });
    expect((await refused(opens(`${"a,".repeat(300)}a\n1\n`))).code).toBe("too_many_columns");
  });
});

describe("files that are odd", () => {
  it.each([
    ["utf-8", Buffer.from("\uFEFFname;phone\r\nŁukasz;1\r\n")],
    ["utf-16le", Buffer.from("\uFEFFname;phone\r\nŁukasz;1\r\n", "utf16le")],
    ["utf-16be", Buffer.from("\uFEFFname;phone\r\nŁukasz;1\r\n", "utf16le").swap16()],
  ])("are read by their mark, which is no part of the first cell: %s", async (encoding, bytes) => {
    // A piece at a time, so that letters are cut in two.
    const { file, rows } = await rowsOf(opens(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))));
    expect(file.dialect).toEqual({ encoding, delimiter: ";" });
    expect(rows).toEqual([
      ["name", "phone"],
      ["Łukasz", "1"],
    ]);
  });

  it("are read: marks, ends of lines of three kinds, formulas, macros, wrong endings", async () => {
    const odd = await rowsOf(opens('\uFEFFname,phone\r\nAnn,1\rBob,2\nCy,3\r\n\r\n"D\r\nE",4'), "leads.xlsx");
    expect(odd.rows.slice(1)).toEqual([
      ["Ann", "1"],
      ["Bob", "2"],
      ["Cy", "3"],
      ["D\r\nE", "4"],
    ]);
    expect(odd.file.remarks).toEqual([expect.stringMatching(/Its name ends in \.xlsx; by its content it is CSV/)]);
    const formulas = sheetOf([
      textCell("name") + textCell("phone"),
      `<c t="str"><f>CMD()</f><v>computed</v></c><c><f>1+1</f><v>1.5551234567E10</v></c>`,
      `<c t="s"><v>0</v></c><c t="e"><v>#N/A</v></c>`,
    ]);
    const texts = {
      name: "xl/sharedStrings.xml",
      bytes: "<sst><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></si></sst>",
    };
    const book = await rowsOf(
      opens(zipOf(workbookOf(formulas, [texts, { name: "xl/vbaProject.bin", bytes: "Auto_Open" }]))),
      "leads.xlsm",
    );
    expect(book.rows.slice(1)).toEqual([
      ["computed", "15551234567"],
      ["rich text", "#N/A"],
    ]);
    expect(book.file.remarks).toEqual(["It has macros. They are left out and never run."]);
  });
});
