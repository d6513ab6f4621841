import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, isDatabaseAway, type Tx } from "@/lib/db/transaction";
import { AppError, conflict, notFound } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { type Actor, actorOf, type Principal, requireStaff } from "@/lib/principal";
import { nameOfRequest } from "@/lib/db/request-steps";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { BULK_IN_REQUEST } from "../domain/bulk";
import { fieldsOf, isEnded, type Plan } from "../domain/plan";
import { mayBeUndone, mayWorkOn, planView } from "../domain/plan-view";
import type { applyPlan, createPlan, PlanView } from "../plans.schemas";
import type { PlanRepository } from "../repositories/plan.repository";
import { planMoved } from "./plan-events";
import { type PlanMaker, refuseTooManyToRefuse, type Wish } from "./plan-maker";
import type { PlanPreparation } from "./plan-preparation";
import type { PlanReading } from "./plan-reading.service";
import type { PlanRequests } from "./plan-requests";
import type { PlanRunner } from "./plan-runner";
import type { PlanStart } from "./plan-start";

type CreateRequest = z.output<NonNullable<(typeof createPlan)["body"]>>;
type ApplyRequest = z.output<NonNullable<(typeof applyPlan)["body"]>>;

/** A plan, and whether the work on it goes on after the answer. */
export interface PlanAnswer {
  plan: PlanView;
  underWay: boolean;
}

const unknownPlan = (): AppError => notFound("This plan");

/** Plans of bulk work as people handle them: preview, apply, cancel, undo. */
export class BulkPlansService {
  constructor(
    private readonly db: Db,
    private readonly plans: PlanRepository,
    private readonly requests: PlanRequests,
    private readonly maker: PlanMaker,
    private readonly preparation: PlanPreparation,
    private readonly start: PlanStart,
    private readonly runner: PlanRunner,
    private readonly jobs: { enqueue(planId: string): Promise<void> },
    private readonly reading: PlanReading,
  ) {}

  /**
   * Previews bulk work (managers): up to 10,000 leads at once, more in the background. Throws 404 agent_not_found, 413
   * too_many_leads, 422 unknown_disposition, moves_in_a_circle, too_many_to_refuse and for a filter that means nothing.
   */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<PlanAnswer> {
    requireStaff(principal);
    const wish = {
      ...(await this.wished(principal, request)),
      onChanged: request.on_changed ?? ("skip" as const),
      requestId,
    };
    const plan = await this.maker.make(principal, wish, runnerName());
    return this.carryOn(principal, plan);
  }

  private async wished(principal: Principal, asked: CreateRequest): Promise<Pick<Wish, "request" | "chosen">> {
    if (asked.edits) return this.requests.edits({ edits: asked.edits }, "wait");
    if (asked.moves) return this.requests.moves(asked.moves, "wait");
    return { request: await this.requests.of(asked, "wait"), chosen: await this.requests.chosen(principal, asked) };
  }

  /**
   * Applies a plan that is ready: what was previewed, and nothing else. Up to 10,000 leads are written before it
   * answers. Throws 403 not_your_plan, 404, 409 plan_not_ready, plan_already_applied, plan_ended, plan_outdated (when
   * it is to refuse and something has changed), 422 too_many_to_refuse.
   */
  async apply(principal: Principal, planId: string, request: ApplyRequest, requestId?: string): Promise<PlanAnswer> {
    requireStaff(principal);
    const by: Actor = { ...actorOf(principal), requestId };
    const plan = await this.found(planId);
    refuseOthers(principal, plan);
    const onChanged = request.on_changed ?? plan.onChanged;
    if (onChanged === "refuse") refuseTooManyToRefuse(plan.total);
    const runner = runnerName();
    const begin = async (tx: Tx, runBy: string | null): Promise<Plan> => {
      const locked = (await this.plans.lock(tx, plan.id)) ?? plan;
      refuseUnready(locked);
      await this.start.ready(tx, locked, by, onChanged, runBy);
      return (await this.plans.find(plan.id, tx)) ?? locked;
    };
    if (plan.total > BULK_IN_REQUEST) {
      const begun = await inTransaction(this.db, (tx) => begin(tx, null), { once: "apply" });
      return this.carryOn(principal, begun);
    }
    if (onChanged === "refuse") {
      await this.runner.applyWhole(plan, runner, (tx) => begin(tx, runner));
      return { plan: await this.reading.read(principal, plan.id), underWay: false };
    }
    const begun = await inTransaction(this.db, (tx) => begin(tx, runner), { once: "apply" });
    return this.carryThrough(principal, begun, runner);
  }

  /**
   * Ends a plan; what it has written stays. One that somebody works on ends at its next chunk. Again: the same answer.
   * Throws 403 not_your_plan, 404, 409 plan_already_applied when it has come to its end.
   */
  async cancel(principal: Principal, planId: string, requestId?: string): Promise<PlanAnswer> {
    requireStaff(principal);
    const { id } = await this.found(planId);
    await inTransaction(
      this.db,
      async (tx) => {
        const plan = await this.plans.lock(tx, id);
        if (!plan) throw unknownPlan();
        refuseOthers(principal, plan);
        if (plan.state === "cancelled" || (plan.cancelRequestedAt !== null && !isEnded(plan.state))) return;
        if (isEnded(plan.state)) throw alreadyApplied(plan);
        await this.plans.requestCancel(tx, id);
        if (plan.state === "ready") {
          await this.plans.end(tx, id, "cancelled", null);
          await publishLive(tx, [planMoved(plan, "cancelled", plan.processed)]);
        }
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "bulk_plan.cancelled",
            entityType: "bulk_plan",
            entityId: id,
            before: { state: plan.state, processed: plan.processed },
          },
        ]);
      },
      { once: "cancel" },
    );
    const plan = await this.found(id);
    return this.carryOn(principal, plan);
  }

  /**
   * Takes back what a plan wrote, by a plan of its own, applied at once unless only its preview is wanted. Throws 403
   * not_your_plan, 404, 409 plan_under_way, plan_not_applied, plan_already_undone.
   */
  async undo(principal: Principal, planId: string, preview: boolean, requestId?: string): Promise<PlanAnswer> {
    requireStaff(principal);
    const { id } = await this.found(planId);
    const runner = runnerName();
    const undo = await inTransaction(this.db, (tx) => this.makeUndo(tx, principal, id, preview, runner, requestId), {
      timeoutMs: UNDO_TIMEOUT_MS,
      once: "undo",
    });
    if (undo.state === "applying" && undo.total <= BULK_IN_REQUEST) {
      return this.carryThrough(principal, undo, runner);
    }
    return this.carryOn(principal, undo);
  }

  private async makeUndo(
    tx: Tx,
    principal: Principal,
    planId: string,
    preview: boolean,
    runner: string,
    requestId: string | undefined,
  ): Promise<Plan> {
    // The lock makes a second undo wait, and then see the first.
    const original = await this.plans.lock(tx, planId);
    if (!original) throw unknownPlan();
    refuseOthers(principal, original);
    await this.refuseUndo(tx, original);
    const undoId = newId();
    const actor = { ...actorOf(principal), requestId };
    await this.plans.insert(tx, {
      id: undoId,
      kind: "undo",
      request: { kind: "undo", fields: fieldsOf(original.request), next: preview ? "wait" : "apply" },
      selection: { undo_of: original.id },
      onChanged: "skip",
      undoOf: original.id,
      createdBy: principal.userId,
      createdByLabel: principal.email,
      requestId,
      runner,
    });
    await writeAudit(tx, actor, [
      {
        action: "bulk_plan.created",
        entityType: "bulk_plan",
        entityId: undoId,
        after: { kind: "undo", undo_of: original.id },
      },
    ]);
    if (original.succeeded <= BULK_IN_REQUEST) return this.preparation.within(tx, undoId, runner);
    await this.plans.handOver(tx, undoId);
    return (await this.plans.find(undoId, tx)) ?? original;
  }

  private async refuseUndo(tx: Tx, original: Plan): Promise<void> {
    if (original.state === "preparing" || original.state === "applying") {
      throw conflict("plan_under_way", "This plan is still under way. Cancel it first, or let it end.", {
        state: original.state,
      });
    }
    if (original.succeeded === 0) throw conflict("plan_not_applied", "This plan has written nothing.");
    if (mayBeUndone(original) || original.undoneBy === null) return;
    // An undo that was only looked at gives way to a new one.
    const other = await this.plans.lock(tx, original.undoneBy);
    if (other?.state === "ready" && (await this.plans.end(tx, other.id, "cancelled", null))) return;
    throw conflict("plan_already_undone", "This plan has been undone already. Undo that one to have it back.", {
      undone_by: original.undoneBy,
    });
  }

  /** Writes a small plan before the answer. Once begun it stands: when the database goes away somebody goes on later. */
  private async carryThrough(principal: Principal, plan: Plan, runner: string): Promise<PlanAnswer> {
    try {
      await this.runner.run(plan.id, runner);
      const view = await this.reading.read(principal, plan.id);
      return { plan: view, underWay: !isEnded(view.state) };
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      return { plan: planView(principal, plan, new Map()), underWay: true };
    }
  }

  /** The answer, and a worker told when there is more to do than the answer. */
  private async carryOn(principal: Principal, plan: Plan): Promise<PlanAnswer> {
    const underWay = plan.state === "preparing" || plan.state === "applying";
    if (underWay) await this.jobs.enqueue(plan.id);
    return { plan: await this.reading.read(principal, plan.id), underWay };
  }

  private async found(planId: string): Promise<Plan> {
    const plan = isId(planId) ? await this.plans.find(planId) : undefined;
    if (!plan) throw unknownPlan();
    return plan;
  }
}

const UNDO_TIMEOUT_MS = 60_000;

/** Nobody else bears this name: it holds the plan for one request, and for that request when it is repeated. */
export const runnerName = (): string => `web:${nameOfRequest() ?? newId()}`;

function refuseOthers(principal: Principal, plan: Plan): void {
  if (mayWorkOn(principal, plan)) return;
  const detail = `This plan is ${plan.createdByName ?? plan.createdByLabel}'s. Only they and admins may do this.`;
  throw new AppError(403, "not_your_plan", detail, { created_by: plan.createdByLabel });
}

function refuseUnready(plan: Plan): void {
  if (plan.state === "ready") return;
  if (plan.state === "preparing") {
    throw conflict("plan_not_ready", "This plan is still being prepared.", { state: plan.state });
  }
  if (plan.applyStartedAt !== null) throw alreadyApplied(plan);
  throw conflict("plan_ended", `This plan was ${plan.state} before it was applied.`, { state: plan.state });
}

const alreadyApplied = (plan: Plan): AppError =>
  conflict("plan_already_applied", "This plan has been applied already.", { state: plan.state });
