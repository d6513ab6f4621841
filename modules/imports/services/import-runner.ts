import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import type { LeadsIn } from "@/modules/leads/services/leads-in.service";
import { manyLeadsChanged } from "@/modules/leads/services/lead-events";
import type { Newcomers } from "@/modules/leads/services/newcomers.service";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ImportRow } from "../domain/import";
import { decideChunk, keysOf, type RowResult, type Rules } from "../domain/import-decision";
import type { ImportChunkRepository } from "../repositories/import-chunk.repository";
import type { ImportLeadRepository } from "../repositories/import-lead.repository";
import type { ImportHoldRepository } from "../repositories/import-hold.repository";
import { count } from "./import-checker";
import { EVENT_MS, importMoved } from "./import-events";
import { rulesOf } from "./import-rules";
import { Halted, type ImportHooks, type WorkManner } from "./import-work";

/** Milliseconds that a chunk may take: it may wait for another import's. */
const CHUNK_TIMEOUT_MS = 30_000;

/** Writes the rows of an import, chunk by chunk: each is one transaction, and is written exactly once. */
export class ImportRunner {
  constructor(
    private readonly db: Db,
    private readonly holds: ImportHoldRepository,
    private readonly chunks: ImportChunkRepository,
    private readonly written: ImportLeadRepository,
    private readonly leads: LeadsIn,
    private readonly newcomers: Pick<Newcomers, "deal">,
    private readonly hooks: ImportHooks,
  ) {}

  /** Writes the chunks that are left, until the time is up. Throws Halted when it must not go on. */
  async run(row: ImportRow, runner: string, { untilMs, pace }: WorkManner): Promise<"written" | "out of time"> {
    const rules = rulesOf(row, await this.leads.dispositions());
    let toldAt = 0;
    let untold = 0;
    for (const place of await this.chunks.pending(row.id)) {
      if (Date.now() >= untilMs) return "out of time";
      const startedAt = performance.now();
      const tell = startedAt - toldAt >= EVENT_MS;
      untold += await this.write(row, runner, rules, { place, told: tell ? untold : undefined });
      if (tell) {
        toldAt = startedAt;
        untold = 0;
      }
      await this.hooks.afterChunk?.(row.id, "run", place + 1);
      await pace.rest(performance.now() - startedAt);
    }
    return "written";
  }

  /** Deals the new leads, once. Answers why they could not be dealt, if so: they then stay with nobody. */
  async deal(row: ImportRow, runner: string): Promise<string | undefined> {
    const { assignment } = row.options;
    if (assignment === null || row.planId === null) return undefined;
    const { strategy, agents, team } = assignment;
    const asked = { assignment_strategy: strategy, agents: agents ?? undefined, team: team ?? undefined };
    const by = { userId: row.runBy ?? row.createdBy, email: row.runByLabel ?? row.createdByLabel };
    try {
      await this.newcomers.deal(by, row.planId, await this.written.newcomers(row.id), asked, `${runner}/deal`);
      return undefined;
    } catch (error) {
      // An agent or team that is there no more: the leads are imported all the same.
      if (error instanceof AppError) return error.message;
      throw error;
    }
  }

  /** Writes one chunk; answers how many leads it wrote. */
  private async write(
    row: ImportRow,
    runner: string,
    rules: Rules,
    { place, told }: { place: number; told: number | undefined },
  ): Promise<number> {
    const origin = { importId: row.id, actor: actorOfRun(row) };
    return inTransaction(
      this.db,
      async (tx) => {
        const rows = await this.chunks.lock(tx, row.id, place);
        if (!rows) return 0;
        const known = await this.leads.lock(tx, keysOf(rows));
        const { results, creations, changes } = decideChunk(rows, known, rules, newId);
        await this.leads.make(tx, origin, creations);
        await this.leads.change(tx, origin, known, changes);
        await this.written.keep(tx, row.id, creations, changes);
        await this.chunks.applied(tx, row.id, place, results);
        if (told !== undefined) await publishLive(tx, [manyLeadsChanged(told), importMoved(row.id, "running")]);
        // Last, and for a moment: whoever lost the import has all of this undone.
        const held = await this.holds.advance(tx, row.id, runner, "running", countsOf(results));
        if (held !== "held") throw new Halted(held);
        return creations.length + changes.length;
      },
      { timeoutMs: CHUNK_TIMEOUT_MS },
    );
  }
}

const countsOf = (results: readonly RowResult[]) => ({
  processed: results.length,
  created: count(results, "created"),
  updated: count(results, "updated"),
  unchanged: count(results, "unchanged"),
  skipped: count(results, "skipped"),
  failed: count(results, "failed"),
});

const actorOfRun = ({ runBy, runByLabel, createdBy, createdByLabel, requestId }: ImportRow): Actor => ({
  type: "user",
  id: runBy ?? createdBy,
  label: runByLabel ?? createdByLabel,
  requestId: requestId ?? undefined,
});
