import { setImmediate } from "node:timers/promises";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { ObjectStore } from "@/lib/storage/object-store";
import type { LeadsIn } from "@/modules/leads/services/leads-in.service";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { FileRefused } from "../domain/file-refusal";
import type { ImportRow } from "../domain/import";
import { FirstRows } from "../domain/first-rows";
import {
  decideChunk,
  idOfLeadToBe,
  keysOf,
  leadToBe,
  rowOfLeadToBe,
  type RowResult,
  type Rules,
} from "../domain/import-decision";
import { type Reading, type ReadRow, readRow } from "../domain/import-row";
import { CHUNK_CHARACTERS, CHUNK_ROWS, LIMITS } from "../domain/limits";
import type { ImportChunkRepository } from "../repositories/import-chunk.repository";
import type { ImportHoldRepository } from "../repositories/import-hold.repository";
import { EVENT_MS, importMoved } from "./import-events";
import type { FileReader, FileRow } from "./import-files";
import { readingOf, rulesOf } from "./import-rules";
import { openerOf } from "./import-upload";
import { Halted, type ImportHooks, type WorkManner } from "./import-work";

/** Rows read before others get their turn: some milliseconds. */
const TURN_ROWS = 50;

/** Reads a whole file for the first time: keeps its rows in chunks, each with what would come of it. */
export class ImportChecker {
  constructor(
    private readonly db: Db,
    private readonly holds: ImportHoldRepository,
    private readonly chunks: ImportChunkRepository,
    private readonly leads: LeadsIn,
    private readonly store: Pick<ObjectStore, "get">,
    private readonly reader: Pick<FileReader, "rows">,
    private readonly hooks: ImportHooks,
  ) {}

  /**
   * Checks every row, from the beginning, and answers how many there are. Throws FileRefused for a file that cannot be
   * read to its end, Halted when it must not go on.
   */
  async run(row: ImportRow, runner: string, { pace }: WorkManner): Promise<number> {
    await inTransaction(this.db, (tx) => this.holds.checkAgain(tx, row.id, runner));
    const dispositions = await this.leads.dispositions();
    const check = new Check(row, runner, readingOf(row, dispositions), rulesOf(row, dispositions));
    // While the database looks for the leads of one chunk, the next one is read.
    let flushed: Promise<void> = Promise.resolve();
    try {
      for await (const fileRow of this.fileRows(row)) {
        if (check.take(fileRow)) {
          await flushed;
          flushed = this.flush(check, check.next(), pace);
          // It may fail while nobody waits for it yet.
          flushed.catch(() => undefined);
        } else if (check.total % TURN_ROWS === 0) await setImmediate();
      }
      await flushed;
    } finally {
      // Nothing of it may go on once this has ended; what it fails of is told above, or comes second.
      await Promise.allSettled([flushed]);
    }
    await this.flush(check, check.next(), pace);
    if (check.total === 0) throw new FileRefused("file_empty", "Below its header the file has no rows.");
    return check.total;
  }

  /** The rows below the header. */
  private async *fileRows(row: ImportRow): AsyncGenerator<FileRow> {
    const dialect = row.encoding && row.delimiter ? { encoding: row.encoding, delimiter: row.delimiter } : null;
    let isHeader = true;
    for await (const fileRow of this.reader.rows(openerOf(this.store, row.fileKey ?? ""), {
      kind: row.kind,
      dialect,
    })) {
      if (!isHeader) yield fileRow;
      isHeader = false;
    }
  }

  /** Keeps a chunk with what would come of it; those before it must be through. */
  private async flush(check: Check, chunk: Chunk, pace: WorkManner["pace"]): Promise<void> {
    if (chunk.rows.length === 0) return;
    const startedAt = performance.now();
    const known = await this.leads.find(keysOf(chunk.rows));
    const earlier = await this.earlierOf(check, chunk.rows);
    const { results } = decideChunk(chunk.rows, [...known, ...earlier], check.rules, idOfLeadToBe);
    check.remember(chunk.rows, results);
    const forecast = results.map(forForecast);
    const tell = check.isTimeToTell();
    const held = await inTransaction(this.db, async (tx) => {
      await this.chunks.insert(tx, check.row.id, { ...chunk, forecast });
      if (tell) await publishLive(tx, [importMoved(check.row.id, "checking")]);
      const answer = await this.holds.advance(tx, check.row.id, check.runner, "checking", {
        checked: chunk.rows.length,
        wouldCreate: count(forecast, "created"),
        wouldUpdate: count(forecast, "updated"),
        wouldStay: count(forecast, "unchanged"),
        wouldSkip: count(forecast, "skipped"),
        wouldFail: count(forecast, "failed"),
      });
      if (answer === "lost") throw new Halted("lost");
      return answer;
    });
    if (held === "cancelled") throw new Halted("cancelled");
    await this.hooks.afterChunk?.(check.row.id, "check", chunk.place + 1);
    await pace.rest(performance.now() - startedAt);
  }

  /** Leads that rows of former chunks would make, as far as one can tell beforehand. */
  private async earlierOf(check: Check, rows: readonly ReadRow[]): Promise<ReturnType<typeof leadToBe>[]> {
    const makers = check.makersOf(rows);
    if (makers.size === 0) return [];
    // Rows that are left as they are need of them no more than that they are there.
    if (check.rules.mode === "skip") {
      return Array.from(makers, ([n, facts]) => leadToBe({ n, facts, errors: [] }, check.rules));
    }
    const numbers = [...makers.keys()];
    const places = [...new Set(numbers.map((n) => check.placeOf(n)))];
    return (await this.chunks.rowsAt(check.row.id, places, numbers)).map((maker) => leadToBe(maker, check.rules));
  }
}

interface Chunk {
  place: number;
  rows: ReadRow[];
  cells: string[][];
}

/** A dry run under way. */
class Check {
  total = 0;
  private rows: ReadRow[] = [];
  private cells: string[][] = [];
  private characters = 0;
  private toldAt = 0;
  /** The first row that would make a lead of a number or an address. */
  private readonly makers = new FirstRows();
  /** The first row of each chunk. */
  private readonly firstRows: number[] = [];

  constructor(
    readonly row: ImportRow,
    readonly runner: string,
    private readonly reading: Reading,
    readonly rules: Rules,
  ) {}

  /** Takes a row; answers whether the chunk is full. */
  take({ n, cells }: FileRow): boolean {
    this.total += 1;
    if (this.total > LIMITS.rows) {
      const most = LIMITS.rows.toLocaleString("en");
      throw new FileRefused("too_many_rows", `The file has more than ${most} rows. Send it in parts.`);
    }
    this.rows.push(readRow(n, cells, this.reading));
    this.cells.push(cells.map((cell) => cell.toWellFormed().replaceAll("\0", "\uFFFD")));
    for (const cell of cells) this.characters += cell.length;
    return this.rows.length >= CHUNK_ROWS || this.characters >= CHUNK_CHARACTERS;
  }

  next(): Chunk {
    const chunk = { place: this.firstRows.length, rows: this.rows, cells: this.cells };
    const [first] = chunk.rows;
    if (first) this.firstRows.push(first.n);
    this.rows = [];
    this.cells = [];
    this.characters = 0;
    return chunk;
  }

  /** Rows of former chunks that would make leads which these rows mean, with what these know them by. */
  makersOf(rows: readonly ReadRow[]): Map<number, { phone?: string; email?: string }> {
    const makers = new Map<number, { phone?: string; email?: string }>();
    for (const row of rows) {
      for (const [key, value] of namesOf(row, this.rules)) {
        const n = this.makers.of(value);
        if (n !== undefined) makers.set(n, { ...makers.get(n), [key]: value });
      }
    }
    return makers;
  }

  remember(rows: readonly ReadRow[], results: readonly RowResult[]): void {
    for (const [at, row] of rows.entries()) {
      if (results[at]?.outcome !== "created") continue;
      for (const [, value] of namesOf(row, this.rules)) this.makers.add(value, row.n);
    }
  }

  /** The chunk in which a row stands. */
  placeOf(n: number): number {
    let [low, high] = [0, this.firstRows.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.firstRows[middle] ?? 0) <= n) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  isTimeToTell(): boolean {
    const now = performance.now();
    if (now - this.toldAt < EVENT_MS) return false;
    this.toldAt = now;
    return true;
  }
}

/** A lead that is not there yet has no id that anybody could ask for: the row that would make it stands for it. */
function forForecast(result: RowResult): RowResult {
  const maker = result.leadId === null ? undefined : rowOfLeadToBe(result.leadId);
  if (maker === undefined) return result;
  return { ...result, leadId: null, ...(maker === result.n ? {} : { twin: maker }) };
}

/** Numbers and addresses differ in their letters: one has an @. */
function namesOf({ facts: { phone, email } }: ReadRow, { match }: Rules): ["phone" | "email", string][] {
  const names: ["phone" | "email", string][] = [];
  if (phone !== undefined && match.includes("phone")) names.push(["phone", phone]);
  if (email !== undefined && match.includes("email")) names.push(["email", email]);
  return names;
}

export const count = (results: readonly RowResult[], outcome: RowResult["outcome"]): number =>
  results.reduce((sum, result) => sum + (result.outcome === outcome ? 1 : 0), 0);
