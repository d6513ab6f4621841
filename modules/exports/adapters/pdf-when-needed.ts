import type { FileOrder } from "../services/export-files";

/**
 * The report of pdf-report.ts, whose libraries and typefaces are loaded with the first one: they take some 40 MiB, which a
 * process that only answers calls, or only imports, need not hold.
 */
export async function* pdfWhenNeeded(order: FileOrder): AsyncIterable<Uint8Array> {
  const { pdfReport } = await import("./pdf-report");
  yield* pdfReport(order);
}
