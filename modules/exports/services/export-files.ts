import type { LeadsOut } from "@/modules/leads/services/leads-out.service";
import type { ExportColumn } from "@/modules/leads/export.schemas";
import type { ExportFormat, ExportRow } from "../domain/export";

/** What a file is made of. */
export interface FileOrder {
  row: ExportRow;
  snapshot: Awaited<ReturnType<LeadsOut["open"]>>;
  columns: readonly ExportColumn[];
  /** What was selected, in words. */
  words: string;
  /** Told of rows as they are read. */
  onRows: (rows: number) => void;
}

/** Makes the bytes of one format, a piece at a time. */
export type FileWriter = (order: FileOrder) => AsyncIterable<Uint8Array>;
export type FileWriters = Readonly<Record<ExportFormat, FileWriter>>;
