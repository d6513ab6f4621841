import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Pace } from "@/lib/jobs/pace";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Plan } from "../domain/plan";
import type { PlanAssignRepository } from "../repositories/plan-assign.repository";
import type { PlanEditsRepository } from "../repositories/plan-edits.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanUndoRepository } from "../repositories/plan-undo.repository";
import type { PlanUpdateRepository } from "../repositories/plan-update.repository";
import { AssignPreviewer, type Dealing } from "./plan-assign-previewer";
import { planMoved } from "./plan-events";
import { EditsPreviewer, type Previewer, UndoPreviewer, UpdatePreviewer } from "./plan-previewers";
import type { PlanStart } from "./plan-start";

/** Chunks previewed in one transaction: few enough to weigh little beside work that somebody waits for. */
export const SLICE_CHUNKS = 1;
const SLICE_TIMEOUT_MS = 60_000;

/** How far one runner is with the slices of a plan. */
interface Slices {
  previewer: Previewer;
  /** The chunk it goes on at; undefined before it has looked. */
  at: number | undefined;
  chunks: number;
  /** The state that is stored. */
  kept: string;
}

/** Tests cut the work off here, as a process that dies would. */
export interface PreparationHooks {
  betweenSlices?(planId: string, next: number): void | Promise<void>;
}

/** Finds what each row of a plan changes, and makes the plan ready with exact counts. */
export class PlanPreparation {
  constructor(
    private readonly db: Db,
    private readonly plans: PlanRepository,
    private readonly updates: PlanUpdateRepository,
    private readonly edits: PlanEditsRepository,
    private readonly assigns: PlanAssignRepository,
    private readonly undos: PlanUndoRepository,
    private readonly dealing: Dealing,
    private readonly start: PlanStart,
    private readonly hooks: PreparationHooks = {},
  ) {}

  /**
   * Previews a small plan within the transaction that made it, and goes on as its request says: it waits, ready, or it
   * is applied by `runner`. A plan that is applied at once deals under the agents' locks.
   */
  async within(tx: Tx, planId: string, runner: string): Promise<Plan> {
    const plan = await this.found(tx, planId);
    const lock = plan.request.next === "apply";
    const previewer = this.previewerOf(plan, lock);
    const chunks = await this.chunksOf(tx, plan);
    if (chunks > 0) await previewer.slice(tx, 0, chunks);
    await previewer.finish(tx);
    await this.goOn(tx, plan.id, runner, lock);
    return this.found(tx, planId);
  }

  /**
   * Previews a large plan slice by slice, each a transaction of its own, and goes on as its request says. When it was
   * interrupted it goes on behind the last slice, as if nothing had been. `untilMs` is looked at between two slices, and
   * `pace` lets others go first there.
   */
  async inSlices(
    plan: Plan,
    runner: string,
    { untilMs, pace }: { untilMs?: number; pace?: Pick<Pace, "rest"> },
  ): Promise<"prepared" | "cancelled" | "lost" | "out of time"> {
    const slices: Slices = { previewer: this.previewerOf(plan, false), at: undefined, chunks: 0, kept: "" };
    for (;;) {
      const startedAt = performance.now();
      const held = await inTransaction(this.db, (tx) => this.step(tx, plan, runner, slices), {
        timeoutMs: SLICE_TIMEOUT_MS,
      });
      if (typeof held === "string") return held;
      Object.assign(slices, held);
      await this.hooks.betweenSlices?.(plan.id, held.at);
      if (untilMs !== undefined && Date.now() >= untilMs) {
        await this.plans.letGo(plan.id, runner);
        return "out of time";
      }
      await pace?.rest(performance.now() - startedAt);
    }
  }

  /** One slice; what it answers holds once its transaction is committed. */
  private async step(
    tx: Tx,
    plan: Plan,
    runner: string,
    { previewer, ...slices }: Slices,
  ): Promise<(Omit<Slices, "previewer"> & { at: number }) | "prepared" | "cancelled" | "lost"> {
    const hold = await this.plans.beginStep(tx, plan.id, runner, "preparing");
    if (hold !== "held") return hold;
    const { at: from, chunks, kept } = slices.at === undefined ? await this.takeUp(tx, plan, previewer) : slices;
    const at = (from ?? 0) + SLICE_CHUNKS;
    if ((from ?? 0) < chunks) await previewer.slice(tx, from ?? 0, at);
    if (at >= chunks) {
      await previewer.finish(tx);
      await this.plans.setPrepared(tx, plan.id, chunks, null);
      await this.goOn(tx, plan.id, runner, false);
      return "prepared";
    }
    const state = previewer.state();
    const text = JSON.stringify(state ?? null);
    await this.plans.setPrepared(tx, plan.id, at, text === kept ? undefined : (state ?? null));
    return { at, chunks, kept: text };
  }

  /** Where the preparation stands: at its beginning, or where another runner left it. */
  private async takeUp(tx: Tx, plan: Plan, previewer: Previewer): Promise<Omit<Slices, "previewer">> {
    const { prepared, state } = await this.plans.preparation(tx, plan.id);
    if (prepared === 0) await previewer.begin(tx);
    else await previewer.resume(tx, prepared, state);
    return { at: prepared, chunks: await this.chunksOf(tx, plan), kept: JSON.stringify(previewer.state() ?? null) };
  }

  private async goOn(tx: Tx, planId: string, runner: string, dealtUnderLock: boolean): Promise<void> {
    const plan = await this.found(tx, planId);
    if (plan.request.next === "apply") await this.start.atOnce(tx, plan, runner, dealtUnderLock);
    else {
      await this.plans.move(tx, plan.id, "preparing", "ready", null);
      await publishLive(tx, [planMoved(plan, "ready", 0)]);
    }
  }

  private previewerOf(plan: Plan, lock: boolean): Previewer {
    const { request } = plan;
    switch (request.kind) {
      case "update":
        return new UpdatePreviewer(this.updates, plan.id, request);
      case "edits":
        return new EditsPreviewer(this.edits, plan.id);
      case "assign":
        return new AssignPreviewer(this.assigns, this.dealing, plan, request, lock);
      case "undo":
        return new UndoPreviewer(this.undos, plan.id, plan.undoOf ?? "");
    }
  }

  /** An undo has its rows where the plan that it takes back has them. */
  private chunksOf(tx: Tx, plan: Plan): Promise<number> {
    return this.undos.chunks(tx, plan.undoOf ?? plan.id);
  }

  private async found(tx: Tx, planId: string): Promise<Plan> {
    const plan = await this.plans.find(planId, tx);
    if (!plan) throw new Error(`plan ${planId} vanished inside the transaction that holds it`);
    return plan;
  }
}
