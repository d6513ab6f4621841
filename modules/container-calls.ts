import type { Env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import type { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { AgentCallsRepository } from "@/modules/call-queue/repositories/agent-calls.repository";
import { CallLogRepository } from "@/modules/call-queue/repositories/call-log.repository";
import { CallRatingRepository } from "@/modules/call-queue/repositories/call-rating.repository";
import { CallRecordingRepository } from "@/modules/call-queue/repositories/call-recording.repository";
import { QueueFiguresRepository } from "@/modules/call-queue/repositories/queue-figures.repository";
import { QueueOverviewRepository } from "@/modules/call-queue/repositories/queue-overview.repository";
import { AgentCallsService } from "@/modules/call-queue/services/agent-calls.service";
import type { AgentDiscoveryService } from "@/modules/call-queue/services/agent-discovery.service";
import type { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import { CallLogService } from "@/modules/call-queue/services/call-log.service";
import { CallRatings } from "@/modules/call-queue/services/call-ratings.service";
import type { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { QueueFiguresService } from "@/modules/call-queue/services/queue-figures.service";
import { QueueOverviewService } from "@/modules/call-queue/services/queue-overview.service";
import { QueueProcessorService } from "@/modules/call-queue/services/queue-processor.service";
import { RecordingPlans } from "@/modules/call-queue/services/recording-plans";
import { WaitAccuracyService } from "@/modules/call-queue/services/wait-accuracy.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import type { CarrierPort } from "@/modules/twilio-voice/domain/carrier";
import { CallbackCommands } from "@/modules/twilio-voice/services/callback-commands";
import type { CarrierHealthService } from "@/modules/twilio-voice/services/carrier-health.service";
import { createCallCore } from "./container-call-core";
import { createCallbackSide, type CallbackSide } from "./container-callbacks";
import { createCarrierAccess, createCarrierSide, type CarrierSide } from "./container-carrier";
import { createConversationSide, type ConversationSide } from "./container-conversations";
import { createDispatchSide } from "./container-dispatch";
import { createLineSide, createWaitSide } from "./container-line";
import { createPhoneLineSide, type PhoneLineSide } from "./container-phone-lines";
import { createRecordSide, type RecordSide } from "./container-records";
import { createTalkParties, createTalkSide, type TalkSide } from "./container-talk";

/** The part of the container that is about calls. */
export interface CallSide
  extends
    TalkSide,
    RecordSide,
    CarrierSide,
    PhoneLineSide,
    Pick<ConversationSide, "callControl" | "wrapUps" | "callOutNumbers">,
    Pick<CallbackSide, "callbackDesk" | "callbackRounds" | "callbackRequests"> {
  ratings: CallRatings;
  wordings: CallerWordings;
  callLog: CallLogService;
  agentCalls: AgentCallsService;
  queueOverview: QueueOverviewService;
  queueFigures: QueueFiguresService;
  waitAccuracy: WaitAccuracyService;
  dispatcher: AgentPollingService;
  discovery: AgentDiscoveryService;
  offerEnding: OfferEndingService;
  queueProcessor: QueueProcessorService;
  carrierHealth: CarrierHealthService;
}

/** Makes the call side once a process; the carrier is replaced by tests of the call side alone. */
export function createCallSide(
  environment: Env,
  db: Db,
  presence: Pick<PresenceChangesService, "missedRing" | "answeredRing" | "heardRing">,
  flags: FeatureFlags,
  replaced?: CarrierPort,
): CallSide {
  const access = createCarrierAccess(environment, db, replaced);
  const { carrier, urls, health, healing, log } = access;
  // The runner and the dispatcher wake each other through the services they need.
  const core = createCallCore(db, {
    kick: { kick: (): void => carrierSide.carrierCommands.kick() },
    wake: { wake: (): void => dispatcher.wake() },
  });
  const { queued, offers, slots, outbox, mover, ending, wordings, kick, wake, leaseSeconds } = core;

  const talkers = createTalkParties(db, core);
  const offerEnding = new OfferEndingService(db, queued, offers, slots, outbox, mover, ending, presence, kick, wake);
  const waits = createWaitSide(db, core);
  const { callbackAttempts, callbackOffers, ...callbacks } = createCallbackSide(environment, db, {
    ...core,
    ...waits,
    offerEnding,
    phones: { areOutOfReach: async () => (await health.read()).standing !== "closed" },
    healing,
  });
  const ratingRows = new CallRatingRepository(db);
  const recordingRows = new CallRecordingRepository(db);
  const recordingPlans = new RecordingPlans(recordingRows, wordings);
  const talks = createConversationSide(db, core, {
    parties: talkers.parties,
    customers: callbackAttempts,
    presence,
    offerEnding,
    recordingPlans,
    ratingRows,
  });
  const { conversations, conversationEnding, lostAgents, ...afterTalks } = talks;
  const line = createLineSide(db, core, { offerEnding, conversationEnding, callbackDesk: callbacks.callbackDesk });
  const rings = new AgentRingService(db, offers, outbox, presence, kick);
  const { discovery, pool, dispatcher, legacyOffers } = createDispatchSide(db, core, {
    flags,
    isCarrierAway: () => health.isOpen(),
  });
  const {
    legs,
    commands: talkCommands,
    ...talk
  } = createTalkSide(db, core, talkers, {
    conversationEnding,
    lostAgents,
    carrier,
    urls,
    houseNumber: environment.TWILIO_PHONE_NUMBER,
  });
  const { commands: recordingCommands, ...records } = createRecordSide(db, core, talkers.parties, {
    recordingRows,
    recordings: access.recordings,
    healing,
    log,
  });
  const carrierSide = createCarrierSide(db, core, access, {
    rings,
    offerEnding,
    conversations,
    lostAgents,
    queue: line.queue,
    legs,
    commands: {
      talk: talkCommands,
      callbacks: new CallbackCommands(carrier, urls, callbackAttempts, legs),
      recordings: recordingCommands,
    },
  });
  const ratings = new CallRatings(db, ratingRows, waits.told);
  return {
    ...talk,
    ...callbacks,
    ...records,
    ...carrierSide,
    ...afterTalks,
    ...createPhoneLineSide(db, core, {
      access,
      flags,
      presence,
      line,
      talks,
      rings,
      offerEnding,
      legacyOffers,
      recordingPlans,
      waits,
      callbackAttempts,
      callbackOffers,
      outbound: talk.outbound,
      ratings,
      parties: talkers.parties,
    }),
    ratings,
    wordings,
    callLog: new CallLogService(new CallLogRepository(db)),
    agentCalls: new AgentCallsService(new AgentCallsRepository(db)),
    queueOverview: new QueueOverviewService(new QueueOverviewRepository(db, leaseSeconds), waits.announcements, pool),
    queueFigures: new QueueFiguresService(new QueueFiguresRepository(db)),
    waitAccuracy: new WaitAccuracyService(waits.told),
    dispatcher,
    discovery,
    offerEnding,
    carrierHealth: health,
    queueProcessor: new QueueProcessorService(offerEnding, afterTalks.wrapUps, dispatcher, {
      commands: carrierSide.carrierCommands,
      reconciler: carrierSide.reconciler,
      participants: legs,
      exits: line.exits,
      menus: line.routing,
    }),
  };
}
