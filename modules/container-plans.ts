import { poolOf, type Db } from "@/lib/db/client";
import { BackgroundJobs } from "@/lib/jobs/background-jobs";
import { JobQueue } from "@/lib/jobs/job-queue";
import type { Pace } from "@/lib/jobs/pace";
import { logger } from "@/lib/logger";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { LeadDealing } from "@/modules/agents/services/deal-leads";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { EditHistoryRepository } from "@/modules/leads/repositories/edit-history.repository";
import { PlanAssignRepository } from "@/modules/leads/repositories/plan-assign.repository";
import { PlanChunkRepository } from "@/modules/leads/repositories/plan-chunk.repository";
import { PlanEditsRepository } from "@/modules/leads/repositories/plan-edits.repository";
import { PlanRowsRepository } from "@/modules/leads/repositories/plan-rows.repository";
import { PlanSelectionRepository } from "@/modules/leads/repositories/plan-selection.repository";
import { PlanUndoRepository } from "@/modules/leads/repositories/plan-undo.repository";
import { PlanUpdateRepository } from "@/modules/leads/repositories/plan-update.repository";
import { PlanRepository } from "@/modules/leads/repositories/plan.repository";
import { BulkOperationsService } from "@/modules/leads/services/bulk-operations.service";
import { BulkPlansService } from "@/modules/leads/services/bulk-plans.service";
import { EditHistoryService } from "@/modules/leads/services/edit-history.service";
import type { LeadAccess } from "@/modules/leads/services/lead-access";
import { Newcomers } from "@/modules/leads/services/newcomers.service";
import { PlanChunkWriter, type DueTimesPort } from "@/modules/leads/services/plan-chunk-writer";
import { planJobKind } from "@/modules/leads/services/plan-job-kind";
import { PlanMaker } from "@/modules/leads/services/plan-maker";
import { PlanPreparation, type PreparationHooks } from "@/modules/leads/services/plan-preparation";
import { PlanReading } from "@/modules/leads/services/plan-reading.service";
import { PlanRequests, type SearchesByName, type TeamsByName } from "@/modules/leads/services/plan-requests";
import { PlanRunner, type RunnerHooks } from "@/modules/leads/services/plan-runner";
import { RebalanceService } from "@/modules/leads/services/rebalance.service";
import { PlanStart } from "@/modules/leads/services/plan-start";

/** The part of the container that is about bulk work. */
export interface PlanSide {
  bulk: BulkOperationsService;
  bulkPlans: BulkPlansService;
  planReading: PlanReading;
  editHistory: EditHistoryService;
  planRunner: PlanRunner;
  planJobs: BackgroundJobs<{ released: number; pruned: number }>;
  jobs: JobQueue;
  rebalance: RebalanceService;
  newcomers: Newcomers;
}

export interface PlanSideNeeds {
  access: LeadAccess;
  directory: AgentDirectory;
  teams: TeamsByName;
  searches: SearchesByName;
  dealing: LeadDealing;
  timer: DueTimesPort;
  cursors: CursorCodec;
  pace: Pick<Pace, "rest">;
}

/** Makes the plans' side once a process; `hooks` let tests cut the work off. */
export function createPlanSide(db: Db, needs: PlanSideNeeds, hooks: RunnerHooks & PreparationHooks = {}): PlanSide {
  const log = { error: (fields: object, message: string) => logger("bulk").error(fields, message) };
  const plans = new PlanRepository(db);
  const assigns = new PlanAssignRepository();
  const chunks = new PlanChunkRepository();
  const rows = new PlanRowsRepository(db);
  const updates = new PlanUpdateRepository();
  const edits = new PlanEditsRepository();
  const undos = new PlanUndoRepository();
  const start = new PlanStart(plans, assigns, chunks, needs.dealing);
  const preparation = new PlanPreparation(db, plans, updates, edits, assigns, undos, needs.dealing, start, hooks);
  const writer = new PlanChunkWriter(db, plans, chunks, needs.timer);
  const runner = new PlanRunner(db, plans, assigns, chunks, writer, preparation, log, hooks);
  const jobs = new JobQueue((text, values) => poolOf(db).query(text, values), log);
  const planJobs = new BackgroundJobs(db, planJobKind(plans, runner, needs.pace), jobs, log);
  const requests = new PlanRequests(needs.access, needs.directory, needs.teams, needs.searches);
  const maker = new PlanMaker(db, plans, new PlanSelectionRepository(), edits, preparation);
  const reading = new PlanReading(plans, rows, needs.cursors);
  return {
    bulk: new BulkOperationsService(requests, maker, plans, runner, rows, planJobs),
    bulkPlans: new BulkPlansService(db, plans, requests, maker, preparation, start, runner, planJobs, reading),
    planReading: reading,
    editHistory: new EditHistoryService(new EditHistoryRepository(db)),
    planRunner: runner,
    planJobs,
    jobs,
    rebalance: new RebalanceService(needs.directory),
    newcomers: new Newcomers(plans, requests, maker, runner, planJobs, needs.pace),
  };
}
