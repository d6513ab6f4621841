import type { Dialect, FileKind } from "../domain/dialect";

/** One row of a file as texts, with its place there (1 is the first). */
export interface FileRow {
  n: number;
  cells: string[];
}

/** What is found out of a file before anything is read of it in full. */
export interface Inspected {
  kind: FileKind;
  /** null for a sheet, which has neither. */
  dialect: Dialect | null;
  /** The name of the sheet that is read; null for a text file. */
  sheet: string | null;
  /** The first row, and some of those that follow. */
  header: string[];
  sample: string[][];
  /** What the person should know of it. */
  remarks: string[];
}

/** Opens what bytes are there, each time from the beginning. Throws FileRefused when they are not. */
export type OpenBytes = () => Promise<AsyncIterable<Uint8Array>>;

/** Reads files of the kinds that are imported; adapters do it. Both throw FileRefused. */
export interface FileReader {
  /** `wanted` is what the person has chosen instead of what would be found. */
  inspect(open: OpenBytes, wanted: Partial<Dialect>, fileName: string): Promise<Inspected>;
  /** All rows from the header on, no faster than they are taken. */
  rows(open: OpenBytes, file: Pick<Inspected, "kind" | "dialect">): AsyncIterable<FileRow>;
}
