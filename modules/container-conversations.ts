import type { Db } from "@/lib/db/client";
import type { PresenceChangesService } from "@/modules/agents/services/presence-changes.service";
import { AgentEvidenceRepository } from "@/modules/call-queue/repositories/agent-evidence.repository";
import { CallOutNumberRepository } from "@/modules/call-queue/repositories/call-out-number.repository";
import type { CallRatingRepository } from "@/modules/call-queue/repositories/call-rating.repository";
import { WrapUpRepository } from "@/modules/call-queue/repositories/wrap-up.repository";
import { CallControlService } from "@/modules/call-queue/services/call-control.service";
import { CallOutNumbersService } from "@/modules/call-queue/services/call-out-numbers.service";
import { type CallbackCustomers, ConversationEnding } from "@/modules/call-queue/services/conversation-ending";
import { ConversationService } from "@/modules/call-queue/services/conversation.service";
import { LeadDisposition } from "@/modules/call-queue/services/lead-disposition";
import { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import type { RecordingPlans } from "@/modules/call-queue/services/recording-plans";
import type { TalkParties } from "@/modules/call-queue/services/talk-parties";
import { WrapUpService } from "@/modules/call-queue/services/wrap-up.service";
import { LeadActivityRepository } from "@/modules/leads/repositories/lead-activity.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import type { CallCore } from "./container-call-core";

/** A conversation from the agent's answer to the end of its wrap-up. */
export interface ConversationSide {
  conversations: ConversationService;
  conversationEnding: ConversationEnding;
  lostAgents: LostAgents;
  callControl: CallControlService;
  wrapUps: WrapUpService;
  callOutNumbers: CallOutNumbersService;
}

export interface ConversationNeeds {
  parties: TalkParties;
  customers: CallbackCustomers;
  presence: Pick<PresenceChangesService, "answeredRing">;
  offerEnding: OfferEndingService;
  recordingPlans: RecordingPlans;
  ratingRows: CallRatingRepository;
}

export function createConversationSide(db: Db, core: CallCore, needs: ConversationNeeds): ConversationSide {
  const { calls, queued, signs, offers, slots, outbox, timeline, settled, mover, ending, kick, wake } = core;
  const { parties, customers, presence, offerEnding, recordingPlans, ratingRows } = needs;
  const conversationEnding = new ConversationEnding(mover, parties, ending, outbox, ratingRows, customers);
  const lostAgents = new LostAgents(
    db,
    queued,
    offers,
    slots,
    outbox,
    mover,
    conversationEnding,
    parties,
    customers,
    new AgentEvidenceRepository(),
    kick,
    wake,
  );
  const conversations = new ConversationService(
    db,
    queued,
    signs,
    offers,
    calls,
    timeline,
    outbox,
    mover,
    conversationEnding,
    lostAgents,
    parties,
    customers,
    presence,
    recordingPlans,
    settled,
    kick,
  );
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
  return {
    conversations,
    conversationEnding,
    lostAgents,
    callControl: new CallControlService(db, queued, offers, offerEnding, conversationEnding, parties, kick),
    wrapUps,
    callOutNumbers,
  };
}
