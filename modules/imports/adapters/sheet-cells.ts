import { FileRefused } from "../domain/file-refusal";
import { LIMITS } from "../domain/limits";
import type { FileRow } from "../services/import-files";
import { type Listener, type SheetSource, unescaped } from "./xlsx-scan";

const DAY_MS = 86_400_000;
/** Day 0 of both ways to count, as milliseconds since 1970. */
const ORIGIN_1900 = Date.UTC(1899, 11, 30);
const ORIGIN_1904 = Date.UTC(1904, 0, 1);

/** Turns the tags of a sheet into rows of texts. Formulas are not looked at: a cell is what was last computed there. */
export class SheetCells implements Listener {
  private rows: FileRow[] = [];
  private row: FileRow | undefined;
  private lastRow = 0;
  private column = 0;
  private characters = 0;
  private kind = "";
  private style = -1;
  private value = "";
  private takes = false;
  private inPhonetics = false;

  constructor(private readonly book: SheetSource) {}

  /** The rows that have ended since it was asked last. */
  taken(): FileRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case "row":
        this.beginRow(Number(attributes["r"] ?? this.lastRow + 1));
        return;
      case "c":
        this.beginCell(attributes);
        return;
      case "rPh":
        this.inPhonetics = true;
        return;
      case "v":
      case "t":
        this.takes = !this.inPhonetics;
        return;
      default:
        this.takes = false;
    }
  }

  text(part: string): void {
    if (!this.takes || !this.row) return;
    this.characters += part.length;
    if (this.characters > LIMITS.rowBytes) {
      const most = LIMITS.rowBytes.toLocaleString("en");
      throw new FileRefused(
        "row_too_long",
        `Row ${this.row.n.toLocaleString("en")} has more than ${most} characters. Shorten it.`,
      );
    }
    this.value += part;
  }

  close(name: string): void {
    switch (name) {
      case "v":
      case "t":
        this.takes = false;
        return;
      case "rPh":
        this.inPhonetics = false;
        return;
      case "c":
        this.endCell();
        return;
      case "row":
        if (this.row) this.rows.push(this.row);
        this.row = undefined;
        return;
      default:
    }
  }

  private beginRow(n: number): void {
    if (!Number.isInteger(n) || n <= this.lastRow)
      throw new FileRefused("file_damaged", "The sheet's rows are out of order. Save it again in Excel.");
    this.lastRow = n;
    this.row = { n, cells: [] };
    this.column = 0;
    this.characters = 0;
  }

  private beginCell(attributes: Readonly<Record<string, string>>): void {
    const letters = /^[A-Z]{1,3}/.exec(attributes["r"] ?? "")?.[0];
    if (letters !== undefined) this.column = columnOf(letters);
    this.kind = attributes["t"] ?? "n";
    this.style = Number(attributes["s"] ?? -1);
    this.value = "";
    this.takes = false;
  }

  private endCell(): void {
    const text = this.value === "" ? "" : this.textOf(this.value);
    if (this.row && text !== "") {
      if (this.column >= LIMITS.columns) {
        throw new FileRefused(
          "too_many_columns",
          `Row ${this.row.n} has a cell in column ${this.column + 1}; at most ${LIMITS.columns} columns are read.`,
        );
      }
      while (this.row.cells.length < this.column) this.row.cells.push("");
      this.row.cells[this.column] = text;
    }
    this.column += 1;
    this.value = "";
  }

  private textOf(value: string): string {
    switch (this.kind) {
      case "s":
        return this.book.texts.at(Number(value));
      case "b":
        return value === "1" ? "TRUE" : "FALSE";
      case "n":
        return this.book.dates[this.style] === true ? this.dateOf(value) : numberText(value);
      default:
        return unescaped(value);
    }
  }

  private dateOf(value: string): string {
    const days = Number(value);
    const at = (this.book.from1904 ? ORIGIN_1904 : ORIGIN_1900) + Math.round(days * 86_400) * 1_000;
    if (!Number.isFinite(days) || Math.abs(days * DAY_MS) > 8e14) return value;
    return new Date(at).toISOString().replace("T00:00:00.000Z", "").replace(".000Z", "Z");
  }
}

/** 0 for A, 25 for Z, 26 for AA. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Long numbers, such as telephone numbers, without an exponent. */
function numberText(value: string): string {
  const number = Number(value);
  if (!/e/i.test(value) || !Number.isFinite(number) || Math.abs(number) >= 1e21) return value;
  return String(number);
}
