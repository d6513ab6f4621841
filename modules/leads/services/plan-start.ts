import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { BatchInput } from "@/modules/agents/services/deal-leads";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Plan } from "../domain/plan";
import type { PlanAssignRepository } from "../repositories/plan-assign.repository";
import type { PlanChunkRepository } from "../repositories/plan-chunk.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import type { Dealing } from "./plan-assign-previewer";
import { planMoved } from "./plan-events";

/** Begins the writing of a prepared plan: from here on its places are promised to it. */
export class PlanStart {
  constructor(
    private readonly plans: PlanRepository,
    private readonly assigns: PlanAssignRepository,
    private readonly chunks: PlanChunkRepository,
    private readonly dealing: Dealing,
  ) {}

  /**
   * Goes on with a plan that was made to be applied at once, within the transaction that has prepared it. A deal under
   * the agents' locks has taken its turns already.
   */
  async atOnce(tx: Tx, plan: Plan, runner: string, turnsTaken: boolean): Promise<void> {
    if (plan.willChange === 0) {
      // Nothing to write and so nothing to audit: the plan only says that all was well, or why nothing could be done.
      await this.chunks.settleUnchanged(tx, plan.id);
      await this.plans.end(tx, plan.id, "done", null);
      return;
    }
    const by = actorOfPlan(plan);
    await this.plans.setApplier(tx, plan.id, by, plan.onChanged);
    await this.plans.move(tx, plan.id, "preparing", "applying", runner);
    await this.promise(tx, plan, turnsTaken);
    await this.note(tx, plan, by);
  }

  /** Begins a plan that somebody has looked at; answers false when it is no longer ready. */
  async ready(tx: Tx, plan: Plan, by: Actor, onChanged: "skip" | "refuse", runner: string | null): Promise<boolean> {
    if (!(await this.plans.move(tx, plan.id, "ready", "applying", runner))) return false;
    await this.plans.setApplier(tx, plan.id, by, onChanged);
    if (plan.willChange === 0) await this.chunks.settleUnchanged(tx, plan.id);
    else await this.promise(tx, plan, false);
    await this.note(tx, plan, by);
    return true;
  }

  /** Takes the turns and the places of an assignment plan; both lock its agents, in id order. */
  private async promise(tx: Tx, plan: Plan, turnsTaken: boolean): Promise<void> {
    if (plan.kind !== "assign" || plan.batchId === null) return;
    const batch = await this.assigns.batch(tx, plan.batchId);
    if (!turnsTaken) await this.dealing.takeTurns(tx, batch.input as BatchInput);
    await this.assigns.reserve(tx, plan.id);
  }

  private async note(tx: Tx, plan: Plan, by: Actor): Promise<void> {
    const { total, willChange, kind } = plan;
    await writeAudit(tx, by, [
      {
        action: "bulk_plan.applied",
        entityType: "bulk_plan",
        entityId: plan.id,
        after: { kind, total, will_change: willChange, ...(plan.undoOf === null ? {} : { undo_of: plan.undoOf }) },
      },
    ]);
    await publishLive(tx, [planMoved(plan, "applying", 0)]);
  }
}

/** Whose name a plan's writing bears: who applied it, or else who made it. */
export function actorOfPlan(plan: Plan): Actor {
  return {
    type: "user",
    id: plan.appliedBy ?? plan.createdBy,
    label: plan.appliedByLabel ?? plan.createdByLabel,
    requestId: plan.requestId ?? undefined,
  };
}
