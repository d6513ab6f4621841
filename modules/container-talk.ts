import type { Db } from "@/lib/db/client";
import type { Principal } from "@/lib/principal";
import { TeamRepository } from "@/modules/agents/repositories/team.repository";
import type { CommandKick } from "@/modules/call-queue/domain/carrier-commands";
import { CallParticipantRepository } from "@/modules/call-queue/repositories/call-participant.repository";
import type { CallRepository } from "@/modules/call-queue/repositories/call.repository";
import type { CallSlotRepository } from "@/modules/call-queue/repositories/call-slot.repository";
import type { CarrierCommandRepository } from "@/modules/call-queue/repositories/carrier-command.repository";
import { OutboundRepository } from "@/modules/call-queue/repositories/outbound.repository";
import type { QueuedCallRepository } from "@/modules/call-queue/repositories/queued-call.repository";
import { TalkTargetRepository } from "@/modules/call-queue/repositories/talk-target.repository";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { Wake } from "@/modules/call-queue/services/offer-ending.service";
import { OwnedTalk } from "@/modules/call-queue/services/owned-talk";
import { OutboundService } from "@/modules/call-queue/services/outbound.service";
import { ParticipantLegsService } from "@/modules/call-queue/services/participant-legs.service";
import type { QueuedCallMover } from "@/modules/call-queue/services/queued-call-mover";
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

/** What one can do in a conversation. */
export interface TalkSide {
  talkControl: TalkControlService;
  transfers: TransferService;
  talkTargets: TalkTargetsService;
  supervision: SupervisionService;
  outbound: OutboundService;
  participantLegs: ParticipantLegService;
}

export interface TalkNeeds {
  queued: QueuedCallRepository;
  slots: CallSlotRepository;
  calls: CallRepository;
  outbox: CarrierCommandRepository;
  mover: QueuedCallMover;
  kick: CommandKick;
  wake: Wake;
  leaseSeconds: () => number;
}

/** What conversations themselves need of those who take part in them. */
export function createTalkParties(db: Db, { queued, slots, calls, outbox, mover }: TalkNeeds) {
  const participants = new CallParticipantRepository(db);
  return { participants, parties: new TalkParties(queued, participants, slots, calls, outbox, mover) };
}

/** Makes what one can do in a conversation, and the commands that come of it. */
export function createTalkSide(
  db: Db,
  needs: TalkNeeds,
  { participants, parties }: ReturnType<typeof createTalkParties>,
  others: {
    conversations: ConversationService;
    carrier: CarrierPort;
    urls: VoiceUrls;
    houseNumber: string;
    /** The customer of a call out could not be dialled at all. */
  },
): TalkSide & { legs: ParticipantLegsService; commands: TalkCommands } {
  const { queued, slots, calls, outbox, mover, kick, wake, leaseSeconds } = needs;
  const { conversations, carrier, urls, houseNumber } = others;
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
    conversations,
  );
  const talk = new OwnedTalk(db, queued, kick, wake);
  const targets = new TalkTargetRepository(db, leaseSeconds);
  const legs = new ParticipantLegsService(db, queued, participants, parties, conversations, outbox, kick, wake);
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
