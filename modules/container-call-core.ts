import { leaseSeconds } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import type { CommandKick } from "@/modules/call-queue/domain/carrier-commands";
import { AnnouncementTextRepository } from "@/modules/call-queue/repositories/announcement-text.repository";
import { CallOfferRepository } from "@/modules/call-queue/repositories/call-offer.repository";
import { CallSlotRepository } from "@/modules/call-queue/repositories/call-slot.repository";
import { CallRepository } from "@/modules/call-queue/repositories/call.repository";
import { CallerSignsRepository } from "@/modules/call-queue/repositories/caller-signs.repository";
import { CarrierCommandRepository } from "@/modules/call-queue/repositories/carrier-command.repository";
import { LeadTimelineRepository } from "@/modules/call-queue/repositories/lead-timeline.repository";
import { QueuedCallRepository } from "@/modules/call-queue/repositories/queued-call.repository";
import { SettledCallRepository } from "@/modules/call-queue/repositories/settled-call.repository";
import { CallEnding } from "@/modules/call-queue/services/call-ending";
import { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import type { Wake } from "@/modules/call-queue/services/offer-ending.service";
import { QueuedCallMover } from "@/modules/call-queue/services/queued-call-mover";

/** What every part of the call side works with: the rows of a call, its moves, its end, and whom to wake after commit. */
export interface CallCore {
  calls: CallRepository;
  queued: QueuedCallRepository;
  signs: CallerSignsRepository;
  offers: CallOfferRepository;
  slots: CallSlotRepository;
  outbox: CarrierCommandRepository;
  timeline: LeadTimelineRepository;
  settled: SettledCallRepository;
  mover: QueuedCallMover;
  ending: CallEnding;
  wordings: CallerWordings;
  /** The runner of carrier commands. */
  kick: CommandKick;
  /** The dispatcher. */
  wake: Wake;
  leaseSeconds: () => number;
}

export function createCallCore(db: Db, { kick, wake }: Pick<CallCore, "kick" | "wake">): CallCore {
  const calls = new CallRepository();
  const queued = new QueuedCallRepository(db);
  const timeline = new LeadTimelineRepository();
  return {
    calls,
    queued,
    signs: new CallerSignsRepository(db),
    offers: new CallOfferRepository(db),
    slots: new CallSlotRepository(),
    outbox: new CarrierCommandRepository(db),
    timeline,
    settled: new SettledCallRepository(db),
    mover: new QueuedCallMover(queued),
    ending: new CallEnding(calls, timeline),
    wordings: new CallerWordings(new AnnouncementTextRepository(db)),
    kick,
    wake,
    leaseSeconds: () => leaseSeconds(),
  };
}
