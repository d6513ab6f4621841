import type { Tx } from "@/lib/db/transaction";
import type { UpdatePlanRequest } from "../domain/plan";
import type { PlanEditsRepository } from "../repositories/plan-edits.repository";
import type { PlanUndoRepository } from "../repositories/plan-undo.repository";
import type { PlanUpdateRepository, Reopened } from "../repositories/plan-update.repository";

/** Previews one plan, some chunks at a time and in order; what it has to remember in between it keeps itself. */
export interface Previewer {
  /** Makes good for a former try that left nothing to go on with. */
  begin(tx: Tx): Promise<void>;
  /** Goes on behind chunk `prepared` with what state() had kept there, as if it had never been interrupted. */
  resume(tx: Tx, prepared: number, state: unknown): Promise<void>;
  /** What another process needs to know to go on from here, as JSON; undefined for nothing. */
  state(): unknown;
  /** Previews chunks `from` to `to` (not included). */
  slice(tx: Tx, from: number, to: number): Promise<void>;
  /** Runs in the transaction of the last slice. */
  finish(tx: Tx): Promise<void>;
}

/** Previews a change of values, inside the database. */
export class UpdatePreviewer implements Previewer {
  /** Places that reopened leads take, by the slice they stand in (a slice may be run twice) and by agent. */
  private readonly reopened = new Map<number, Reopened>();
  /** The same of the slices that another process has previewed. */
  private before: Reopened = new Map();

  constructor(
    private readonly rows: PlanUpdateRepository,
    private readonly planId: string,
    private readonly request: UpdatePlanRequest,
  ) {}

  async begin(tx: Tx): Promise<void> {
    await this.rows.beginAgain(tx, this.planId);
  }

  async slice(tx: Tx, from: number, to: number): Promise<void> {
    const former = this.places(from);
    this.reopened.set(from, await this.rows.compare(tx, this.planId, this.request, { from, to }, former));
  }

  async resume(_tx: Tx, _prepared: number, state: unknown): Promise<void> {
    const { reopened } = (state ?? { reopened: {} }) as { reopened: Record<string, number> };
    this.before = new Map(Object.entries(reopened));
    await Promise.resolve();
  }

  state(): unknown {
    const reopened = this.places(undefined);
    return reopened.size === 0 ? undefined : { reopened: Object.fromEntries(reopened) };
  }

  /** Places that leads of all slices but one take. */
  private places(except: number | undefined): Map<string, number> {
    const all = new Map(this.before);
    for (const [slice, places] of this.reopened) {
      if (slice === except) continue;
      for (const [agentId, count] of places) all.set(agentId, (all.get(agentId) ?? 0) + count);
    }
    return all;
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}

/** Previews values of each row's own, inside the database: so few rows that one slice has them all. */
export class EditsPreviewer implements Previewer {
  constructor(
    private readonly rows: PlanEditsRepository,
    private readonly planId: string,
  ) {}

  async begin(): Promise<void> {
    await Promise.resolve();
  }

  async resume(): Promise<void> {
    await Promise.resolve();
  }

  state(): undefined {
    return undefined;
  }

  async slice(tx: Tx): Promise<void> {
    await this.rows.compare(tx, this.planId);
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

  async resume(): Promise<void> {
    await Promise.resolve();
  }

  state(): undefined {
    return undefined;
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}
