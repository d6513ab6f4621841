import { features } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { Actor } from "@/lib/principal";
import { judgePresence, type BeatRhythm } from "@/modules/agents/domain/presence";
import type { DeviceFacts } from "@/modules/agents/domain/device-readiness";
import type { Readiness, ReadinessLayers } from "@/modules/agents/domain/readiness";
import { AgentPoolRepository } from "@/modules/call-queue/repositories/agent-pool.repository";
import { CallClaimRepository } from "@/modules/call-queue/repositories/call-claim.repository";
import { DispatchRepository, type PoolMember } from "@/modules/call-queue/repositories/dispatch.repository";
import { SingleOfferRepository } from "@/modules/call-queue/repositories/single-offer.repository";
import { AgentDiscoveryService, type JudgeReadiness } from "@/modules/call-queue/services/agent-discovery.service";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { CallAssignmentService } from "@/modules/call-queue/services/call-assignment.service";
import { LegacyOffers } from "@/modules/call-queue/services/legacy-offers";
import { LoadBalancingService } from "@/modules/call-queue/services/load-balancing.service";
import { type JudgePoolAgent, PoolReadinessService } from "@/modules/call-queue/services/pool-readiness.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import type { CallCore } from "./container-call-core";
import { layersOf } from "./container-flags";

/** Who is asked to take a call. */
export interface DispatchSide {
  discovery: AgentDiscoveryService;
  pool: PoolReadinessService;
  dispatcher: AgentPollingService;
  legacyOffers: LegacyOffers;
}

/** `isCarrierAway`: while the carrier's REST is away nobody is rung or dialled, but softphones dial in. */
export function createDispatchSide(
  db: Db,
  { offers, kick }: CallCore,
  { flags, isCarrierAway }: { flags: FeatureFlags; isCarrierAway: () => boolean },
): DispatchSide {
  const rows = new DispatchRepository(db);
  const discovery = new AgentDiscoveryService(judge, flags, logger("discovery"));
  const assignment = new CallAssignmentService(rows, new CallClaimRepository(db), new LoadBalancingService(discovery));
  // To callers who are in line: their agents answer by dialling in.
  const asCarrierAllows = {
    offerWaiting: (actor: Actor) => assignment.offerWaiting(actor, { callersOnly: isCarrierAway() }),
  };
  const pool = new PoolReadinessService(new AgentPoolRepository(db), () => poolJudge(flags));
  return {
    discovery,
    pool,
    dispatcher: new AgentPollingService(asCarrierAllows, kick, logger("dispatch"), pool, () =>
      flags.isOnForAny("FEATURE_CONTINUOUS_DISCOVERY"),
    ),
    legacyOffers: new LegacyOffers(rows, new SingleOfferRepository(), discovery, offers),
  };
}

/** Readiness by the rules of the agents module, over what the dispatch round has read and by the call's arms. */
const judge: JudgeReadiness = (member, arms) => {
  const readiness = readinessOf(member, {
    heartbeat: arms.FEATURE_AGENT_HEARTBEAT,
    device: arms.FEATURE_DEVICE_CONNECTIVITY,
  });
  const reasons = readiness.issues.filter((issue) => issue.blocking).map((issue) => issue.code);
  return { score: readiness.score, ready: readiness.ready, reasons };
};

function readinessOf(member: PoolMember, layers: ReadinessLayers): Readiness {
  const device = member.device as DeviceFacts | null;
  return judgePresence({ ...member, device }, beatRhythm(layers)).readiness;
}

async function poolJudge(flags: FeatureFlags): Promise<JudgePoolAgent> {
  const rhythm = beatRhythm(layersOf(await flags.standing()));
  return (agent) => judgePresence({ ...agent, device: agent.device as DeviceFacts | null }, rhythm);
}

function beatRhythm(layers: ReadinessLayers): BeatRhythm {
  const settings = features();
  return { intervalSeconds: settings.AGENT_HEARTBEAT_INTERVAL, leaseBeats: settings.AGENT_LEASE_BEATS, layers };
}
