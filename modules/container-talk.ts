import type { Db } from "@/lib/db/client";
import type { Principal } from "@/lib/principal";
import { TeamRepository } from "@/modules/agents/repositories/team.repository";
import { CallParticipantRepository } from "@/modules/call-queue/repositories/call-participant.repository";
import { OutboundRepository } from "@/modules/call-queue/repositories/outbound.repository";
import { TalkTargetRepository } from "@/modules/call-queue/repositories/talk-target.repository";
import type { ConversationEnding } from "@/modules/call-queue/services/conversation-ending";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import { OwnedTalk } from "@/modules/call-queue/services/owned-talk";
import { OutboundService } from "@/modules/call-queue/services/outbound.service";
import { ParticipantLegsService } from "@/modules/call-queue/services/participant-legs.service";
import { SupervisionService } from "@/modules/call-queue/services/supervision.service";
import { TalkControlService } from "@/modules/call-queue/services/talk-control.service";
import { TalkParties } from "@/modules/call-queue/services/talk-parties";
import { TalkTargetsService } from "@/modules/call-queue/services/talk-targets.service";
import { TransferService } from "@/modules/call-queue/services/transfer.service";
import { LeadMergeRepository } from "@/modules/leads/repositories/lead-merge.repository";
import { LeadRepository } from "@/modules/leads/repositories/lead.repository";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { LeadAccess } from "@/modules/leads/services/lead-access";
import { OfficeHours } from "@/modules/leads/services/office-hours";
import type { CarrierPort } from "@/modules/twilio-voice/domain/carrier";
import type { VoiceUrls } from "@/modules/twilio-voice/domain/voice-urls";
import { ParticipantLegService } from "@/modules/twilio-voice/services/participant-leg.service";
import { TalkCommands } from "@/modules/twilio-voice/services/talk-commands";
import type { CallCore } from "./container-call-core";

/** What one can do in a conversation. */
export interface TalkSide {
  talkControl: TalkControlService;
  transfers: TransferService;
  talkTargets: TalkTargetsService;
  supervision: SupervisionService;
  outbound: OutboundService;
  participantLegs: ParticipantLegService;
}

/** What conversations themselves need of those who take part in them. */
export function createTalkParties(db: Db, { queued, slots, calls, outbox, mover }: CallCore) {
  const participants = new CallParticipantRepository(db);
  return { participants, parties: new TalkParties(queued, participants, slots, calls, outbox, mover) };
}

/** Makes what one can do in a conversation, and the commands that come of it. */
export function createTalkSide(
  db: Db,
  core: CallCore,
  { participants, parties }: ReturnType<typeof createTalkParties>,
  others: {
    conversationEnding: ConversationEnding;
    lostAgents: LostAgents;
    carrier: CarrierPort;
    urls: VoiceUrls;
    houseNumber: string;
  },
): TalkSide & { legs: ParticipantLegsService; commands: TalkCommands } {
  const { queued, slots, calls, outbox, mover, kick, wake, leaseSeconds } = core;
  const { conversationEnding, lostAgents, carrier, urls, houseNumber } = others;
  const settings = { houseNumber, leaseSeconds };
  const access = new LeadAccess(new LeadRepository(db), new LeadMergeRepository(db), new TeamRepository(db));
  const leads = { find: async (principal: Principal, leadId: string) => access.find(principal, leadId) };
  const hours = new OfficeHours(new ReturnPolicyRepository(db));
  const rows = new OutboundRepository(db);
  const outbound = new OutboundService(
    db,
    rows,
    queued,
    calls,
    slots,
    outbox,
    leads,
    hours,
    settings,
    kick,
    conversationEnding,
  );
  const talk = new OwnedTalk(db, queued, kick, wake);
  const targets = new TalkTargetRepository(db, leaseSeconds);
  const legs = new ParticipantLegsService(db, queued, participants, parties, lostAgents, outbox, kick, wake);
  return {
    talkControl: new TalkControlService(talk, parties, participants),
    transfers: new TransferService(talk, parties, participants, slots, outbox, mover, targets, leaseSeconds),
    supervision: new SupervisionService(talk, parties, participants, slots),
    talkTargets: new TalkTargetsService(targets),
    participantLegs: new ParticipantLegService(legs, urls),
    legs,
    outbound,
    commands: new TalkCommands(carrier, urls, queued, legs, outbound),
  };
}
