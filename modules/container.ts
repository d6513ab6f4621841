import { env, type Env } from "@/lib/config/env";
import { features } from "@/lib/config/features";
import { othersAtWork } from "@/lib/db/activity";
import { connectDb, type Db } from "@/lib/db/client";
import { databaseClock } from "@/lib/db/database-clock";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { createRateLimit } from "@/lib/http/rate-limit";
import { createRoute } from "@/lib/http/route";
import { Pace } from "@/lib/jobs/pace";
import { logger } from "@/lib/logger";
import { storageOf } from "@/lib/storage/stores";
import { TeamRepository } from "@/modules/agents/repositories/team.repository";
import { AuditLogRepository } from "@/modules/audit/repositories/audit-log.repository";
import { AuditSealRepository } from "@/modules/audit/repositories/audit-seal.repository";
import { AuditLogService } from "@/modules/audit/services/audit-log.service";
import { AuditSealer } from "@/modules/audit/services/audit-sealer.service";
import { nextAuthOptions } from "@/modules/auth/next-auth-options";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { SignInService } from "@/modules/auth/services/sign-in.service";
import type { CallbackRequestService } from "@/modules/call-queue/services/callback-request.service";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { LeadEntries } from "@/modules/leads/services/lead-entries";
import { SystemRepository } from "@/modules/system/repositories/system.repository";
import { HealthService } from "@/modules/system/services/health.service";
import { MetricsService } from "@/modules/system/services/metrics.service";
import { renderTwiml } from "@/modules/twilio-voice/adapters/render-twiml";
import { isSignedBy } from "@/modules/twilio-voice/adapters/webhook-signature";
import { createWebhook } from "@/modules/twilio-voice/webhook";
import { type AgentSide, createAgentSide, createPresenceSide, type PresenceSide } from "./container-agents";
import { createAlertSide, type AlertSide } from "./container-alerts";
import { type BackgroundSide, createBackgroundSide } from "./container-background";
import { createCallSide, type CallSide } from "./container-calls";
import { createExportSide, type ExportSide } from "./container-exports";
import { createFileSide, type FileSide } from "./container-files";
import { createFlagSide, type FlagSide } from "./container-flags";
import { createImportSide, type ImportSide } from "./container-imports";
import { createLeadCore, createLeadSide, type LeadSide } from "./container-leads";
import { createNotificationSide, type NotificationSide } from "./container-notifications";
import { createOrganiseSide, type OrganiseSide } from "./container-organise";
import { createPlanSide, type PlanSide } from "./container-plans";
import { createQueueSide, type QueueSide } from "./container-queues";
import { createRealtimeSide, type RealtimeSide } from "./container-realtime";

/**
 * The composition root: everything is made here and in the container-*.ts beside it, a side each, once a process, and
 * handed down. Nothing else calls `new` on a service or repository, so that tests can build the same house over another
 * database, clock or carrier.
 */
export interface Container
  extends
    AgentSide,
    PresenceSide,
    CallSide,
    LeadSide,
    PlanSide,
    OrganiseSide,
    QueueSide,
    FlagSide,
    AlertSide,
    ExportSide,
    FileSide,
    ImportSide,
    NotificationSide,
    BackgroundSide,
    RealtimeSide {
  callbacks: CallbackRequestService;
  env: Env;
  db: Db;
  signIn: SignInService;
  principals: PrincipalService;
  auditSealer: AuditSealer;
  auditLog: AuditLogService;
  health: HealthService;
  metrics: MetricsService;
}

export function createContainer(environment: Env, db: Db): Container {
  const storage = storageOf(environment, databaseClock(db), logger("files"));
  const users = new UserRepository(db);
  const cursors = new CursorCodec(environment.AUTH_SECRET);
  const pace = new Pace({ others: () => othersAtWork(db) });
  const flagSide = createFlagSide(db);
  const presenceSide = createPresenceSide(environment, db, flagSide.flags, {
    onAgentReady: (): void => callSide.dispatcher.wake(),
  });
  const { presence, presenceChanges } = presenceSide;
  const system = new SystemRepository(db);
  const auditSealer = new AuditSealer(db, new AuditSealRepository(db), pace);
  const alertSide = createAlertSide(environment, db, { system, sealer: auditSealer, presence });
  const callSide = createCallSide(environment, db, presenceChanges, flagSide.flags);

  const teamRows = new TeamRepository(db);
  const leadCore = createLeadCore(db, teamRows);
  const { access, leads, activities, returnTimer, merges, leadTeams, calendars } = leadCore;
  const agentSide = createAgentSide(db, { pace, teams: teamRows, leadTeams });
  const { agentDirectory: directory, capacity, dealing } = agentSide;
  const leadSide = createLeadSide(db, leadCore, { directory, capacity, cursors, alerts: alertSide.alertBook });
  const searches = leadSide.savedSearches;
  const planSide = createPlanSide(db, {
    searches,
    pace,
    access,
    directory,
    teams: teamRows,
    dealing,
    timer: returnTimer,
    cursors,
  });
  const { jobs, newcomers, bulk } = planSide;
  const files = storage.store;
  const importSide = createImportSide(db, { jobs, pace, cursors, files, leads, activities, returnTimer, newcomers });
  const exportSide = createExportSide(environment, db, { files, jobs, cursors, searches });
  const notificationSide = createNotificationSide(environment, db, { cursors });
  const realtimeSide = createRealtimeSide(db, users);
  return {
    ...flagSide,
    ...presenceSide,
    ...alertSide,
    ...callSide,
    callbacks: callSide.callbackRequests(access),
    ...agentSide,
    ...leadSide,
    ...planSide,
    ...createOrganiseSide(db, {
      access,
      leads,
      merges,
      activities,
      directory,
      capacity,
      timer: returnTimer,
      bulk,
      mostEntries: environment.LEAD_MERGE_ENTRIES,
    }),
    ...createFileSide(environment, db, {
      storage,
      entries: new LeadEntries(access, leads, activities),
      cursors,
      folders: [importSide.importFiles],
    }),
    ...exportSide,
    ...importSide,
    ...notificationSide,
    ...createBackgroundSide(db, { cursors, ...planSide, ...exportSide, ...importSide, ...notificationSide }),
    ...createQueueSide(db, {
      directory,
      calendars,
      callerIds: () => callSide.outbound.callerIds(),
      dispatcher: callSide.dispatcher,
    }),
    ...realtimeSide,
    auditSealer,
    auditLog: new AuditLogService(new AuditLogRepository(db)),
    health: new HealthService(system, environment.EXPECT_WORKER, storage.check),
    metrics: new MetricsService({
      floor: () => system.floor(),
      presence: () => presence.count(),
      discoveryFallbacks: () => callSide.discovery.fallbacks,
      listeners: () => realtimeSide.eventHub.size,
    }),
    env: environment,
    db,
    signIn: new SignInService(db, users, environment.SIGN_IN_LIMIT),
    principals: new PrincipalService(users, environment.AUTH_SECRET),
  };
}

// One container a process: Next evaluates this module once per bundle, so the process-wide object keeps it.
const shared = globalThis as typeof globalThis & { evenhandContainer?: Container };

/** This process's container; made at the first request, so that building the app needs no environment. */
export function container(): Container {
  shared.evenhandContainer ??= createContainer(env(), connectDb());
  return shared.evenhandContainer;
}

export function authOptions() {
  const { signIn, env: environment } = container();
  return nextAuthOptions(signIn, environment.AUTH_SECRET, environment.PUBLIC_BASE_URL.startsWith("https:"));
}

let idempotency: IdempotencyStore | undefined;
let rateLimit: ((principalId: string) => Promise<void>) | undefined;

/** The wrapper every JSON route is made with. */
export const route = createRoute({
  authenticate: (request) => container().principals.authenticate(request),
  idempotency: {
    begin: (...given) => idempotencyStore().begin(...given),
    finish: (...given) => idempotencyStore().finish(...given),
    abandon: (...given) => idempotencyStore().abandon(...given),
  },
  rateLimit: (principalId) => (rateLimit ??= createRateLimit(env().RATE_LIMIT_PER_MINUTE))(principalId),
  secrets: () => ({ cron: env().CRON_SECRET, metrics: env().METRICS_TOKEN }),
  scheduled: (path, requestId, work) => container().duties.cron(path, `cron:${requestId}`, work),
  allowedOrigins: () => env().CORS_ALLOWED_ORIGINS,
  checkResponses: () => env().CHECK_RESPONSES ?? env().NODE_ENV !== "production",
  log: {
    error: (fields, message) => logger("http").error(fields, message),
    info: (fields, message) => logger("http").info(fields, message),
  },
});

function idempotencyStore(): IdempotencyStore {
  idempotency ??= new IdempotencyStore(container().db);
  return idempotency;
}

/** The wrapper every webhook of the carrier is made with. */
export const webhook = createWebhook({
  publicBaseUrl: () => env().PUBLIC_BASE_URL,
  isSigned: (request) => isSignedBy(env().TWILIO_AUTH_TOKEN, request),
  render: renderTwiml,
  wording: (callSid) => container().wordings.lastOf(callSid),
  unsigned: () => container().signatures.unsigned(),
  log: {
    error: (fields, message) => logger("webhooks").error(fields, message),
    warn: (fields, message) => logger("webhooks").warn(fields, message),
    debug: (fields, message) => logger("webhooks")[features().INBOUND_CALL_DEBUG ? "info" : "debug"](fields, message),
  },
});
