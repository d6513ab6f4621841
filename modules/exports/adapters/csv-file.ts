import type { FileOrder } from "../services/export-files";

/** A header line with the names of the wire, then the database's own CSV. */
export async function* csvFile({ snapshot, columns, onRows }: FileOrder): AsyncIterable<Uint8Array> {
  yield Buffer.from(`${columns.join(",")}\n`);
  yield* snapshot.csv(columns, onRows);
}
