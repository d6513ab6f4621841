import type { Db } from "@/lib/db/client";
import type { CommandKick } from "@/modules/call-queue/domain/carrier-commands";
import { CallParticipantRepository } from "@/modules/call-queue/repositories/call-participant.repository";
import type { CallRepository } from "@/modules/call-queue/repositories/call.repository";
import type { CallSlotRepository } from "@/modules/call-queue/repositories/call-slot.repository";
import type { CarrierCommandRepository } from "@/modules/call-queue/repositories/carrier-command.repository";
import type { QueuedCallRepository } from "@/modules/call-queue/repositories/queued-call.repository";
import { TalkTargetRepository } from "@/modules/call-queue/repositories/talk-target.repository";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { Wake } from "@/modules/call-queue/services/offer-ending.service";
import { OwnedTalk } from "@/modules/call-queue/services/owned-talk";
import { ParticipantLegsService } from "@/modules/call-queue/services/participant-legs.service";
import type { QueuedCallMover } from "@/modules/call-queue/services/queued-call-mover";
import { TalkControlService } from "@/modules/call-queue/services/talk-control.service";
import { TalkParties } from "@/modules/call-queue/services/talk-parties";
import { TalkTargetsService } from "@/modules/call-queue/services/talk-targets.service";
import { TransferService } from "@/modules/call-queue/services/transfer.service";
import type { CarrierPort } from "@/modules/twilio-voice/domain/carrier";
import type { VoiceUrls } from "@/modules/twilio-voice/domain/voice-urls";
import { ParticipantLegService } from "@/modules/twilio-voice/services/participant-leg.service";
import { TalkCommands } from "@/modules/twilio-voice/services/talk-commands";

/** What one can do in a conversation. */
export interface TalkSide {
  talkControl: TalkControlService;
  transfers: TransferService;
  talkTargets: TalkTargetsService;
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
  others: { conversations: ConversationService; carrier: CarrierPort; urls: VoiceUrls },
): TalkSide & { legs: ParticipantLegsService; commands: TalkCommands } {
  const { queued, slots, outbox, mover, kick, wake, leaseSeconds } = needs;
  const { conversations, carrier, urls } = others;
  const talk = new OwnedTalk(db, queued, kick, wake);
  const targets = new TalkTargetRepository(db, leaseSeconds);
  const legs = new ParticipantLegsService(db, queued, participants, parties, conversations, outbox, kick, wake);
  return {
    talkControl: new TalkControlService(talk, parties, participants),
    transfers: new TransferService(talk, parties, participants, slots, outbox, mover, targets, leaseSeconds),
    talkTargets: new TalkTargetsService(targets),
    participantLegs: new ParticipantLegService(legs, urls),
    legs,
    commands: new TalkCommands(carrier, urls, queued, legs),
  };
}
