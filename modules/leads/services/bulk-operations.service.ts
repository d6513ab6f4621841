import type { z } from "zod";
import { isDatabaseAway } from "@/lib/db/transaction";
import { type Principal, requireStaff } from "@/lib/principal";
import { BULK_IN_REQUEST } from "../domain/bulk";
import { assignAnswer, updateAnswer } from "../domain/plan-answer";
import { isEnded, type Plan, type PlanRequest } from "../domain/plan";
import type { bulkAssign, BulkAssigned, bulkUpdate, BulkUpdated } from "../bulk.schemas";
import type { PlanRepository } from "../repositories/plan.repository";
import type { PlanRowsRepository, WrittenChunk } from "../repositories/plan-rows.repository";
import { runnerName } from "./bulk-plans.service";
import type { Chosen, PlanMaker } from "./plan-maker";
import type { AskedEdits, PlanRequests } from "./plan-requests";
import type { PlanRunner } from "./plan-runner";

type UpdateRequest = z.output<NonNullable<(typeof bulkUpdate)["body"]>>;
type AssignRequest = z.output<NonNullable<(typeof bulkAssign)["body"]>>;

/** What a bulk request is answered: row by row when it was done within it, else the plan that does it. */
export type BulkAnswer<T> =
  | { done: true; planId: string; body: T }
  | { done: false; planId: string; body: { state: Plan["state"]; total_leads: number } };

/**
 * The two bulk requests: each makes a plan and applies it at once. A row that cannot be changed is told with its
 * reason and never stops the others.
 */
export class BulkOperationsService {
  constructor(
    private readonly requests: PlanRequests,
    private readonly maker: PlanMaker,
    private readonly plans: Pick<PlanRepository, "find">,
    private readonly runner: PlanRunner,
    private readonly rows: PlanRowsRepository,
    private readonly jobs: { enqueue(planId: string): Promise<void> },
  ) {}

  /**
   * Sets the same values on many leads (managers). Throws 413 above a million leads, 422 unknown_disposition and for a
   * filter that means nothing; then nothing is written.
   */
  async update(principal: Principal, request: UpdateRequest, requestId?: string): Promise<BulkAnswer<BulkUpdated>> {
    requireStaff(principal);
    const frozen = await this.requests.update(request, "apply");
    return this.run(principal, request, frozen, requestId, (given, chunks) =>
      Promise.resolve(updateAnswer(given, chunks)),
    );
  }

  /**
   * Sets other values on each of up to 10,000 leads (managers), by a plan like any other. Throws 422
   * unknown_disposition; then nothing is written.
   */
  async edit(principal: Principal, asked: AskedEdits, requestId?: string): Promise<BulkAnswer<BulkUpdated>> {
    requireStaff(principal);
    const { request, chosen } = await this.requests.edits(asked, "apply");
    return this.carryOut(principal, chosen, request, requestId, (given, chunks) =>
      Promise.resolve(updateAnswer(given, chunks)),
    );
  }

  /**
   * Deals many leads over agents by a strategy, within capacity (managers). Leads that somebody has are reassigned;
   * leads that come to the agent they are with stay unchanged and count as assigned. Without `agents` the pool is
   * everyone. Throws 413 above a million leads, 404 agent_not_found; then nothing is written.
   */
  async assign(principal: Principal, request: AssignRequest, requestId?: string): Promise<BulkAnswer<BulkAssigned>> {
    requireStaff(principal);
    const frozen = await this.requests.assign(request, "apply");
    return this.run(principal, request, frozen, requestId, async (given, chunks) => {
      const agents = chunks.flatMap(({ owners, targets }) => [...(owners ?? []), ...targets]);
      const emails = await this.rows.emails(agents.filter((agent) => agent !== null));
      const staying = chunks.flatMap(({ owners, targets, leadIds }) =>
        leadIds.filter((_, row) => owners?.[row] && !targets[row]),
      );
      const since = await this.rows.assignedAt(staying.filter((id) => id !== null));
      return assignAnswer(given, chunks, emails, since);
    });
  }

  private async run<T>(
    principal: Principal,
    asked: Parameters<PlanRequests["chosen"]>[1],
    request: Awaited<ReturnType<PlanRequests["of"]>>,
    requestId: string | undefined,
    answer: (given: readonly string[] | undefined, chunks: readonly WrittenChunk[]) => Promise<T>,
  ): Promise<BulkAnswer<T>> {
    return this.carryOut(principal, await this.requests.chosen(principal, asked), request, requestId, answer);
  }

  private async carryOut<T>(
    principal: Principal,
    chosen: Chosen,
    request: PlanRequest,
    requestId: string | undefined,
    answer: (given: readonly string[] | undefined, chunks: readonly WrittenChunk[]) => Promise<T>,
  ): Promise<BulkAnswer<T>> {
    const runner = runnerName();
    const plan = await this.maker.make(principal, { request, chosen, onChanged: "skip", requestId }, runner);
    const goesOn = (): BulkAnswer<T> => ({
      done: false,
      planId: plan.id,
      body: { state: plan.state, total_leads: plan.total },
    });
    if (plan.total > BULK_IN_REQUEST) {
      await this.jobs.enqueue(plan.id);
      return goesOn();
    }
    try {
      const { end, failure } = plan.state === "applying" ? await this.runner.attempt(plan.id, runner) : AT_REST;
      const ended = end === "elsewhere" ? await this.plans.find(plan.id) : undefined;
      // This process was so slow that another has taken the plan over, and may not be through.
      if (end === "elsewhere" && !(ended && isEnded(ended.state))) return goesOn();
      const chunks = await this.rows.written(plan.id);
      // Nothing at all was written: then the request as a whole has failed.
      if (
        (failure ?? ended?.error ?? undefined) !== undefined &&
        !chunks.some(({ outcomes }) => outcomes?.includes("changed"))
      )
        throw failure ?? new Error(ended?.error ?? "");
      return { done: true, planId: plan.id, body: await answer(givenIds(chosen), chunks) };
    } catch (error) {
      // The plan stands and somebody will carry it through: "nothing was changed" would be a lie.
      if (isDatabaseAway(error)) return goesOn();
      throw error;
    }
  }
}

const AT_REST = { end: "at rest", failure: undefined } as const;

const givenIds = (chosen: Chosen): readonly string[] | undefined =>
  "named" in chosen ? chosen.named.given : undefined;
