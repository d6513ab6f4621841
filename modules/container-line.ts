import type { Db } from "@/lib/db/client";
import { CallRoutingRepository } from "@/modules/call-queue/repositories/call-routing.repository";
import { QueueExitRepository } from "@/modules/call-queue/repositories/queue-exit.repository";
import { QueuePlaceRepository } from "@/modules/call-queue/repositories/queue-place.repository";
import { WaitAnnouncementRepository } from "@/modules/call-queue/repositories/wait-announcement.repository";
import { WaitFactsRepository } from "@/modules/call-queue/repositories/wait-facts.repository";
import { CallRoutingService } from "@/modules/call-queue/services/call-routing.service";
import type { CallbackDeskService } from "@/modules/call-queue/services/callback-desk.service";
import type { ConversationEnding } from "@/modules/call-queue/services/conversation-ending";
import { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { PriorityQueueService } from "@/modules/call-queue/services/priority-queue.service";
import { QueueExitService } from "@/modules/call-queue/services/queue-exit.service";
import { WaitAnnouncementService } from "@/modules/call-queue/services/wait-announcement.service";
import { WaitEstimates } from "@/modules/call-queue/services/wait-estimates";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { BusinessHours } from "@/modules/leads/services/business-hours";
import type { CallCore } from "./container-call-core";

/** What callers in line are told of their wait. */
export interface WaitSide {
  line: WaitFactsRepository;
  estimates: WaitEstimates;
  told: WaitAnnouncementRepository;
  announcements: WaitAnnouncementService;
}

export function createWaitSide(db: Db, { queued, wordings, leaseSeconds }: CallCore): WaitSide {
  const line = new WaitFactsRepository(db, leaseSeconds);
  const estimates = new WaitEstimates(line);
  const told = new WaitAnnouncementRepository(db);
  return {
    line,
    estimates,
    told,
    announcements: new WaitAnnouncementService(db, queued, line, estimates, told, wordings),
  };
}

/** The line itself: where a call goes, its place there, and the ways out. */
export interface LineSide {
  routing: CallRoutingService;
  exits: QueueExitService;
  queue: InboundCallQueueService;
}

export function createLineSide(
  db: Db,
  core: CallCore,
  others: {
    offerEnding: OfferEndingService;
    conversationEnding: ConversationEnding;
    callbackDesk: CallbackDeskService;
  },
): LineSide {
  const { calls, queued, outbox, mover, ending, settled, wordings, kick, wake } = core;
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
    others.callbackDesk,
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
    others.offerEnding,
    others.conversationEnding,
    priorities,
    routing,
    exits,
    settled,
    kick,
    wake,
  );
  return { routing, exits, queue };
}
