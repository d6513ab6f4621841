import { hostname } from "node:os";
import type { Env } from "@/lib/config/env";
import { features } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { logger } from "@/lib/logger";
import { AlertRepository } from "@/modules/alerts/repositories/alert.repository";
import { AlertBook } from "@/modules/alerts/services/alert-book.service";
import { Healing } from "@/modules/alerts/services/healing.service";
import { CensusRepository } from "@/modules/call-queue/repositories/census.repository";
import { StaleCallRepository } from "@/modules/call-queue/repositories/stale-call.repository";
import type { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import type { ParticipantLegsService } from "@/modules/call-queue/services/participant-legs.service";
import { CarrierCircuit } from "@/modules/twilio-voice/adapters/carrier-circuit";
import { TwilioCarrier } from "@/modules/twilio-voice/adapters/twilio-carrier";
import { TwilioRecordings } from "@/modules/twilio-voice/adapters/twilio-recordings";
import type { CarrierPort } from "@/modules/twilio-voice/domain/carrier";
import { VoiceUrls } from "@/modules/twilio-voice/domain/voice-urls";
import { CarrierHealthRepository } from "@/modules/twilio-voice/repositories/carrier-health.repository";
import { CallReconcilerService } from "@/modules/twilio-voice/services/call-reconciler.service";
import type { CallbackCommands } from "@/modules/twilio-voice/services/callback-commands";
import { CarrierBudget } from "@/modules/twilio-voice/services/carrier-budget.service";
import { CarrierCensusService } from "@/modules/twilio-voice/services/carrier-census.service";
import { CarrierCommandRunner, type RunnerLog } from "@/modules/twilio-voice/services/carrier-command-runner.service";
import { CarrierCommands } from "@/modules/twilio-voice/services/carrier-commands";
import { CarrierHealthService } from "@/modules/twilio-voice/services/carrier-health.service";
import type { RecordingCommands } from "@/modules/twilio-voice/services/recording-commands";
import type { TalkCommands } from "@/modules/twilio-voice/services/talk-commands";
import type { CallCore } from "./container-call-core";

/** The carrier as the call side sees it, and how it is. */
export interface CarrierAccess {
  carrier: CarrierPort;
  /** The real one, also where tests replace the other: only it can be counted. */
  counted: TwilioCarrier;
  recordings: TwilioRecordings;
  urls: VoiceUrls;
  health: CarrierHealthService;
  healthRows: CarrierHealthRepository;
  alerts: AlertBook;
  healing: Healing;
  log: RunnerLog;
}

export function createCarrierAccess(environment: Env, db: Db, replaced?: CarrierPort): CarrierAccess {
  const log = logger("carrier");
  const circuit = new CarrierCircuit();
  const settings = twilioSettings(environment);
  const counted = new TwilioCarrier(settings, circuit);
  const carrier = replaced ?? counted;
  const alerts = new AlertBook(db, new AlertRepository(db), logger("alerts"));
  const healthRows = new CarrierHealthRepository(db);
  const health = new CarrierHealthService(
    circuit,
    () => carrier.callStatus(NO_CALL),
    healthRows,
    alerts,
    `${hostname()}:${process.pid}:${newId().slice(-6)}`,
    log,
  );
  return {
    carrier,
    counted,
    recordings: new TwilioRecordings(settings, circuit),
    urls: new VoiceUrls(environment.PUBLIC_BASE_URL),
    health,
    healthRows,
    alerts,
    healing: new Healing(healthRows, alerts, log),
    log,
  };
}

/** What is done at the carrier, and what is compared with it. */
export interface CarrierSide {
  carrierCommands: CarrierCommandRunner;
  census: CarrierCensusService;
  reconciler: CallReconcilerService;
}

export interface CarrierNeeds {
  rings: AgentRingService;
  offerEnding: OfferEndingService;
  conversations: ConversationService;
  lostAgents: LostAgents;
  queue: InboundCallQueueService;
  legs: ParticipantLegsService;
  commands: { talk: TalkCommands; callbacks: CallbackCommands; recordings: RecordingCommands };
}

export function createCarrierSide(
  db: Db,
  { queued, signs, outbox, wake }: CallCore,
  { carrier, counted, urls, health, healthRows, alerts, healing, log }: CarrierAccess,
  needs: CarrierNeeds,
): CarrierSide {
  const { rings, offerEnding, conversations, lostAgents, queue, legs, commands } = needs;
  const carrierCommands = new CarrierCommandRunner(
    outbox,
    new CarrierCommands(
      carrier,
      urls,
      queued,
      rings,
      offerEnding,
      lostAgents,
      queue,
      commands.talk,
      commands.callbacks,
      commands.recordings,
    ),
    () => features().CARRIER_ATTEMPTS,
    log,
    {
      budget: new CarrierBudget(healthRows, () => ({
        callsPerSecond: features().CARRIER_CALLS_PER_SECOND,
        concurrentCalls: features().CARRIER_CONCURRENT_CALLS,
      })),
      alerts,
    },
  );
  health.whenWell(() => {
    carrierCommands.kick();
    wake.wake();
  });
  const rows = new CensusRepository(db);
  const stale = new StaleCallRepository(db);
  return {
    carrierCommands,
    census: new CarrierCensusService(db, {
      carrier,
      census: counted,
      rows,
      queued,
      lost: lostAgents,
      urls,
      healing,
      log,
    }),
    reconciler: new CallReconcilerService(carrier, stale, signs, queue, conversations, lostAgents, legs, log, healing),
  };
}

/** A call that no carrier knows: asking for it shows whether it answers. */
const NO_CALL = `CA${"0".repeat(32)}`;

const twilioSettings = (environment: Env) => ({
  accountSid: environment.TWILIO_ACCOUNT_SID,
  authToken: environment.TWILIO_AUTH_TOKEN,
  apiBaseUrl: environment.TWILIO_API_BASE_URL,
  callerNumber: environment.TWILIO_PHONE_NUMBER,
  timeoutMs: features().CARRIER_TIMEOUT_MS,
});
