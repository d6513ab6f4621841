import { LIMITS } from "../domain/limits";
import type { FileRow } from "../services/import-files";
import { notASpreadsheet } from "./file-kind";
import { SheetCells } from "./sheet-cells";
import { TextPool } from "./text-pool";
import { type Listener, localName, parsed, scan, type SheetSource, unescaped } from "./xlsx-scan";
import { dateStyles } from "./xlsx-styles";
import type { ZipParts } from "./zip-parts";

/** A workbook as far as it is read: its first visible sheet. */
export interface Workbook extends Omit<SheetSource, "texts"> {
  sheetName: string;
  sheetPath: string;
  sheets: number;
  hasMacros: boolean;
}

const WORKBOOK = "xl/workbook.xml";

/** Finds the sheet. Throws FileRefused. */
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
    dates: parts.has("xl/styles.xml") ? dateStyles(await parts.text("xl/styles.xml")) : [],
    from1904,
  };
}

/**
 * The rows of the workbook's sheet, blank ones left out, no faster than they are taken; those that end within so many
 * characters of XML, when a number is given. Throws FileRefused.
 */
export async function* xlsxRows(
  parts: ZipParts,
  book: Workbook,
  texts: SheetSource["texts"],
  mostCharacters = Infinity,
): AsyncGenerator<FileRow> {
  const cells = new SheetCells({ ...book, texts });
  for await (const characters of parsed(parts, book.sheetPath, cells)) {
    for (const row of cells.taken()) if (row.cells.some((cell) => cell !== "")) yield row;
    if (characters >= mostCharacters) return;
  }
}

/** Takes note of how many of the shared texts are asked for, in a sheet that is looked at before there are any. */
export class NeededTexts implements Pick<TextPool, "at"> {
  count = 0;

  at(index: number): string {
    if (Number.isInteger(index)) this.count = Math.max(this.count, index + 1);
    return "text";
  }
}

const pathOf = (target: string): string =>
  target.startsWith("/") ? target.slice(1) : new URL(target, "file:///xl/").pathname.slice(1);

/** The texts that cells share: so many of them, from the first. Throws FileRefused. */
export async function sharedTexts(parts: ZipParts, most = Infinity): Promise<TextPool> {
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
  for await (const _ of parsed(parts, "xl/sharedStrings.xml", listener)) if (pool.size >= most) break;
  return pool;
}
