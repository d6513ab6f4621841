import type { Tx } from "@/lib/db/transaction";
import type { UpdatePlanRequest } from "../domain/plan";
import type { PlanUndoRepository } from "../repositories/plan-undo.repository";
import type { PlanUpdateRepository, Reopened } from "../repositories/plan-update.repository";

/** Previews one plan, some chunks at a time and in order; what it has to remember in between it keeps itself. */
export interface Previewer {
  /** Makes good for a former try that was interrupted. */
  begin(tx: Tx): Promise<void>;
  /** Previews chunks `from` to `to` (not included). */
  slice(tx: Tx, from: number, to: number): Promise<void>;
  /** Runs in the transaction of the last slice. */
  finish(tx: Tx): Promise<void>;
}

/** Previews a change of values, inside the database. */
export class UpdatePreviewer implements Previewer {
  /** Places that reopened leads take, by the slice they stand in (a slice may be run twice) and by agent. */
  private readonly reopened = new Map<number, Reopened>();

  constructor(
    private readonly rows: PlanUpdateRepository,
    private readonly planId: string,
    private readonly request: UpdatePlanRequest,
  ) {}

  async begin(tx: Tx): Promise<void> {
    await this.rows.beginAgain(tx, this.planId);
  }

  async slice(tx: Tx, from: number, to: number): Promise<void> {
    const former = new Map<string, number>();
    for (const [slice, places] of this.reopened) {
      if (slice === from) continue;
      for (const [agentId, count] of places) former.set(agentId, (former.get(agentId) ?? 0) + count);
    }
    this.reopened.set(from, await this.rows.compare(tx, this.planId, this.request, { from, to }, former));
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}

/** Previews the way back from what another plan wrote, inside the database. */
export class UndoPreviewer implements Previewer {
  constructor(
    private readonly rows: PlanUndoRepository,
    private readonly planId: string,
    private readonly undoOf: string,
  ) {}

  async begin(tx: Tx): Promise<void> {
    await this.rows.beginAgain(tx, this.planId);
  }

  async slice(tx: Tx, from: number, to: number): Promise<void> {
    await this.rows.invert(tx, this.planId, this.undoOf, from, to);
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}
