import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, forbidden, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { Job, JobSource, JobState } from "@/lib/jobs/job-source";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { CHUNK_ROWS } from "../domain/bulk";
import { fieldsOf, PLAN_JOB, type PlanField, type PlanState } from "../domain/plan";
import { mayWorkOn } from "../domain/plan-view";
import type { PlanAssignRepository } from "../repositories/plan-assign.repository";
import type { PlanJobRow, PlanJobsRepository } from "../repositories/plan-jobs.repository";
import type { BulkPlansService } from "./bulk-plans.service";
import { planMoved } from "./plan-events";

/** Bulk plans among the background work that managers see. */
export class PlanJobSource implements JobSource {
  readonly kind = PLAN_JOB;
  readonly label = "Bulk changes";
  readonly isQueued = true;

  constructor(
    private readonly db: Db,
    private readonly plans: PlanJobsRepository,
    private readonly assigns: Pick<PlanAssignRepository, "reserve">,
    private readonly service: Pick<BulkPlansService, "cancel">,
    private readonly jobs: { enqueue(planId: string): Promise<void> },
  ) {}

  async page(...[principal, filter, after, limit]: Parameters<JobSource["page"]>): Promise<Job[]> {
    return (await this.plans.page(filter, after, limit)).map((row) => jobOf(principal, row));
  }

  async find(principal: Principal, planId: string): Promise<Job | undefined> {
    const row = isId(planId) ? await this.plans.find(planId) : undefined;
    return row && jobOf(principal, row);
  }

  /**
   * Has a failed plan go on where it broke off: rows that are written are not written again, and its places are promised
   * to it anew. One that is under way or done stays as it is.
   */
  async retry(principal: Principal, planId: string, requestId: string): Promise<void> {
    requireStaff(principal);
    await inTransaction(
      this.db,
      async (tx) => {
        const row = isId(planId) ? await this.plans.lock(tx, planId) : undefined;
        if (!row) throw notFound("This plan");
        if (!mayWorkOn(principal, row)) {
          throw forbidden(`This plan is ${row.createdByLabel}'s. Only they and admins may do this.`);
        }
        if (row.state === "preparing" || row.state === "applying" || row.state === "done") return;
        const original = row.undoOf === null ? undefined : await this.plans.find(row.undoOf, tx);
        refuseUnrepeatable(row, original);
        await this.plans.reopen(tx, row.id);
        if (row.kind === "assign" && row.applyStartedAt !== null) await this.assigns.reserve(tx, row.id);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "bulk_plan.retried",
            entityType: "bulk_plan",
            entityId: row.id,
            before: { state: row.state, processed: row.processed },
          },
        ]);
        await publishLive(tx, [planMoved(row, row.applyStartedAt === null ? "preparing" : "applying", row.processed)]);
      },
      { once: "retry" },
    );
    await this.jobs.enqueue(planId);
  }

  async cancel(principal: Principal, planId: string, requestId: string): Promise<void> {
    await this.service.cancel(principal, planId, requestId);
  }
}

function refuseUnrepeatable(row: PlanJobRow, original: PlanJobRow | undefined): void {
  const why = notRepeatable(row) ?? (original?.undone ? "What it was to take back is taken back already." : undefined);
  if (why !== undefined) throw conflict("job_not_repeatable", why, { state: row.state });
}

function notRepeatable({ state, undone }: PlanJobRow): string | undefined {
  if (state !== "failed") return "It was stopped. Plan it again.";
  return undone ? "It was taken back, or somebody is looking at doing so. Plan it again." : undefined;
}

const STATES: Readonly<Record<PlanState, JobState>> = {
  preparing: "running",
  ready: "done",
  applying: "running",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

function jobOf(principal: Principal, row: PlanJobRow): Job {
  const mine = mayWorkOn(principal, row);
  const underWay = row.state === "preparing" || row.state === "applying";
  return {
    id: row.id,
    title: titleOf(row),
    state: underWay && row.runner === null ? "waiting" : STATES[row.state],
    createdBy: row.createdByLabel,
    createdByName: row.createdByName,
    createdAt: row.createdAt,
    startedAt: row.applyStartedAt,
    finishedAt: row.finishedAt,
    processed: row.state === "preparing" ? Math.min(row.total, row.prepared * CHUNK_ROWS) : row.processed,
    total: row.total,
    cancelRequested: row.cancelRequestedAt !== null,
    runner: row.runner,
    heldUntil: row.heldUntil,
    reason: row.state === "failed" ? row.reason : null,
    mayRetry: mine && notRepeatable(row) === undefined,
    mayCancel: mine && underWay && row.cancelRequestedAt === null,
    href: null,
  };
}

const FIELD_WORDS: Readonly<Record<PlanField, string>> = {
  name: "name",
  phone: "phone",
  email: "e-mail",
  disposition: "disposition",
  priority: "priority",
  tags: "tags",
  source: "source",
  assigned_agent: "agent",
  follow_up_on: "follow-up",
};

function titleOf({ kind, state, request, total }: PlanJobRow): string {
  const leads = `${total.toLocaleString("en")} ${total === 1 ? "lead" : "leads"}`;
  const fields = fieldsOf(request).map((field) => FIELD_WORDS[field]);
  const what = {
    assign: `Assign ${leads}`,
    undo: `Undo a change of ${leads}`,
    update: `Change ${fields.join(" and ") || "nothing"} of ${leads}`,
    edits: `Edit ${leads}`,
  }[kind];
  return state === "preparing" ? `${what} (being prepared)` : what;
}
