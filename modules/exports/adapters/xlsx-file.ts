import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { writeXlsxStream } from "hucre/xlsx";
import type { ExportCell } from "@/modules/leads/domain/lead-export";
import { columnFacts, type ExportColumn } from "@/modules/leads/export.schemas";
import type { FileOrder } from "../services/export-files";

type Cell = string | number | Date | null;

/** Texts stay texts when somebody edits them: in cells of this format a formula is not computed. */
const TEXT = "@";
const INSTANT = "yyyy-mm-dd hh:mm";
const DATE = "yyyy-mm-dd";
/** Rows made before others get their turn. */
const TURN = 200;

/** One sheet with a header that stays in sight; times are dates of the sheet, in UTC. */
export function xlsxFile(order: FileOrder): AsyncIterable<Uint8Array> {
  const { columns } = order;
  const stream = writeXlsxStream(cells(order), {
    name: "Leads",
    columns: columns.map((column) => {
      const { label, kind, width } = columnFacts[column];
      const numFmt = { text: TEXT, instant: INSTANT, date: DATE, number: "0" }[kind];
      return { header: `${label}${kind === "instant" ? " (UTC)" : ""}`, width, numFmt };
    }),
    freezePane: { rows: 1 },
  });
  return Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
}

async function* cells({ snapshot, columns, onRows }: FileOrder): AsyncIterable<Cell[]> {
  const kinds = columns.map((column: ExportColumn) => columnFacts[column].kind);
  const typed = (value: ExportCell, at: number): Cell => {
    if (value === null || kinds[at] === "text") return value;
    // A date without a time is that of midnight in UTC, as the sheet counts its days.
    return kinds[at] === "number" ? Number(value) : new Date(value);
  };
  let made = 0;
  for await (const batch of snapshot.rows(columns, onRows)) {
    for (const row of batch) {
      yield row.map(typed);
      made += 1;
      if (made % TURN === 0) await setImmediate();
    }
  }
}
