import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { LeadsIn } from "@/modules/leads/services/leads-in.service";
import { manyLeadsChanged } from "@/modules/leads/services/lead-events";
import { isOverCapacity } from "@/modules/leads/services/over-capacity";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ImportRow } from "../domain/import";
import { CHUNK_ROWS } from "../domain/limits";
import { PLAN_CHUNK_ROWS, type UndoOutcome } from "../domain/taking-back";
import type { ImportLeadRepository } from "../repositories/import-lead.repository";
import type { ImportHoldRepository } from "../repositories/import-hold.repository";
import { EVENT_MS, importMoved } from "./import-events";
import { Halted, type ImportHooks, type WorkManner } from "./import-work";

/** Chunks of the plan that dealt the new leads which are looked at in one transaction: 10,000 leads. */
const DEAL_SLICE = 40;
const CHUNK_TIMEOUT_MS = 30_000;

/** Takes back what an import wrote, lead by lead, each exactly once. */
export class ImportUndo {
  constructor(
    private readonly db: Db,
    private readonly holds: ImportHoldRepository,
    private readonly written: ImportLeadRepository,
    private readonly leads: LeadsIn,
    private readonly hooks: ImportHooks,
  ) {}

  /** Takes leads back until none is left or the time is up. Throws Halted when another runner has it. */
  async run(row: ImportRow, runner: string, { untilMs, pace }: WorkManner): Promise<"taken back" | "out of time"> {
    if (row.planId !== null && row.removed + row.setBack === 0) await this.takeDealForOwn(row, row.planId, runner);
    let toldAt = 0;
    let done = 0;
    for (;;) {
      if (Date.now() >= untilMs) return "out of time";
      const startedAt = performance.now();
      const tell = startedAt - toldAt >= EVENT_MS;
      const taken = await this.takeBack(row, runner, tell);
      if (taken === 0) return "taken back";
      if (tell) toldAt = startedAt;
      done += taken;
      await this.hooks.afterChunk?.(row.id, "undo", done);
      await pace.rest(performance.now() - startedAt);
    }
  }

  private async takeDealForOwn(row: ImportRow, planId: string, runner: string): Promise<void> {
    const slices = Math.ceil(row.created / (DEAL_SLICE * PLAN_CHUNK_ROWS));
    for (let slice = 0; slice < slices; slice += 1) {
      await inTransaction(this.db, async (tx) => {
        await this.written.takeDealForOwn(tx, row.id, planId, slice * DEAL_SLICE, (slice + 1) * DEAL_SLICE);
        if ((await this.holds.advance(tx, row.id, runner, "undoing", {})) === "lost") throw new Halted("lost");
      });
    }
  }

  /** Takes the next leads back; answers how many were looked at. */
  private async takeBack(row: ImportRow, runner: string, tell: boolean): Promise<number> {
    try {
      return await this.takeBackOnce(row, runner, tell, false);
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      return this.takeBackOnce(row, runner, tell, true);
    }
  }

  private takeBackOnce(row: ImportRow, runner: string, tell: boolean, withoutReopening: boolean): Promise<number> {
    const origin = { importId: row.id, actor: actorOfUndo(row) };
    return inTransaction(
      this.db,
      async (tx) => {
        const wanted = await this.written.toUndo(tx, row.id, CHUNK_ROWS);
        if (wanted.length === 0) return 0;
        const outcomes = await this.leads.takeBack(tx, origin, wanted, withoutReopening);
        await this.written.undone(tx, row.id, outcomes);
        if (tell) await publishLive(tx, [manyLeadsChanged(wanted.length), importMoved(row.id, "undoing")]);
        const held = await this.holds.advance(tx, row.id, runner, "undoing", countsOf([...outcomes.values()]));
        if (held === "lost") throw new Halted("lost");
        return wanted.length;
      },
      { timeoutMs: CHUNK_TIMEOUT_MS },
    );
  }
}

function countsOf(outcomes: readonly UndoOutcome[]) {
  const removed = outcomes.filter((outcome) => outcome === "removed").length;
  const setBack = outcomes.filter((outcome) => outcome === "set_back").length;
  return { undoProcessed: outcomes.length, removed, setBack, leftAlone: outcomes.length - removed - setBack };
}

const actorOfUndo = ({ undoneBy, undoneByLabel, createdBy, createdByLabel }: ImportRow): Actor => ({
  type: "user",
  id: undoneBy ?? createdBy,
  label: undoneByLabel ?? createdByLabel,
});
