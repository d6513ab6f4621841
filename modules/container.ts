import { env, type Env } from "@/lib/config/env";
import { othersAtWork } from "@/lib/db/activity";
import { connectDb, type Db } from "@/lib/db/client";
import { databaseClock } from "@/lib/db/database-clock";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { createRateLimit } from "@/lib/http/rate-limit";
import { createRoute } from "@/lib/http/route";
import { Pace } from "@/lib/jobs/pace";
import { logger } from "@/lib/logger";
import { storageOf } from "@/lib/storage/stores";
import { features, leaseSeconds } from "@/lib/config/features";
import { AgentRepository } from "@/modules/agents/repositories/agent.repository";
import { RotationRepository } from "@/modules/agents/repositories/rotation.repository";
import { AgentSessionRepository } from "@/modules/agents/repositories/agent-session.repository";
import { PerformanceRepository } from "@/modules/agents/repositories/performance.repository";
import { PresenceSettingsRepository } from "@/modules/agents/repositories/presence-settings.repository";
import { TeamRepository } from "@/modules/agents/repositories/team.repository";
import { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { AgentHeartbeatService } from "@/modules/agents/services/agent-heartbeat.service";
import { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import { DeviceTestService } from "@/modules/agents/services/device-test.service";
import { LeadDealing } from "@/modules/agents/services/deal-leads";
import { PerformanceService } from "@/modules/agents/services/performance.service";
import { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { PresenceSettingsService } from "@/modules/agents/services/presence-settings.service";
import { PresenceService } from "@/modules/agents/services/presence.service";
import { TeamsService } from "@/modules/agents/services/teams.service";
import { AuditLogRepository } from "@/modules/audit/repositories/audit-log.repository";
import { AuditSealRepository } from "@/modules/audit/repositories/audit-seal.repository";
import { AuditLogService } from "@/modules/audit/services/audit-log.service";
import { AuditSealer } from "@/modules/audit/services/audit-sealer.service";
import { nextAuthOptions } from "@/modules/auth/next-auth-options";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { SignInService } from "@/modules/auth/services/sign-in.service";
import { LiveEventReader } from "@/modules/realtime/repositories/live-event-reader.repository";
import { EventHub, hubTiming } from "@/modules/realtime/services/event-hub.service";
import { EventStreamService } from "@/modules/realtime/services/event-stream.service";
import { LiveEventPruner } from "@/modules/realtime/services/live-event-pruner.service";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { AssignmentRepository } from "@/modules/leads/repositories/assignment.repository";
import { DecisionRepository } from "@/modules/leads/repositories/decision.repository";
import { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadAnchorRepository } from "@/modules/leads/repositories/lead-anchor.repository";
import { LeadListRepository } from "@/modules/leads/repositories/lead-list.repository";
import { LeadPeopleRepository } from "@/modules/leads/repositories/lead-people.repository";
import { LeadMergeRepository } from "@/modules/leads/repositories/lead-merge.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { LeadTeamRepository } from "@/modules/leads/repositories/lead-team.repository";
import { MyWorkRepository } from "@/modules/leads/repositories/my-work.repository";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { ReturnRecountRepository } from "@/modules/leads/repositories/return-recount.repository";
import { ReturnRoundRepository } from "@/modules/leads/repositories/return-round.repository";
import { AssignmentDue } from "@/modules/leads/services/assignment-due";
import { DealMoments } from "@/modules/leads/services/deal-moments";
import { DecisionsService } from "@/modules/leads/services/decisions.service";
import type { CallbackRequestService } from "@/modules/call-queue/services/callback-request.service";
import { LeadAccess } from "@/modules/leads/services/lead-access";
import { LeadEntries } from "@/modules/leads/services/lead-entries";
import { LeadAssignmentService } from "@/modules/leads/services/lead-assignment.service";
import { LeadAnchors } from "@/modules/leads/services/lead-anchors.service";
import { LeadNeighbours } from "@/modules/leads/services/lead-neighbours.service";
import { LeadPeople } from "@/modules/leads/services/lead-people.service";
import { LeadListService } from "@/modules/leads/services/lead-list.service";
import { SavedSearchRepository } from "@/modules/leads/repositories/saved-search.repository";
import { SearchAlertRepository } from "@/modules/leads/repositories/search-alert.repository";
import { SearchAlerts } from "@/modules/leads/services/search-alerts.service";
import { SearchCounts } from "@/modules/leads/services/search-counts.service";
import { SavedSearches } from "@/modules/leads/services/saved-searches.service";
import { MyWorkService } from "@/modules/leads/services/my-work.service";
import { LeadTeams } from "@/modules/leads/services/lead-teams";
import { LeadService } from "@/modules/leads/services/lead.service";
import { LeadTimelineService } from "@/modules/leads/services/lead-timeline.service";
import { ReturnRecount } from "@/modules/leads/services/return-recount";
import { ReturnRound } from "@/modules/leads/services/return-round";
import { ReturnSettingsService } from "@/modules/leads/services/return-settings.service";
import { ReturnTimer } from "@/modules/leads/services/return-timer";
import { SystemRepository } from "@/modules/system/repositories/system.repository";
import { HealthService } from "@/modules/system/services/health.service";
import { MetricsService } from "@/modules/system/services/metrics.service";
import { signAccessToken } from "@/modules/twilio-voice/adapters/access-token";
import { renderTwiml } from "@/modules/twilio-voice/adapters/render-twiml";
import { isSignedBy } from "@/modules/twilio-voice/adapters/webhook-signature";
import { DeviceConnectivityService } from "@/modules/twilio-voice/services/device-connectivity.service";
import { VoiceTokenService } from "@/modules/twilio-voice/services/voice-token.service";
import { createWebhook } from "@/modules/twilio-voice/webhook";
import { createAlertSide, type AlertSide } from "./container-alerts";
import { type BackgroundSide, createBackgroundSide } from "./container-background";
import { createCallSide, type CallSide } from "./container-calls";
import { createExportSide, type ExportSide } from "./container-exports";
import { createFileSide, type FileSide } from "./container-files";
import { createNotificationSide, type NotificationSide } from "./container-notifications";
import { createImportSide, type ImportSide } from "./container-imports";
import { createFlagSide, layersOf, type FlagSide } from "./container-flags";
import { createOrganiseSide, type OrganiseSide } from "./container-organise";
import { createPlanSide, type PlanSide } from "./container-plans";
import { createQueueSide, type QueueSide } from "./container-queues";

/**
 * The composition root: everything is made here, once a process, and handed down. Nothing else calls `new` on a
 * service or repository, so that tests can build the same house over another database, clock or carrier.
 */
export interface Container
  extends
    CallSide,
    PlanSide,
    OrganiseSide,
    QueueSide,
    FlagSide,
    AlertSide,
    ExportSide,
    FileSide,
    ImportSide,
    NotificationSide,
    BackgroundSide {
  callbacks: CallbackRequestService;
  env: Env;
  db: Db;
  signIn: SignInService;
  principals: PrincipalService;
  agentDirectory: AgentDirectory;
  performance: PerformanceService;
  teams: TeamsService;
  capacity: CapacityManager;
  dealing: LeadDealing;
  leads: LeadService;
  leadAnchors: LeadAnchors;
  leadLists: LeadListService;
  leadTimeline: LeadTimelineService;
  leadPeople: LeadPeople;
  leadNeighbours: LeadNeighbours;
  myWork: MyWorkService;
  savedSearches: SavedSearches;
  searchCounts: SearchCounts;
  searchAlerts: SearchAlerts;
  returnTimer: ReturnTimer;
  returns: ReturnRound;
  returnSettings: ReturnSettingsService;
  assignments: LeadAssignmentService;
  decisions: DecisionsService;
  agentSessions: AgentSessionRepository;
  presence: PresenceService;
  presenceChanges: PresenceChangesService;
  heartbeats: AgentHeartbeatService;
  deviceTests: DeviceTestService;
  presenceSettings: PresenceSettingsService;
  devices: DeviceConnectivityService;
  voiceTokens: VoiceTokenService;
  eventHub: EventHub;
  eventStreams: EventStreamService;
  livePruner: LiveEventPruner;
  auditSealer: AuditSealer;
  auditLog: AuditLogService;
  health: HealthService;
  metrics: MetricsService;
}

export function createContainer(environment: Env, db: Db): Container {
  const flagSide = createFlagSide(db);
  const storage = storageOf(environment, databaseClock(db), logger("files"));
  const users = new UserRepository(db);
  const signIn = new SignInService(db, users, environment.SIGN_IN_LIMIT);
  const principals = new PrincipalService(users, environment.AUTH_SECRET);
  const agents = new AgentRepository(db);
  const pace = new Pace({ others: () => othersAtWork(db) });
  const performance = new PerformanceService(db, new PerformanceRepository(db), pace);
  const agentDirectory = new AgentDirectory(agents, performance);
  const capacity = new CapacityManager(db, agents, agentDirectory);
  const dealing = new LeadDealing(agents, new RotationRepository(), agentDirectory);
  const leadRows = new LeadRepository(db);
  const activities = new LeadActivityRepository(db);
  const teamRows = new TeamRepository(db);
  const leadTeams = new LeadTeams(teamRows, new LeadTeamRepository(), activities);
  const leadMergeRows = new LeadMergeRepository(db);
  const access = new LeadAccess(leadRows, leadMergeRows, teamRows);
  const cursors = new CursorCodec(environment.AUTH_SECRET);
  const returnPolicies = new ReturnPolicyRepository(db);
  const recountRows = new ReturnRecountRepository();
  const returnTimer = new ReturnTimer(returnPolicies, recountRows);
  const recount = new ReturnRecount(db, returnPolicies, recountRows, returnTimer);
  const leads = new LeadService(db, access, leadRows, activities, agentDirectory, capacity, returnTimer, leadTeams);
  const leadListRows = new LeadListRepository(db);
  const leadAnchorRows = new LeadAnchorRepository(db, leadListRows);
  const leadLists = new LeadListService(leadListRows, leadAnchorRows, cursors);
  const leadPeople = new LeadPeople(access, new LeadPeopleRepository(db));
  const leadTimeline = new LeadTimelineService(db, access, leadRows, activities, cursors, leadPeople);
  const assignments = new LeadAssignmentService(
    access,
    new AssignmentRepository(db),
    capacity,
    new AssignmentDue(returnPolicies, returnTimer),
  );
  const decisionRows = new DecisionRepository(db);
  const decisions = new DecisionsService(access, decisionRows, new DealMoments(decisionRows), agentDirectory, cursors);
  const searchRows = new SavedSearchRepository(db);
  const savedSearches = new SavedSearches(db, searchRows);
  const planSide = createPlanSide(db, {
    searches: savedSearches,
    pace,
    access,
    directory: agentDirectory,
    teams: teamRows,
    dealing,
    timer: returnTimer,
    cursors,
  });
  const importSide = createImportSide(db, {
    jobs: planSide.jobs,
    pace,
    cursors,
    files: storage.store,
    leads: leadRows,
    activities,
    returnTimer,
    newcomers: planSide.newcomers,
  });
  const notificationSide = createNotificationSide(environment, db, { cursors });
  const exportSide = createExportSide(environment, db, {
    files: storage.store,
    jobs: planSide.jobs,
    cursors,
    searches: savedSearches,
  });
  const organiseSide = createOrganiseSide(db, {
    access,
    leads: leadRows,
    merges: leadMergeRows,
    activities,
    directory: agentDirectory,
    capacity,
    timer: returnTimer,
    bulk: planSide.bulk,
    mostEntries: environment.LEAD_MERGE_ENTRIES,
  });
  const rhythm = () => ({
    intervalSeconds: features().AGENT_HEARTBEAT_INTERVAL,
    leaseBeats: features().AGENT_LEASE_BEATS,
    layers: layersOf(flagSide.flags.latest()),
  });
  const refresh = () => flagSide.flags.refresh();
  const agentSessions = new AgentSessionRepository(db);
  const presence = new PresenceService(agentSessions, rhythm, refresh);
  const presenceChanges = new PresenceChangesService(
    db,
    agentSessions,
    () => leaseSeconds(),
    () => flagSide.flags.isOnForAny("FEATURE_AGENT_HEARTBEAT"),
  );
  const system = new SystemRepository(db);
  const auditSealer = new AuditSealer(db, new AuditSealRepository(db), pace);
  const alertSide = createAlertSide(environment, db, { system, sealer: auditSealer, presence });
  const callSide = createCallSide(environment, db, presenceChanges, flagSide.flags);
  const ready = { onAgentReady: (): void => callSide.dispatcher.wake() };
  const heartbeats = new AgentHeartbeatService(db, agentSessions, presence, rhythm, ready, refresh);
  const deviceTests = new DeviceTestService(db, agentSessions, new PresenceSettingsRepository(db), presence, ready);
  const devices = new DeviceConnectivityService(presence);
  const voiceTokens = new VoiceTokenService(
    { sign: (identity, ttlSeconds) => signAccessToken(accessTokenKeys(environment), identity, ttlSeconds) },
    environment.TWILIO_SIGNAL_URL,
  );
  const liveEvents = new LiveEventReader(db);
  const keptSeconds = features().LIVE_EVENT_MINUTES * 60;
  const eventHub = new EventHub(
    liveEvents,
    { standing: (sessionIds) => users.findStanding(sessionIds) },
    { ...hubTiming, keptSeconds },
    { warn: (fields, message) => logger("events").warn(fields, message) },
  );
  return {
    ...callSide,
    callbacks: callSide.callbackRequests(access),
    ...planSide,
    ...organiseSide,
    ...createFileSide(environment, db, {
      storage,
      entries: new LeadEntries(access, leadRows, activities),
      cursors,
      folders: [importSide.importFiles],
    }),
    ...exportSide,
    ...importSide,
    ...createBackgroundSide(db, { cursors, ...planSide, ...exportSide, ...importSide, ...notificationSide }),
    ...notificationSide,
    ...createQueueSide(db, {
      directory: agentDirectory,
      calendars: returnPolicies,
      callerIds: () => callSide.outbound.callerIds(),
      dispatcher: callSide.dispatcher,
    }),
    ...flagSide,
    ...alertSide,
    auditSealer,
    auditLog: new AuditLogService(new AuditLogRepository(db)),
    health: new HealthService(system, environment.EXPECT_WORKER, storage.check),
    metrics: new MetricsService({
      floor: () => system.floor(),
      presence: () => presence.count(),
      discoveryFallbacks: () => callSide.discovery.fallbacks,
      listeners: () => eventHub.size,
    }),
    eventHub,
    eventStreams: new EventStreamService(eventHub),
    livePruner: new LiveEventPruner(liveEvents, keptSeconds),
    env: environment,
    db,
    signIn,
    principals,
    agentDirectory,
    performance,
    teams: new TeamsService(db, teamRows, agentDirectory, leadTeams),
    capacity,
    dealing,
    leads,
    leadAnchors: new LeadAnchors(leadAnchorRows, cursors),
    leadLists,
    leadTimeline,
    leadPeople,
    leadNeighbours: new LeadNeighbours(access, leadListRows),
    myWork: new MyWorkService(new MyWorkRepository(db), agentDirectory, capacity),
    savedSearches,
    searchCounts: new SearchCounts(searchRows, leadLists),
    searchAlerts: new SearchAlerts(
      db,
      savedSearches,
      new SearchAlertRepository(db),
      leadListRows,
      alertSide.alertBook,
      logger("alerts"),
    ),
    returnTimer,
    returns: new ReturnRound(db, returnPolicies, new ReturnRoundRepository(), recount, agentDirectory),
    returnSettings: new ReturnSettingsService(db, returnPolicies, returnTimer, recount),
    assignments,
    decisions,
    agentSessions,
    presence,
    presenceChanges,
    heartbeats,
    deviceTests,
    presenceSettings: new PresenceSettingsService(db, new PresenceSettingsRepository(db)),
    devices,
    voiceTokens,
  };
}

const accessTokenKeys = (environment: Env) => ({
  accountSid: environment.TWILIO_ACCOUNT_SID,
  apiKeySid: environment.TWILIO_API_KEY_SID,
  apiKeySecret: environment.TWILIO_API_KEY_SECRET,
  applicationSid: environment.TWILIO_APP_SID,
});

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
