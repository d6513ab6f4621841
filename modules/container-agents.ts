import type { Env } from "@/lib/config/env";
import { features, leaseSeconds } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import type { Pace } from "@/lib/jobs/pace";
import { AgentSessionRepository } from "@/modules/agents/repositories/agent-session.repository";
import { AgentRepository } from "@/modules/agents/repositories/agent.repository";
import { PerformanceRepository } from "@/modules/agents/repositories/performance.repository";
import { PresenceSettingsRepository } from "@/modules/agents/repositories/presence-settings.repository";
import { RotationRepository } from "@/modules/agents/repositories/rotation.repository";
import type { TeamRepository } from "@/modules/agents/repositories/team.repository";
import { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { AgentHeartbeatService } from "@/modules/agents/services/agent-heartbeat.service";
import { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import { LeadDealing } from "@/modules/agents/services/deal-leads";
import { DeviceTestService } from "@/modules/agents/services/device-test.service";
import { PerformanceService } from "@/modules/agents/services/performance.service";
import { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { PresenceSettingsService } from "@/modules/agents/services/presence-settings.service";
import { PresenceService } from "@/modules/agents/services/presence.service";
import { TeamsService } from "@/modules/agents/services/teams.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import type { LeadTeams } from "@/modules/leads/services/lead-teams";
import { signAccessToken } from "@/modules/twilio-voice/adapters/access-token";
import { DeviceConnectivityService } from "@/modules/twilio-voice/services/device-connectivity.service";
import { VoiceTokenService } from "@/modules/twilio-voice/services/voice-token.service";
import { layersOf } from "./container-flags";

/** The part of the container that is about agents: who they are, what they have room for, and how they do. */
export interface AgentSide {
  agentDirectory: AgentDirectory;
  performance: PerformanceService;
  teams: TeamsService;
  capacity: CapacityManager;
  dealing: LeadDealing;
}

/** Makes the agents' side once a process. */
export function createAgentSide(
  db: Db,
  needs: { pace: Pick<Pace, "rest">; teams: TeamRepository; leadTeams: LeadTeams },
): AgentSide {
  const agents = new AgentRepository(db);
  const performance = new PerformanceService(db, new PerformanceRepository(db), needs.pace);
  const agentDirectory = new AgentDirectory(agents, performance);
  return {
    agentDirectory,
    performance,
    teams: new TeamsService(db, needs.teams, agentDirectory, needs.leadTeams),
    capacity: new CapacityManager(db, agents, agentDirectory),
    dealing: new LeadDealing(agents, new RotationRepository(), agentDirectory),
  };
}

/** The part of the container that is about who is there, and whether their softphone can ring. */
export interface PresenceSide {
  agentSessions: AgentSessionRepository;
  presence: PresenceService;
  presenceChanges: PresenceChangesService;
  presenceSettings: PresenceSettingsService;
  heartbeats: AgentHeartbeatService;
  deviceTests: DeviceTestService;
  devices: DeviceConnectivityService;
  voiceTokens: VoiceTokenService;
}

/** Makes the presence side once a process; `ready` is told of agents who can take a call from now on. */
export function createPresenceSide(
  environment: Env,
  db: Db,
  flags: FeatureFlags,
  ready: { onAgentReady(): void },
): PresenceSide {
  const rhythm = () => ({
    intervalSeconds: features().AGENT_HEARTBEAT_INTERVAL,
    leaseBeats: features().AGENT_LEASE_BEATS,
    layers: layersOf(flags.latest()),
  });
  const refresh = () => flags.refresh();
  const sessions = new AgentSessionRepository(db);
  const settings = new PresenceSettingsRepository(db);
  const presence = new PresenceService(sessions, rhythm, refresh);
  return {
    agentSessions: sessions,
    presence,
    presenceChanges: new PresenceChangesService(
      db,
      sessions,
      () => leaseSeconds(),
      () => flags.isOnForAny("FEATURE_AGENT_HEARTBEAT"),
    ),
    presenceSettings: new PresenceSettingsService(db, settings),
    heartbeats: new AgentHeartbeatService(db, sessions, presence, rhythm, ready, refresh),
    deviceTests: new DeviceTestService(db, sessions, settings, presence, ready),
    devices: new DeviceConnectivityService(presence),
    voiceTokens: new VoiceTokenService(
      { sign: (identity, ttlSeconds) => signAccessToken(accessTokenKeys(environment), identity, ttlSeconds) },
      environment.TWILIO_SIGNAL_URL,
    ),
  };
}

const accessTokenKeys = (environment: Env) => ({
  accountSid: environment.TWILIO_ACCOUNT_SID,
  apiKeySid: environment.TWILIO_API_KEY_SID,
  apiKeySecret: environment.TWILIO_API_KEY_SECRET,
  applicationSid: environment.TWILIO_APP_SID,
});
