import { features } from "@/lib/config/features";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { systemActor } from "@/lib/principal";
import type { Container } from "@/modules/container";
import { SystemRepository } from "@/modules/system/repositories/system.repository";
import type { WorkerLoop } from "./loop";

const RECONCILE_MS = 5_000;
const CENSUS_MS = 15_000;
const LEASES_MS = 5_000;
const SEAL_MS = 2_000;
const PRUNE_MS = 60_000;
const BEAT_MS = 2_000;
const RETURNS_MS = 5_000;
const CALLBACKS_MS = 1_000;
const OUTCOMES_MS = 5_000;
const SCORES_MS = 60_000;
const PLANS_MS = 250;
/** Seconds of work on plans between two looks whether the worker is to stop. */
const PLANS_SECONDS = 5;
const PLAN_SWEEP_MS = 5_000;
const DRAFTS_MS = 3_600_000;
const EXPORTS_MS = 250;
/** Seconds after which a worker begins no further export before it looks whether it is to stop. */
const EXPORTS_SECONDS = 5;
const FILES_MS = 60_000;
/** How far behind the page of background work may be. */
const DUTIES_MS = 5_000;
const IMPORTS_MS = 250;
/** Seconds of work on imports between two looks whether the worker is to stop. */
const IMPORTS_SECONDS = 5;
const JOB_UPKEEP_MS = 60_000;
const WATCH_MS = 5_000;
const SEARCH_ALERTS_MS = 10_000;
const FLAG_RULES_MS = 60_000;
const ALERTS_MS = 15_000;
const TELLING_MS = 500;
const SENDING_MS = 1_000;
/** Seconds after which a worker begins no further message before it looks whether it is to stop. */
const SENDING_SECONDS = 5;
const FORGETTING_MS = 600_000;
const RETENTION_MS = 60_000;

/** Everything the worker does, each at its own pace. */
export function workerLoops(house: Container, workerId: string): WorkerLoop[] {
  const sweepMs = features().SWEEP_INTERVAL * 1_000;
  const dispatchMs = features().DISPATCH_INTERVAL * 1_000;
  const { queueProcessor, dispatcher, carrierCommands, reconciler, presenceChanges, livePruner, auditSealer } = house;
  const system = new SystemRepository(house.db);
  const idempotency = new IdempotencyStore(house.db);
  const actor = systemActor("worker");
  return [
    { name: "beat", intervalMs: BEAT_MS, run: () => system.workerBeat(workerId, process.uptime()) },
    { name: "dispatch", intervalMs: dispatchMs, run: () => dispatcher.run() },
    { name: "carrier-commands", intervalMs: sweepMs, run: () => carrierCommands.drain() },
    { name: "offers", intervalMs: sweepMs, run: () => queueProcessor.expireOffers(actor) },
    { name: "wrap-ups", intervalMs: sweepMs, run: () => queueProcessor.endWrapUps(actor) },
    { name: "queue-exits", intervalMs: sweepMs, run: () => queueProcessor.leaveQueues(actor) },
    { name: "reconciler", intervalMs: RECONCILE_MS, run: () => reconciler.reconcile() },
    { name: "callbacks", intervalMs: CALLBACKS_MS, run: () => house.callbackRounds.round(actor) },
    { name: "recordings", intervalMs: CENSUS_MS, run: () => house.recordingLine.settle() },
    { name: "sound-retention", intervalMs: RETENTION_MS, run: () => house.soundRetention.run(actor) },
    { name: "wait-outcomes", intervalMs: OUTCOMES_MS, run: () => house.waitAccuracy.settle() },
    { name: "carrier-census", intervalMs: CENSUS_MS, run: () => house.census.round() },
    { name: "carrier-health", intervalMs: RECONCILE_MS, run: () => house.carrierHealth.settle() },
    { name: "leases", intervalMs: LEASES_MS, run: () => presenceChanges.sweep() },
    { name: "lead-return", intervalMs: RETURNS_MS, run: () => house.returns.run(actor) },
    { name: "agent-performance", intervalMs: SCORES_MS, run: () => house.performance.round() },
    { name: "bulk-plans", intervalMs: PLANS_MS, run: () => house.planJobs.work(workerId, PLANS_SECONDS) },
    { name: "bulk-plan-sweep", intervalMs: PLAN_SWEEP_MS, run: () => house.planJobs.sweep() },
    { name: "exports", intervalMs: EXPORTS_MS, run: () => house.exportJobs.work(workerId, EXPORTS_SECONDS) },
    { name: "export-sweep", intervalMs: PLAN_SWEEP_MS, run: () => house.exportJobs.sweep() },
    { name: "imports", intervalMs: IMPORTS_MS, run: () => house.importJobs.work(`${workerId}/1`, IMPORTS_SECONDS) },
    // While a large file is checked, which is done in one go, others have their turns here.
    {
      name: "further-imports",
      intervalMs: IMPORTS_MS,
      run: () => house.importJobs.work(`${workerId}/2`, IMPORTS_SECONDS),
    },
    { name: "import-sweep", intervalMs: PLAN_SWEEP_MS, run: () => house.importJobs.sweep() },
    { name: "file-drafts", intervalMs: DRAFTS_MS, run: () => house.files.tidy() },
    { name: "file-sweep", intervalMs: FILES_MS, run: () => house.fileSweep.run(actor) },
    { name: "job-upkeep", intervalMs: JOB_UPKEEP_MS, run: () => house.jobs.maintain() },
    { name: "duty-notes", intervalMs: DUTIES_MS, run: () => house.duties.write(workerId) },
    { name: "job-failures", intervalMs: DRAFTS_MS, run: () => house.jobFailures.prune() },
    { name: "alert-watch", intervalMs: WATCH_MS, run: () => house.alertWatch.round() },
    { name: "search-alerts", intervalMs: SEARCH_ALERTS_MS, run: () => house.searchAlerts.round() },
    { name: "flag-rules", intervalMs: FLAG_RULES_MS, run: () => house.flagExperiments.round() },
    { name: "alerts", intervalMs: ALERTS_MS, run: () => house.alertBook.settle() },
    { name: "notifications", intervalMs: TELLING_MS, run: () => house.notificationRounds.tell() },
    {
      name: "messages",
      intervalMs: SENDING_MS,
      run: () => house.notificationRounds.send(workerId, SENDING_SECONDS),
    },
    { name: "old-notifications", intervalMs: FORGETTING_MS, run: () => house.notificationRounds.forget() },
    { name: "audit-seals", intervalMs: SEAL_MS, run: () => auditSealer.seal() },
    { name: "live-events", intervalMs: PRUNE_MS, run: () => livePruner.prune() },
    { name: "idempotency-keys", intervalMs: PRUNE_MS, run: () => idempotency.prune() },
  ];
}
