import { hostname } from "node:os";
import type { Env } from "@/lib/config/env";
import { features, leaseSeconds } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { logger } from "@/lib/logger";
import type { Actor } from "@/lib/principal";
import { AlertRepository } from "@/modules/alerts/repositories/alert.repository";
import { AlertBook } from "@/modules/alerts/services/alert-book.service";
import { judgePresence, type BeatRhythm } from "@/modules/agents/domain/presence";
import type { DeviceFacts, Readiness, ReadinessLayers } from "@/modules/agents/domain/readiness";
import type { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { AgentPoolRepository } from "@/modules/call-queue/repositories/agent-pool.repository";
import { AnnouncementTextRepository } from "@/modules/call-queue/repositories/announcement-text.repository";
import { AgentEvidenceRepository } from "@/modules/call-queue/repositories/agent-evidence.repository";
import { AgentCallsRepository } from "@/modules/call-queue/repositories/agent-calls.repository";
import { CallLogRepository } from "@/modules/call-queue/repositories/call-log.repository";
import { CallOutNumberRepository } from "@/modules/call-queue/repositories/call-out-number.repository";
import { CallOfferRepository } from "@/modules/call-queue/repositories/call-offer.repository";
import { CallRepository } from "@/modules/call-queue/repositories/call.repository";
import { CallRatingRepository } from "@/modules/call-queue/repositories/call-rating.repository";
import { CallRecordingRepository } from "@/modules/call-queue/repositories/call-recording.repository";
import { CallRoutingRepository } from "@/modules/call-queue/repositories/call-routing.repository";
import { CallSlotRepository } from "@/modules/call-queue/repositories/call-slot.repository";
import { CarrierCommandRepository } from "@/modules/call-queue/repositories/carrier-command.repository";
import { DispatchRepository, type PoolMember } from "@/modules/call-queue/repositories/dispatch.repository";
import { LeadTimelineRepository } from "@/modules/call-queue/repositories/lead-timeline.repository";
import { QueuedCallRepository } from "@/modules/call-queue/repositories/queued-call.repository";
import { QueueExitRepository } from "@/modules/call-queue/repositories/queue-exit.repository";
import { QueuePlaceRepository } from "@/modules/call-queue/repositories/queue-place.repository";
import { QueueFiguresRepository } from "@/modules/call-queue/repositories/queue-figures.repository";
import { QueueOverviewRepository } from "@/modules/call-queue/repositories/queue-overview.repository";
import { SettledCallRepository } from "@/modules/call-queue/repositories/settled-call.repository";
import { SingleOfferRepository } from "@/modules/call-queue/repositories/single-offer.repository";
import { StaleCallRepository } from "@/modules/call-queue/repositories/stale-call.repository";
import { WaitAnnouncementRepository } from "@/modules/call-queue/repositories/wait-announcement.repository";
import { VoicemailRepository } from "@/modules/call-queue/repositories/voicemail.repository";
import { WaitFactsRepository } from "@/modules/call-queue/repositories/wait-facts.repository";
import { WrapUpRepository } from "@/modules/call-queue/repositories/wrap-up.repository";
import { AgentDiscoveryService, type JudgeReadiness } from "@/modules/call-queue/services/agent-discovery.service";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import { LoadBalancingService } from "@/modules/call-queue/services/load-balancing.service";
import { CallAssignmentService } from "@/modules/call-queue/services/call-assignment.service";
import { CallControlService } from "@/modules/call-queue/services/call-control.service";
import { AnsweringMachines } from "@/modules/call-queue/services/answering-machines.service";
import { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { CallEnding } from "@/modules/call-queue/services/call-ending";
import { AgentCallsService } from "@/modules/call-queue/services/agent-calls.service";
import { CallLogService } from "@/modules/call-queue/services/call-log.service";
import { CallOutNumbersService } from "@/modules/call-queue/services/call-out-numbers.service";
import { CallRatings } from "@/modules/call-queue/services/call-ratings.service";
import { CallRoutingService } from "@/modules/call-queue/services/call-routing.service";
import { ConversationService } from "@/modules/call-queue/services/conversation.service";
import { LeadDisposition } from "@/modules/call-queue/services/lead-disposition";
import { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import { LegacyCallService } from "@/modules/call-queue/services/legacy-call.service";
import { LegacyOffers } from "@/modules/call-queue/services/legacy-offers";
import { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { PoolReadinessService, type JudgePoolAgent } from "@/modules/call-queue/services/pool-readiness.service";
import { QueuedCallMover } from "@/modules/call-queue/services/queued-call-mover";
import { RecordingPlans } from "@/modules/call-queue/services/recording-plans";
import { QueueExitService } from "@/modules/call-queue/services/queue-exit.service";
import { QueueFiguresService } from "@/modules/call-queue/services/queue-figures.service";
import { QueueOverviewService } from "@/modules/call-queue/services/queue-overview.service";
import { PriorityQueueService } from "@/modules/call-queue/services/priority-queue.service";
import { QueueProcessorService } from "@/modules/call-queue/services/queue-processor.service";
import { WaitAccuracyService } from "@/modules/call-queue/services/wait-accuracy.service";
import { WaitEstimates } from "@/modules/call-queue/services/wait-estimates";
import { VoicemailService } from "@/modules/call-queue/services/voicemail.service";
import { WaitAnnouncementService } from "@/modules/call-queue/services/wait-announcement.service";
import { WrapUpService } from "@/modules/call-queue/services/wrap-up.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { layersOf } from "./container-flags";
import { createCallbackSide, type CallbackSide } from "./container-callbacks";
import { createRecordSide, type RecordSide } from "./container-records";
import { createTalkParties, createTalkSide, type TalkSide } from "./container-talk";
import { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { BusinessHours } from "@/modules/leads/services/business-hours";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { CarrierCircuit } from "@/modules/twilio-voice/adapters/carrier-circuit";
import { TwilioCarrier } from "@/modules/twilio-voice/adapters/twilio-carrier";
import { TwilioRecordings } from "@/modules/twilio-voice/adapters/twilio-recordings";
import type { CarrierPort } from "@/modules/twilio-voice/domain/carrier";
import { CarrierHealthRepository } from "@/modules/twilio-voice/repositories/carrier-health.repository";
import { CarrierBudget } from "@/modules/twilio-voice/services/carrier-budget.service";
import { CarrierCensusService } from "@/modules/twilio-voice/services/carrier-census.service";
import { Healing } from "@/modules/alerts/services/healing.service";
import { CensusRepository } from "@/modules/call-queue/repositories/census.repository";
import { CarrierHealthService } from "@/modules/twilio-voice/services/carrier-health.service";
import { TroubleWords } from "@/modules/twilio-voice/services/trouble-words.service";
import { VoiceUrls } from "@/modules/twilio-voice/domain/voice-urls";
import { AnsweringMachineLine } from "@/modules/twilio-voice/services/answering-machine-line.service";
import { AgentLegService } from "@/modules/twilio-voice/services/agent-leg.service";
import { CallbackCommands } from "@/modules/twilio-voice/services/callback-commands";
import { CallbackLegService } from "@/modules/twilio-voice/services/callback-leg.service";
import { CallerLineService } from "@/modules/twilio-voice/services/caller-line.service";
import { CallEventsService } from "@/modules/twilio-voice/services/call-events.service";
import { CallReconcilerService } from "@/modules/twilio-voice/services/call-reconciler.service";
import { CarrierCommandRunner } from "@/modules/twilio-voice/services/carrier-command-runner.service";
import { CarrierCommands } from "@/modules/twilio-voice/services/carrier-commands";
import { LegacyLineService } from "@/modules/twilio-voice/services/legacy-line.service";
import { RatingLine } from "@/modules/twilio-voice/services/rating-line.service";
import { ExitLineService } from "@/modules/twilio-voice/services/exit-line.service";
import { InboundCallHandlerService } from "@/modules/twilio-voice/services/inbound-call-handler.service";

/** The part of the container that is about calls. */
export interface CallSide
  extends TalkSide, RecordSide, Pick<CallbackSide, "callbackDesk" | "callbackRounds" | "callbackRequests"> {
  callbackLegs: CallbackLegService;
  inboundCalls: InboundCallHandlerService;
  callerLine: CallerLineService;
  exitLine: ExitLineService;
  answeringMachineLine: AnsweringMachineLine;
  ratings: CallRatings;
  ratingLine: RatingLine;
  wordings: CallerWordings;
  agentLegs: AgentLegService;
  legacyLines: LegacyLineService;
  callEvents: CallEventsService;
  callControl: CallControlService;
  wrapUps: WrapUpService;
  callLog: CallLogService;
  agentCalls: AgentCallsService;
  callOutNumbers: CallOutNumbersService;
  queueOverview: QueueOverviewService;
  queueFigures: QueueFiguresService;
  waitAccuracy: WaitAccuracyService;
  dispatcher: AgentPollingService;
  discovery: AgentDiscoveryService;
  offerEnding: OfferEndingService;
  carrierCommands: CarrierCommandRunner;
  reconciler: CallReconcilerService;
  queueProcessor: QueueProcessorService;
  carrierHealth: CarrierHealthService;
  census: CarrierCensusService;
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

/** Makes the call side once a process; the carrier is replaced by tests of the call side alone. */
export function createCallSide(
  environment: Env,
  db: Db,
  presence: Pick<PresenceChangesService, "missedRing" | "answeredRing" | "heardRing">,
  flags: FeatureFlags,
  replaced?: CarrierPort,
): CallSide {
  const log = logger("carrier");
  const circuit = new CarrierCircuit();
  const counted = twilioCarrier(environment, circuit);
  const carrier = replaced ?? counted;
  const alerts = new AlertBook(db, new AlertRepository(db), logger("alerts"));
  const healthRows = new CarrierHealthRepository(db);
  const carrierHealth = new CarrierHealthService(
    circuit,
    () => carrier.callStatus(NO_CALL),
    healthRows,
    alerts,
    `${hostname()}:${process.pid}:${newId().slice(-6)}`,
    log,
  );

  const healing = new Healing(healthRows, alerts, log);

  // The runner and the dispatcher wake each other through the services they need.
  const kick = { kick: (): void => carrierCommands.kick() };
  const wake = { wake: (): void => dispatcher.wake() };
  const lease = () => leaseSeconds();

  const calls = new CallRepository();
  const queued = new QueuedCallRepository(db);
  const offers = new CallOfferRepository(db);
  const slots = new CallSlotRepository();
  const outbox = new CarrierCommandRepository(db);
  const timeline = new LeadTimelineRepository();

  const wordings = new CallerWordings(new AnnouncementTextRepository(db));

  const mover = new QueuedCallMover(queued);
  const talkNeeds = { queued, slots, calls, outbox, mover, kick, wake, leaseSeconds: lease };
  const talkers = createTalkParties(db, talkNeeds);
  const ending = new CallEnding(calls, timeline);
  const offerEnding = new OfferEndingService(db, queued, offers, slots, outbox, mover, ending, presence, kick, wake);
  const waitFacts = new WaitFactsRepository(db, lease);
  const estimates = new WaitEstimates(waitFacts);
  const { callbackAttempts, callbackOffers, ...callbacks } = createCallbackSide(environment, db, {
    calls,
    queued,
    slots,
    outbox,
    mover,
    ending,
    offerEnding,
    line: waitFacts,
    estimates,
    phones: { areOutOfReach: async () => (await carrierHealth.read()).standing !== "closed" },
    healing,
    kick,
    wake,
  });
  const settled = new SettledCallRepository(db);
  const evidence = { answered: presence, devices: new AgentEvidenceRepository() };
  const ratingRows = new CallRatingRepository(db);
  const recordingRows = new CallRecordingRepository(db);
  const recordingPlans = new RecordingPlans(recordingRows, wordings);
  const conversations = new ConversationService(
    db,
    queued,
    offers,
    calls,
    timeline,
    slots,
    outbox,
    mover,
    ending,
    talkers.parties,
    callbackAttempts,
    evidence,
    recordingPlans,
    settled,
    ratingRows,
    kick,
    wake,
  );
  const priorities = new PriorityQueueService(new QueuePlaceRepository());
  const routing = new CallRoutingService(db, new CallRoutingRepository(db));
  const exits = new QueueExitService(
    db,
    queued,
    new QueueExitRepository(db),
    outbox,
    mover,
    priorities,
    new BusinessHours(new ReturnPolicyRepository(db)),
    callbacks.callbackDesk,
    wordings,
    kick,
    wake,
  );
  const queue = new InboundCallQueueService(
    db,
    calls,
    queued,
    mover,
    ending,
    offerEnding,
    conversations,
    priorities,
    routing,
    exits,
    settled,
    kick,
    wake,
  );
  const rings = new AgentRingService(db, offers, outbox, presence, kick);
  const dispatch = new DispatchRepository(db);
  const discovery = new AgentDiscoveryService(judge, flags, logger("discovery"));
  const legacyCalls = new LegacyCallService(
    db,
    queued,
    offers,
    calls,
    timeline,
    new LegacyOffers(dispatch, new SingleOfferRepository(), discovery, offers),
    recordingPlans,
    mover,
    ending,
    offerEnding,
    conversations,
    presence,
    kick,
    wake,
  );
  const assignment = new CallAssignmentService(dispatch, new LoadBalancingService(discovery));
  // While the carrier's REST is away nobody is rung or dialled, but softphones dial in: to callers who are in line.
  const asCarrierAllows = {
    offerWaiting: (actor: Actor) => assignment.offerWaiting(actor, { callersOnly: carrierHealth.isOpen() }),
  };
  const pool = new PoolReadinessService(new AgentPoolRepository(db), () => poolJudge(flags));
  const dispatcher = new AgentPollingService(asCarrierAllows, kick, logger("dispatch"), pool, () =>
    flags.isOnForAny("FEATURE_CONTINUOUS_DISCOVERY"),
  );
  const told = new WaitAnnouncementRepository(db);
  const announcements = new WaitAnnouncementService(db, queued, waitFacts, estimates, told, wordings);
  const callOutNumbers = new CallOutNumbersService(db, new CallOutNumberRepository(db));
  const wrapUps = new WrapUpService(
    db,
    queued,
    new WrapUpRepository(db),
    calls,
    slots,
    timeline,
    new LeadDisposition(new LeadRepository(db), new LeadActivityRepository(db)),
    callOutNumbers,
    mover,
    wake,
  );

  const urls = new VoiceUrls(environment.PUBLIC_BASE_URL);
  const legacyLines = new LegacyLineService(legacyCalls, queue, rings, offerEnding, urls, wordings);
  const voicemails = new VoicemailService(db, queued, new VoicemailRepository(db));
  const exitLine = new ExitLineService(queue, routing, exits, voicemails, flags, urls, wordings);
  const {
    legs,
    commands: talkCommands,
    ...talk
  } = createTalkSide(db, talkNeeds, talkers, {
    conversations,
    carrier,
    urls,
    houseNumber: environment.TWILIO_PHONE_NUMBER,
  });
  const dials = new CallbackCommands(carrier, urls, callbackAttempts, legs);
  const { commands: recordingCommands, ...records } = createRecordSide(db, talkNeeds, talkers.parties, {
    recordingRows,
    recordings: new TwilioRecordings(twilioSettings(environment), circuit),
    healing,
    log,
  });
  const commands = new CarrierCommands(
    carrier,
    urls,
    queued,
    rings,
    offerEnding,
    conversations,
    queue,
    talkCommands,
    dials,
    recordingCommands,
  );
  const carrierCommands = new CarrierCommandRunner(outbox, commands, () => features().CARRIER_ATTEMPTS, log, {
    budget: new CarrierBudget(healthRows, () => ({
      callsPerSecond: features().CARRIER_CALLS_PER_SECOND,
      concurrentCalls: features().CARRIER_CONCURRENT_CALLS,
    })),
    alerts,
  });
  carrierHealth.whenWell(() => {
    carrierCommands.kick();
    dispatcher.wake();
  });
  const census = new CarrierCensusService(db, {
    carrier,
    census: counted,
    rows: new CensusRepository(db),
    queued,
    conversations,
    urls,
    healing,
    log,
  });
  const stale = new StaleCallRepository(db);
  const reconciler = new CallReconcilerService(carrier, stale, queued, queue, conversations, legs, log, healing);

  const ratings = new CallRatings(db, ratingRows, told);
  const words = new TroubleWords(db, carrierHealth, queued, announcements, wordings);

  return {
    ...talk,
    ...callbacks,
    callbackLegs: new CallbackLegService(callbackAttempts, conversations, queue, urls, wordings),
    ...records,
    carrierHealth,
    inboundCalls: new InboundCallHandlerService(queue, flags, legacyLines, urls, wordings),
    callerLine: new CallerLineService(
      queued,
      queue,
      conversations,
      words,
      callbackOffers,
      exits,
      exitLine,
      wake,
      legacyLines,
      urls,
      talk.outbound,
      wordings,
    ),
    exitLine,
    ratings,
    ratingLine: new RatingLine(ratings, urls, wordings),
    answeringMachineLine: new AnsweringMachineLine(
      new AnsweringMachines(db, queued, calls, conversations, talkers.parties, kick, wake),
      talk.outbound,
      wordings,
    ),
    wordings,
    agentLegs: new AgentLegService(rings, offerEnding, conversations, urls),
    legacyLines,
    callEvents: new CallEventsService(queue, conversations, talk.outbound),
    callControl: new CallControlService(db, queued, offers, offerEnding, conversations, talkers.parties, kick),
    wrapUps,
    callLog: new CallLogService(new CallLogRepository(db)),
    agentCalls: new AgentCallsService(new AgentCallsRepository(db)),
    callOutNumbers,
    queueOverview: new QueueOverviewService(new QueueOverviewRepository(db, lease), announcements, pool),
    queueFigures: new QueueFiguresService(new QueueFiguresRepository(db)),
    waitAccuracy: new WaitAccuracyService(told),
    dispatcher,
    discovery,
    offerEnding,
    carrierCommands,
    reconciler,
    census,
    queueProcessor: new QueueProcessorService(offerEnding, wrapUps, dispatcher, {
      commands: carrierCommands,
      reconciler,
      participants: legs,
      exits,
      menus: routing,
    }),
  };
}

/** A call that no carrier knows: asking for it shows whether it answers. */
const NO_CALL = `CA${"0".repeat(32)}`;

function twilioCarrier(environment: Env, circuit: CarrierCircuit): TwilioCarrier {
  return new TwilioCarrier(twilioSettings(environment), circuit);
}

const twilioSettings = (environment: Env) => ({
  accountSid: environment.TWILIO_ACCOUNT_SID,
  authToken: environment.TWILIO_AUTH_TOKEN,
  apiBaseUrl: environment.TWILIO_API_BASE_URL,
  callerNumber: environment.TWILIO_PHONE_NUMBER,
  timeoutMs: features().CARRIER_TIMEOUT_MS,
});
