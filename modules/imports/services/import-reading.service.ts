import { Readable } from "node:stream";
import { AppError, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { type Principal, requireStaff } from "@/lib/principal";
import type { z } from "zod";
import { hasRun, type ImportRow, refuseExpired } from "../domain/import";
import { csvLine, messageOf, NOT_REACHED } from "../domain/error-file";
import { ERROR_COLUMN } from "../domain/import-fields";
import { hasErrors } from "../domain/import-view";
import { ROWS_PAGE } from "../domain/limits";
import type { ImportChunkRepository } from "../repositories/import-chunk.repository";
import type { ImportLeadRepository } from "../repositories/import-lead.repository";
import type { ImportRepository } from "../repositories/import.repository";
import type { importRows, undoneLeads } from "../schemas";
import type { Cursors } from "./imports.service";

type RowsRequest = z.output<NonNullable<(typeof importRows)["query"]>>;
type LeftRequest = z.output<NonNullable<(typeof undoneLeads)["query"]>>;

/** What came of the rows of imports, for people and as a file to be mended. */
export class ImportReading {
  constructor(
    private readonly imports: Pick<ImportRepository, "find">,
    private readonly chunks: ImportChunkRepository,
    private readonly written: ImportLeadRepository,
    private readonly cursors: Cursors,
  ) {}

  /** Rows in the order of the file. Throws 404, 410 import_expired, 400 for a cursor of something else. */
  async rows(principal: Principal, importId: string, { outcome, cursor, limit = ROWS_PAGE }: RowsRequest) {
    const row = await this.found(principal, importId);
    const purpose = `import rows\n${row.id}\n${outcome ?? ""}`;
    const after = cursor === undefined ? undefined : this.cursors.decode(purpose, cursor);
    const [place = 0, at = 0] = (after?.value ?? "0 0").split(" ").map(Number);
    const found = await this.chunks.page(row.id, outcome, { place, at }, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      rows: page.map(({ row: { n, facts }, result }) => {
        const { leadId, ...values } = facts;
        return {
          row: n,
          outcome: result.outcome,
          lead_id: result.leadId ?? null,
          same_as_row: result.twin ?? null,
          values: { ...values, ...(leadId === undefined ? {} : { lead_id: leadId }) },
          errors: result.errors ?? [],
        };
      }),
      next_cursor: last ? this.cursors.encode(purpose, { value: `${last.place} ${last.at}`, id: row.id }) : null,
    };
  }

  async leftAlone(principal: Principal, importId: string, { cursor, limit = ROWS_PAGE }: LeftRequest) {
    const row = await this.found(principal, importId);
    const purpose = `import left\n${row.id}`;
    const after = cursor === undefined ? undefined : this.cursors.decode(purpose, cursor);
    const found = await this.written.leftAlone(row.id, after?.id, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      leads: page.map(({ leadId, name, code }) => ({ lead_id: leadId, name, code })),
      next_cursor: last ? this.cursors.encode(purpose, { value: null, id: last.leadId }) : null,
    };
  }

  /** The rows to mend, as a file. Throws 404, 409 no_errors, 410 import_expired. */
  async errors(principal: Principal, importId: string): Promise<Response> {
    const row = await this.found(principal, importId);
    if (!hasErrors(row)) throw new AppError(409, "no_errors", "No row of this import has failed.");
    const name = `${row.fileName.replace(/\.[a-z0-9]{1,5}$/i, "")}-errors.csv`;
    const plain = name.replace(/[^\w. -]/g, "_");
    return new Response(Readable.toWeb(Readable.from(this.lines(row))) as ReadableStream<Uint8Array>, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  }

  /** The original columns and one more, with a mark before them that has Excel read the letters rightly. */
  private async *lines(row: ImportRow): AsyncGenerator<Uint8Array> {
    // A file of errors that comes back has this column already: it is written anew.
    const own = row.header.indexOf(ERROR_COLUMN);
    const others = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => at !== own);
    yield Buffer.from(`\uFEFF${csvLine([...others(row.header), ERROR_COLUMN], row.kind)}`);
    const withUnreached = hasRun(row);
    for (let place = -1; ;) {
      const chunk = await this.chunks.nextToMend(row.id, place, withUnreached);
      if (!chunk) return;
      place = chunk.place;
      const isReached = chunk.results !== null || !withUnreached;
      const results = chunk.results ?? chunk.forecast;
      const lines: string[] = [];
      for (const [at, cells] of chunk.cells.entries()) {
        const result = results[at];
        if (isReached && result?.outcome !== "failed") continue;
        const why = isReached ? messageOf(result?.errors ?? []) : NOT_REACHED;
        const whole = row.header.map((_, column) => cells[column] ?? "").concat(cells.slice(row.header.length));
        lines.push(csvLine([...others(whole.slice(0, row.header.length)), why], row.kind));
      }
      yield Buffer.from(lines.join(""));
    }
  }

  private async found(principal: Principal, importId: string): Promise<ImportRow> {
    requireStaff(principal);
    const row = isId(importId) ? await this.imports.find(importId) : undefined;
    if (!row) throw notFound("This import");
    refuseExpired(row, "Its numbers are still there.");
    return row;
  }
}
