import type { Db } from "@/lib/db/client";
import { inTransaction, isDatabaseAway, isDatabaseFull, type Tx } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { noteJobFailure } from "@/lib/jobs/job-failures";
import type { Pace } from "@/lib/jobs/pace";
import { type DealSetup, POLICY_VERSION } from "@/modules/agents/services/deal-leads";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { BULK_IN_REQUEST, CHUNK_ROWS } from "../domain/bulk";
import { fieldsOf, type Plan, PLAN_JOB } from "../domain/plan";
import type { PlanAssignRepository } from "../repositories/plan-assign.repository";
import type { ChunkWork, PlanChunkRepository } from "../repositories/plan-chunk.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import { movesLoads, type PlanChunkWriter, type PlanUnderWay } from "./plan-chunk-writer";
import { bulkChanged, PLAN_EVENT_MS, planEnded, planMoved } from "./plan-events";
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

/** How a plan is worked on. */
export interface Manner {
  /** Chunks written side by side. */
  lanes: number;
  /** When to stop, looked at between two chunks, in milliseconds since 1970. */
  untilMs?: number;
  /** Lets others go first, after each chunk; without it the others let this go first. */
  pace?: Pick<Pace, "rest">;
}

/** Somebody waits for the answer: on two cores a third lane gains nothing. */
const AT_ONCE: Manner = { lanes: 2 };

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
   * Works on a plan until it is at rest or the time is up. When the database is away it throws, and the plan goes on
   * once its lease has run out; any other failure ends the plan as failed.
   */
  async run(planId: string, runner: string, manner: Manner = AT_ONCE): Promise<RunEnd> {
    return (await this.attempt(planId, runner, manner)).end;
  }

  /** As run(); answers also what the plan has failed of, if it has. */
  async attempt(planId: string, runner: string, manner: Manner = AT_ONCE): Promise<{ end: RunEnd; failure?: unknown }> {
    const plan = await this.plans.hold(planId, runner);
    if (!plan) return { end: "elsewhere" };
    try {
      if (plan.state === "applying") return { end: await this.apply(plan, runner, manner) };
      const prepared = await this.preparation.inSlices(plan, runner, manner);
      if (prepared === "out of time") return { end: prepared };
      if (prepared === "lost") return { end: "elsewhere" };
      if (prepared === "cancelled") return { end: await this.end(plan, "cancelled", 0, null) };
      const ready = await this.plans.find(planId);
      return { end: ready?.state === "applying" ? await this.apply(ready, runner, manner) : "at rest" };
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.log.error({ err: error, planId }, "a plan has failed");
      await this.fail(plan, runner, error);
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
          await this.plans.awaited(tx);
          const underWay = await this.underWay(await start(tx), runner, AT_ONCE);
          await this.plans.beginStep(tx, plan.id, runner, "applying");
          await this.chunks.lockLeads(tx, plan.id, 0, WHOLE_CHUNKS);
          const outdated = await this.chunks.outdated(tx, plan.id);
          if (outdated.length > 0) throw planOutdated(outdated);
          let changed = 0;
          for (const place of await this.chunks.pending(tx, plan.id)) {
            const written = await this.writer.writeWithin(tx, underWay, place);
            changed += written?.changed ?? 0;
          }
          await this.plans.end(tx, plan.id, "done", null);
          await publishLive(tx, [
            ...bulkChanged(changed, movesLoads(underWay.work)),
            planMoved(plan, "done", plan.total),
          ]);
          await noteEvents(tx, [planEnded(plan.id)]);
        },
        { timeoutMs: WHOLE_TIMEOUT_MS, once: "apply" },
      );
    } catch (error) {
      if (this.writer.doesNotFit(error)) throw planOutdated([]);
      throw error;
    }
  }

  private async apply(plan: Plan, runner: string, manner: Manner): Promise<RunEnd> {
    const underWay = await this.underWay(plan, runner, manner);
    const work: Lanes = {
      left: await this.chunks.pending(this.db, plan.id),
      inFlight: new Set(),
      halt: undefined,
      untold: 0,
      toldAt: 0,
    };
    const lanes = await Promise.allSettled(
      Array.from({ length: manner.lanes }, () => this.lane(underWay, work, manner)),
    );
    for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
    switch (work.halt) {
      case "lost":
        return "elsewhere";
      case "out of time":
        await this.plans.letGo(plan.id, runner);
        return "out of time";
      case "cancelled":
        return this.end(plan, "cancelled", work.untold, null);
      case undefined:
        return this.end(plan, "done", work.untold, null);
    }
  }

  /** Writes chunk after chunk until none is left or something brings all lanes to a halt, a failure too. */
  private async lane(underWay: PlanUnderWay, work: Lanes, { untilMs, pace }: Manner): Promise<void> {
    const { plan } = underWay;
    try {
      for (let place = work.left.shift(); place !== undefined; place = work.left.shift()) {
        if (untilMs !== undefined && Date.now() >= untilMs) {
          work.halt ??= "out of time";
          return;
        }
        await this.hooks.betweenChunks?.(plan.id, place);
        const startedAt = performance.now();
        const tell = startedAt - work.toldAt >= PLAN_EVENT_MS;
        const told = work.untold;
        if (tell) {
          work.toldAt = startedAt;
          work.untold = 0;
        }
        const writing = this.writer.write(underWay, place, tell ? told : undefined, [...work.inFlight]);
        work.inFlight.add(writing);
        const outcome = await writing.finally(() => work.inFlight.delete(writing));
        if (outcome === "lost" || outcome === "cancelled") {
          if (tell) work.untold += told;
          work.halt ??= outcome;
          return;
        }
        if (outcome !== "written before") {
          plan.processed += outcome.rows;
          work.untold += outcome.changed;
        }
        await pace?.rest(performance.now() - startedAt);
        if (work.halt) return;
      }
    } finally {
      // Whatever ended this lane ends the others behind the chunk they are at.
      work.left.length = 0;
    }
  }

  private async underWay(plan: Plan, runner: string, { pace }: Manner): Promise<PlanUnderWay> {
    const { request } = plan;
    const batch = plan.batchId === null ? undefined : await this.assigns.batch(this.db, plan.batchId);
    const candidates = (batch?.input as DealSetup | undefined)?.candidates ?? [];
    const work: ChunkWork = {
      planId: plan.id,
      kind: plan.kind,
      fields: fieldsOf(request),
      notes: request.kind === "update" ? request.notes : undefined,
      actor: actorOfPlan(plan),
      strategy: strategyOf(request),
      policyVersion: batch?.policyVersion ?? POLICY_VERSION,
      batchId: plan.batchId,
      capacities: new Map(candidates.map(({ agentId, maxCapacity }) => [agentId, maxCapacity])),
    };
    return { plan, work, runner, awaited: pace === undefined };
  }

  private fail(plan: Plan, runner: string, error: unknown): Promise<"at rest"> {
    const message = error instanceof Error ? error.message.slice(0, 500) : String(error);
    return this.end(plan, "failed", 0, message, (tx) =>
      noteJobFailure(tx, {
        kind: PLAN_JOB,
        jobId: plan.id,
        runner,
        ...(isDatabaseFull(error) ? NO_ROOM : BROKE_OFF),
        error,
      }),
    );
  }

  private async end(
    plan: Plan,
    state: "done" | "cancelled" | "failed",
    untold: number,
    error: string | null,
    also?: (tx: Tx) => Promise<void>,
  ): Promise<"at rest"> {
    await inTransaction(this.db, async (tx) => {
      if (!(await this.plans.end(tx, plan.id, state, error))) return;
      await also?.(tx);
      const loads = fieldsOf(plan.request).some((field) => field === "assigned_agent" || field === "disposition");
      await publishLive(tx, [...bulkChanged(untold, loads), planMoved(plan, state, plan.processed)]);
      await noteEvents(tx, [planEnded(plan.id)]);
    });
    return "at rest";
  }
}

/** What the decisions of leads that this plan moves bear: a strategy of dealing, or why they moved. */
function strategyOf(request: Plan["request"]): string {
  if (request.kind === "assign") return request.strategy;
  return request.kind === "undo" ? "undo" : "unassign";
}

/** Why a plan has failed, as the page of background work says it. */
const BROKE_OFF = {
  code: "plan_broke_off",
  reason: "The database did not take a part of it. What was written before stays; the rest can be tried again.",
};
const NO_ROOM = {
  code: "database_full",
  reason: "The database has no room left. What was written before stays; try the rest again once there is room.",
};

/** What the lanes of one run share. */
interface Lanes {
  /** Places of the chunks that nobody has begun. */
  left: number[];
  /** Chunks being written: all of them before any that is begun later. */
  inFlight: Set<Promise<unknown>>;
  halt: "lost" | "cancelled" | "out of time" | undefined;
  /** Rows changed that nobody has been told of, and when somebody was told. */
  untold: number;
  toldAt: number;
}

/** Chunks that one transaction may write when a plan is applied whole or not at all. */
const WHOLE_CHUNKS = BULK_IN_REQUEST / CHUNK_ROWS;
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
