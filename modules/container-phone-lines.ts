import type { Db } from "@/lib/db/client";
import type { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { VoicemailRepository } from "@/modules/call-queue/repositories/voicemail.repository";
import type { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import { AnsweringMachines } from "@/modules/call-queue/services/answering-machines.service";
import type { CallRatings } from "@/modules/call-queue/services/call-ratings.service";
import type { CallbackAttemptsService } from "@/modules/call-queue/services/callback-attempts.service";
import type { CallbackOfferService } from "@/modules/call-queue/services/callback-offer.service";
import { LegacyCallService } from "@/modules/call-queue/services/legacy-call.service";
import type { LegacyOffers } from "@/modules/call-queue/services/legacy-offers";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import type { OutboundService } from "@/modules/call-queue/services/outbound.service";
import type { RecordingPlans } from "@/modules/call-queue/services/recording-plans";
import type { TalkParties } from "@/modules/call-queue/services/talk-parties";
import { VoicemailService } from "@/modules/call-queue/services/voicemail.service";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { AgentLegService } from "@/modules/twilio-voice/services/agent-leg.service";
import { AnsweringMachineLine } from "@/modules/twilio-voice/services/answering-machine-line.service";
import { CallEventsService } from "@/modules/twilio-voice/services/call-events.service";
import { CallbackLegService } from "@/modules/twilio-voice/services/callback-leg.service";
import { CallerLineService } from "@/modules/twilio-voice/services/caller-line.service";
import { ExitLineService } from "@/modules/twilio-voice/services/exit-line.service";
import { InboundCallHandlerService } from "@/modules/twilio-voice/services/inbound-call-handler.service";
import { LegacyLineService } from "@/modules/twilio-voice/services/legacy-line.service";
import { RatingLine } from "@/modules/twilio-voice/services/rating-line.service";
import { TroubleWords } from "@/modules/twilio-voice/services/trouble-words.service";
import type { CallCore } from "./container-call-core";
import type { CarrierAccess } from "./container-carrier";
import type { ConversationSide } from "./container-conversations";
import type { LineSide, WaitSide } from "./container-line";

/** What answers the carrier's webhooks, for each kind of leg. */
export interface PhoneLineSide {
  inboundCalls: InboundCallHandlerService;
  callerLine: CallerLineService;
  exitLine: ExitLineService;
  legacyLines: LegacyLineService;
  agentLegs: AgentLegService;
  callbackLegs: CallbackLegService;
  ratingLine: RatingLine;
  answeringMachineLine: AnsweringMachineLine;
  callEvents: CallEventsService;
}

export interface PhoneLineNeeds {
  access: Pick<CarrierAccess, "urls" | "health">;
  flags: FeatureFlags;
  presence: Pick<PresenceChangesService, "answeredRing">;
  line: LineSide;
  talks: ConversationSide;
  rings: AgentRingService;
  offerEnding: OfferEndingService;
  legacyOffers: LegacyOffers;
  recordingPlans: RecordingPlans;
  waits: Pick<WaitSide, "told" | "announcements">;
  callbackAttempts: CallbackAttemptsService;
  callbackOffers: CallbackOfferService;
  outbound: OutboundService;
  ratings: CallRatings;
  parties: TalkParties;
}

export function createPhoneLineSide(db: Db, core: CallCore, needs: PhoneLineNeeds): PhoneLineSide {
  const { calls, queued, signs, wordings, kick, wake } = core;
  const { access, flags, line, talks, rings, offerEnding, outbound } = needs;
  const { urls, health } = access;
  const { queue, exits, routing } = line;
  const { conversations, conversationEnding, lostAgents } = talks;
  const legacyLines = createLegacyLine(db, core, needs);
  const voicemails = new VoicemailService(db, queued, new VoicemailRepository(db));
  const exitLine = new ExitLineService(queue, routing, exits, voicemails, flags, urls, wordings);
  const machines = new AnsweringMachines(db, queued, calls, conversationEnding, needs.parties, kick, wake);
  return {
    inboundCalls: new InboundCallHandlerService(queue, flags, legacyLines, urls, wordings),
    callerLine: new CallerLineService(
      signs,
      queue,
      conversations,
      new TroubleWords(db, health, queued, needs.waits.told, needs.waits.announcements, wordings),
      needs.callbackOffers,
      exits,
      exitLine,
      wake,
      legacyLines,
      urls,
      outbound,
      wordings,
    ),
    exitLine,
    legacyLines,
    agentLegs: new AgentLegService(rings, offerEnding, conversations, lostAgents, urls),
    callbackLegs: new CallbackLegService(needs.callbackAttempts, conversations, queue, urls, wordings),
    ratingLine: new RatingLine(needs.ratings, urls, wordings),
    answeringMachineLine: new AnsweringMachineLine(machines, outbound, wordings),
    callEvents: new CallEventsService(queue, conversations, outbound),
  };
}

/** The flow without a queue. */
function createLegacyLine(db: Db, core: CallCore, needs: PhoneLineNeeds): LegacyLineService {
  const { calls, queued, offers, timeline, mover, ending, wordings, kick, wake } = core;
  const { access, line, talks, rings, offerEnding, legacyOffers, recordingPlans, presence } = needs;
  const legacyCalls = new LegacyCallService(
    db,
    queued,
    offers,
    calls,
    timeline,
    legacyOffers,
    recordingPlans,
    mover,
    ending,
    offerEnding,
    talks.conversationEnding,
    presence,
    kick,
    wake,
  );
  return new LegacyLineService(legacyCalls, line.queue, rings, offerEnding, access.urls, wordings);
}
