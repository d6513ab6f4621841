import { env, type Env } from "@/lib/config/env";
import { connectDb, type Db } from "@/lib/db/client";
import { IdempotencyStore } from "@/lib/db/idempotency-store";
import { createRateLimit } from "@/lib/http/rate-limit";
import { createRoute } from "@/lib/http/route";
import { logger } from "@/lib/logger";
import { features, leaseSeconds } from "@/lib/config/features";
import { AgentSessionRepository } from "@/modules/agents/repositories/agent-session.repository";
import { AgentHeartbeatService } from "@/modules/agents/services/agent-heartbeat.service";
import { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { PresenceService } from "@/modules/agents/services/presence.service";
import { nextAuthOptions } from "@/modules/auth/next-auth-options";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { SignInService } from "@/modules/auth/services/sign-in.service";
import { signAccessToken } from "@/modules/twilio-voice/adapters/access-token";
import { DeviceConnectivityService } from "@/modules/twilio-voice/services/device-connectivity.service";
import { VoiceTokenService } from "@/modules/twilio-voice/services/voice-token.service";

/**
 * The composition root: everything is made here, once a process, and handed down. Nothing else calls `new` on a
 * service or repository, so that tests can build the same house over another database, clock or carrier.
 */
export interface Container {
  env: Env;
  db: Db;
  signIn: SignInService;
  principals: PrincipalService;
  agentSessions: AgentSessionRepository;
  presence: PresenceService;
  presenceChanges: PresenceChangesService;
  heartbeats: AgentHeartbeatService;
  devices: DeviceConnectivityService;
  voiceTokens: VoiceTokenService;
}

export function createContainer(environment: Env, db: Db): Container {
  const users = new UserRepository(db);
  const signIn = new SignInService(db, users, environment.SIGN_IN_LIMIT);
  const principals = new PrincipalService(users, environment.AUTH_SECRET);
  const rhythm = () => ({
    intervalSeconds: features().AGENT_HEARTBEAT_INTERVAL,
    leaseBeats: features().AGENT_LEASE_BEATS,
  });
  const agentSessions = new AgentSessionRepository(db);
  const presence = new PresenceService(agentSessions, rhythm);
  const presenceChanges = new PresenceChangesService(db, agentSessions, () => leaseSeconds());
  // Set by the dispatcher once it is made: a beat that makes an agent ready wakes it.
  const readiness = { wake: (): void => undefined };
  const heartbeats = new AgentHeartbeatService(db, agentSessions, presence, rhythm, {
    onAgentReady: () => readiness.wake(),
  });
  const devices = new DeviceConnectivityService(presence);
  const voiceTokens = new VoiceTokenService(
    { sign: (identity, ttlSeconds) => signAccessToken(accessTokenKeys(environment), identity, ttlSeconds) },
    environment.TWILIO_SIGNAL_URL,
  );
  return {
    env: environment,
    db,
    signIn,
    principals,
    agentSessions,
    presence,
    presenceChanges,
    heartbeats,
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
