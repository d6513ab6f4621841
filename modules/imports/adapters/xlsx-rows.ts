import { LIMITS } from "../domain/limits";
import type { FileRow } from "../services/import-files";
import { notASpreadsheet } from "./file-kind";
import { SheetCells } from "./sheet-cells";
import { TextPool } from "./text-pool";
import { type Listener, localName, parsed, scan, type SheetSource, unescaped } from "./xlsx-scan";
import { dateStyles } from "./xlsx-styles";
import type { ZipParts } from "./zip-parts";

/** A workbook as far as it is read: its first visible sheet. */
export interface Workbook extends SheetSource {
  sheetName: string;
  sheetPath: string;
  sheets: number;
  hasMacros: boolean;
}

const WORKBOOK = "xl/workbook.xml";

/** Finds the sheet, and reads what its cells refer to. Throws FileRefused. */
export async function openWorkbook(parts: ZipParts): Promise<Workbook> {
  if (!parts.has(WORKBOOK)) throw notASpreadsheet("is an archive without a workbook");
  const sheets: { name: string; id: string; hidden: boolean }[] = [];
  let from1904 = false;
  scan(await parts.text(WORKBOOK), ({ name, attributes }) => {
    if (localName(name) === "sheet") {
      sheets.push({
        name: attributes["name"] ?? "",
        id: Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "",
        hidden: (attributes["state"] ?? "visible") !== "visible",
      });
    }
    if (localName(name) === "workbookPr") from1904 = ["1", "true"].includes(attributes["date1904"] ?? "");
  });
  const targets = new Map<string, string>();
  scan(await parts.text("xl/_rels/workbook.xml.rels"), ({ name, attributes }) => {
    if (localName(name) === "Relationship") targets.set(attributes["Id"] ?? "", attributes["Target"] ?? "");
  });
  const sheet = sheets.find(({ hidden }) => !hidden) ?? sheets[0];
  const target = targets.get(sheet?.id ?? "");
  if (!sheet || target === undefined) throw notASpreadsheet("is a workbook without a sheet");
  return {
    sheetName: sheet.name,
    sheetPath: pathOf(target),
    sheets: sheets.length,
    hasMacros: parts.names().some((name) => name.endsWith("vbaproject.bin")),
    texts: await sharedTexts(parts),
    dates: parts.has("xl/styles.xml") ? dateStyles(await parts.text("xl/styles.xml")) : [],
    from1904,
  };
}

/** The rows of the workbook's sheet, blank ones left out, no faster than they are taken. Throws FileRefused. */
export async function* xlsxRows(parts: ZipParts, book: Workbook): AsyncGenerator<FileRow> {
  const cells = new SheetCells(book);
  for await (const _ of parsed(parts, book.sheetPath, cells)) {
    for (const row of cells.taken()) if (row.cells.some((cell) => cell !== "")) yield row;
  }
}

const pathOf = (target: string): string =>
  target.startsWith("/") ? target.slice(1) : new URL(target, "file:///xl/").pathname.slice(1);

async function sharedTexts(parts: ZipParts): Promise<TextPool> {
  const pool = new TextPool();
  if (!parts.has("xl/sharedStrings.xml")) return pool;
  let text = "";
  let inText = false;
  let inPhonetics = false;
  const listener: Listener = {
    open: (name) => {
      if (name === "si") text = "";
      if (name === "rPh") inPhonetics = true;
      inText = name === "t" && !inPhonetics;
    },
    text: (part) => {
      if (inText && text.length < LIMITS.rowBytes) text += part;
    },
    close: (name) => {
      inText = false;
      if (name === "rPh") inPhonetics = false;
      if (name === "si") pool.add(unescaped(text));
    },
  };
  for await (const _ of parsed(parts, "xl/sharedStrings.xml", listener));
  return pool;
}
