import type { Db } from "@/lib/db/client";
import { inTransaction, isDatabaseAway } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { type DealSetup, POLICY_VERSION } from "@/modules/agents/services/deal-leads";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { fieldsOf, type Plan } from "../domain/plan";
import type { PlanAssignRepository } from "../repositories/plan-assign.repository";
import type { ChunkWork, PlanChunkRepository } from "../repositories/plan-chunk.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import { movesLoads, type PlanChunkWriter, type PlanUnderWay } from "./plan-chunk-writer";
import { bulkChanged, PLAN_EVENT_MS, planMoved } from "./plan-events";
import type { PlanPreparation } from "./plan-preparation";
import { actorOfPlan } from "./plan-start";

interface Log {
  error(fields: object, message: string): void;
}

/** Tests cut the work off here, as a process that dies would. */
export interface RunnerHooks {
  betweenChunks?(planId: string, place: number): void | Promise<void>;
}

export type RunEnd = "at rest" | "out of time" | "elsewhere";

/** Carries plans through: prepares them, writes them chunk by chunk, ends them. Any number of runners may try. */
export class PlanRunner {
  constructor(
    private readonly db: Db,
    private readonly plans: PlanRepository,
    private readonly assigns: PlanAssignRepository,
    private readonly chunks: PlanChunkRepository,
    private readonly writer: PlanChunkWriter,
    private readonly preparation: PlanPreparation,
    private readonly log: Log,
    private readonly hooks: RunnerHooks = {},
  ) {}

  /**
   * Works on a plan until it is at rest or the time is up, which is looked at between two chunks. When the database is
   * away it throws, and the plan goes on once its lease has run out; any other failure ends the plan as failed.
   */
  async run(planId: string, runner: string, untilMs = Number.POSITIVE_INFINITY): Promise<RunEnd> {
    return (await this.attempt(planId, runner, untilMs)).end;
  }

  /** As run(); answers also what the plan has failed of, if it has. */
  async attempt(
    planId: string,
    runner: string,
    untilMs = Number.POSITIVE_INFINITY,
  ): Promise<{ end: RunEnd; failure?: unknown }> {
    const plan = await this.plans.hold(planId, runner);
    if (!plan) return { end: "elsewhere" };
    try {
      if (plan.state === "applying") return { end: await this.apply(plan, runner, untilMs) };
      const prepared = await this.preparation.inSlices(plan, runner, untilMs);
      if (prepared === "out of time") return { end: prepared };
      if (prepared === "lost") return { end: "elsewhere" };
      if (prepared === "cancelled") return { end: await this.end(plan, "cancelled", 0, null) };
      const ready = await this.plans.find(planId);
      return { end: ready?.state === "applying" ? await this.apply(ready, runner, untilMs) : "at rest" };
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.log.error({ err: error, planId }, "a plan has failed");
      await this.end(plan, "failed", 0, error instanceof Error ? error.message.slice(0, 500) : String(error));
      return { end: "at rest", failure: error };
    }
  }

  /**
   * Writes all of a small plan in one transaction, if every row is as it was previewed and fits; otherwise throws 409
   * plan_outdated and nothing is written. The plan is `applying` only inside of it, which `start` sees to.
   */
  async applyWhole(plan: Plan, runner: string, start: (tx: Parameters<PlanRepository["end"]>[0]) => Promise<Plan>) {
    try {
      await inTransaction(
        this.db,
        async (tx) => {
          const underWay = await this.underWay(await start(tx), runner);
          await this.plans.beginStep(tx, plan.id, runner, "applying");
          await this.chunks.lockLeads(tx, plan.id, 0, WHOLE_CHUNKS);
          const outdated = await this.chunks.outdated(tx, plan.id);
          if (outdated.length > 0) throw planOutdated(outdated);
          let changed = 0;
          for (const place of await this.chunks.pending(tx, plan.id)) {
            changed += (await this.writer.writeQuickly(tx, underWay, place))?.changed ?? 0;
          }
          await this.plans.end(tx, plan.id, "done", null);
          await publishLive(tx, [
            ...bulkChanged(changed, movesLoads(underWay.work)),
            planMoved(plan, "done", plan.total),
          ]);
        },
        { timeoutMs: WHOLE_TIMEOUT_MS, once: "apply" },
      );
    } catch (error) {
      if (this.writer.doesNotFit(error)) throw planOutdated([]);
      throw error;
    }
  }

  private async apply(plan: Plan, runner: string, untilMs: number): Promise<RunEnd> {
    const planId = plan.id;
    const underWay = await this.underWay(plan, runner);
    let untold = 0;
    let toldAt = 0;
    for (const place of await this.chunks.pending(this.db, planId)) {
      if (Date.now() >= untilMs) {
        await this.plans.letGo(planId, runner);
        return "out of time";
      }
      await this.hooks.betweenChunks?.(planId, place);
      const tell = performance.now() - toldAt >= PLAN_EVENT_MS;
      const outcome = await this.writer.write(underWay, place, tell ? untold : undefined);
      if (outcome === "lost") return "elsewhere";
      if (outcome === "cancelled") return this.end(plan, "cancelled", untold, null);
      if (outcome === "written before") continue;
      plan.processed += outcome.rows;
      untold = tell ? 0 : untold + outcome.changed;
      if (tell) toldAt = performance.now();
    }
    return this.end(plan, "done", untold, null);
  }

  private async underWay(plan: Plan, runner: string): Promise<PlanUnderWay> {
    const { request } = plan;
    const batch = plan.batchId === null ? undefined : await this.assigns.batch(this.db, plan.batchId);
    const candidates = (batch?.input as DealSetup | undefined)?.candidates ?? [];
    const work: ChunkWork = {
      planId: plan.id,
      kind: plan.kind,
      fields: fieldsOf(request),
      notes: request.kind === "update" ? request.notes : undefined,
      actor: actorOfPlan(plan),
      strategy: request.kind === "assign" ? request.strategy : "undo",
      policyVersion: batch?.policyVersion ?? POLICY_VERSION,
      batchId: plan.batchId,
      capacities: new Map(candidates.map(({ agentId, maxCapacity }) => [agentId, maxCapacity])),
    };
    return { plan, work, runner };
  }

  private async end(
    plan: Plan,
    state: "done" | "cancelled" | "failed",
    untold: number,
    error: string | null,
  ): Promise<"at rest"> {
    await inTransaction(this.db, async (tx) => {
      if (!(await this.plans.end(tx, plan.id, state, error))) return;
      const loads = fieldsOf(plan.request).some((field) => field === "assigned_agent" || field === "disposition");
      await publishLive(tx, [...bulkChanged(untold, loads), planMoved(plan, state, plan.processed)]);
    });
    return "at rest";
  }
}

/** Chunks that one transaction may write when a plan is applied whole or not at all. */
const WHOLE_CHUNKS = 20;
const WHOLE_TIMEOUT_MS = 60_000;
/** Leads that a refusal names. */
const NAMED_LEADS = 20;

function planOutdated(leadIds: readonly string[]) {
  return conflict(
    "plan_outdated",
    leadIds.length > 0
      ? `Leads changed since this plan was previewed: ${leadIds.length}. Nothing was written. Plan it again, or skip them.`
      : "An agent of this plan has no room or takes no leads any more. Nothing was written. Plan it again.",
    { changed: leadIds.length, lead_ids: leadIds.slice(0, NAMED_LEADS) },
  );
}
