import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { unprocessable } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { BULK_IN_REQUEST, type NamedLeads, refuseTooMany, strays } from "../domain/bulk";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadSort } from "../domain/lead-sort";
import type { Plan, PlanRequest, PlanSelection, RowEdit } from "../domain/plan";
import type { Move } from "../domain/rebalance";
import type { PlanEditsRepository } from "../repositories/plan-edits.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanSelectionRepository } from "../repositories/plan-selection.repository";
import type { PlanPreparation } from "./plan-preparation";

export type Chosen =
  | { named: NamedLeads; edits?: readonly RowEdit[] }
  | { search: { filter: LeadFilter; sort: LeadSort }; saved?: { id: string; name: string } }
  | { moves: Move[] };

export interface Wish {
  request: PlanRequest;
  chosen: Chosen;
  onChanged: "skip" | "refuse";
  requestId: string | undefined;
  /** The plan's id, for who must know it before; a new one otherwise. */
  planId?: string;
}

/** A million ids take the database some seconds to keep. */
const FREEZE_TIMEOUT_MS = 70_000;

/** Freezes what somebody wants done with many leads. */
export class PlanMaker {
  constructor(
    private readonly db: Db,
    private readonly plans: PlanRepository,
    private readonly selections: PlanSelectionRepository,
    private readonly edits: PlanEditsRepository,
    private readonly preparation: PlanPreparation,
  ) {}

  /**
   * Makes the plan: which leads, once and for all. Up to 10,000 are previewed in the same short transaction, and the
   * plan is then ready, or applying for `runner`, or done when there is nothing to write. More are left `preparing`,
   * for whoever works on plans. Throws 413 above a million leads, 422 for a filter that means nothing and for a plan
   * above 10,000 leads that is to be refused when one has changed.
   */
  async make(principal: Pick<Principal, "userId" | "email">, wish: Wish, runner: string): Promise<Plan> {
    const { request, chosen, onChanged, requestId } = wish;
    return inTransaction(
      this.db,
      async (tx) => {
        const id = wish.planId ?? newId();
        await this.plans.awaited(tx);
        await this.plans.insert(tx, {
          id,
          kind: request.kind,
          request,
          selection: selectionOf(chosen),
          onChanged,
          createdBy: principal.userId,
          createdByLabel: principal.email,
          requestId,
          runner,
        });
        const total = await this.select(tx, id, chosen);
        refuseTooMany(total);
        if (onChanged === "refuse") refuseTooManyToRefuse(total);
        if (request.next === "wait" || total > BULK_IN_REQUEST) {
          await writeAudit(tx, { ...actorOf(principal), requestId }, [
            {
              action: "bulk_plan.created",
              entityType: "bulk_plan",
              entityId: id,
              after: { kind: request.kind, total },
            },
          ]);
        }
        if (total <= BULK_IN_REQUEST) return this.preparation.within(tx, id, runner);
        await this.plans.handOver(tx, id);
        return this.found(tx, id);
      },
      { timeoutMs: FREEZE_TIMEOUT_MS, once: "plan" },
    );
  }

  private select(tx: Tx, planId: string, chosen: Chosen): Promise<number> {
    if ("named" in chosen && chosen.edits) return this.edits.insert(tx, planId, chosen.edits);
    if ("named" in chosen) return this.selections.ofIds(tx, planId, chosen.named.ids);
    if ("moves" in chosen) return this.selections.ofMoves(tx, planId, chosen.moves);
    return this.selections.ofSearch(tx, planId, chosen.search.filter, chosen.search.sort);
  }

  private async found(tx: Tx, planId: string): Promise<Plan> {
    const plan = await this.plans.find(planId, tx);
    if (!plan) throw new Error(`plan ${planId} vanished inside the transaction that made it`);
    return plan;
  }
}

/** Throws 422 when so many leads could not be written in one transaction. */
export function refuseTooManyToRefuse(total: number): void {
  if (total <= BULK_IN_REQUEST) return;
  throw unprocessable(
    "too_many_to_refuse",
    `A plan of more than ${BULK_IN_REQUEST} leads cannot be written all or nothing. Skip what has changed instead.`,
    { max: BULK_IN_REQUEST, total },
  );
}

function selectionOf(chosen: Chosen): PlanSelection {
  if ("search" in chosen) return { search: chosen.search, ...(chosen.saved && { saved_search: chosen.saved }) };
  if ("moves" in chosen) return { moves: chosen.moves };
  return { lead_ids: chosen.named.ids.length, strays: strays(chosen.named) };
}
