import type { Env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import { CallbackListRepository } from "@/modules/call-queue/repositories/callback-list.repository";
import { CallbackRepository } from "@/modules/call-queue/repositories/callback.repository";
import { CallbackAttemptsService } from "@/modules/call-queue/services/callback-attempts.service";
import { CallbackDeskService } from "@/modules/call-queue/services/callback-desk.service";
import { CallbackOfferService, type AgentPhones } from "@/modules/call-queue/services/callback-offer.service";
import { CallbackRequestService, type CallbackLeads } from "@/modules/call-queue/services/callback-request.service";
import { CallbackRoundsService, type Healed } from "@/modules/call-queue/services/callback-rounds.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import type { Estimates, Line } from "@/modules/call-queue/services/wait-announcement.service";
import type { CallCore } from "./container-call-core";

/** The part of the call side that is about calling back. */
export interface CallbackSide {
  callbackDesk: CallbackDeskService;
  callbackAttempts: CallbackAttemptsService;
  callbackOffers: CallbackOfferService;
  callbackRounds: CallbackRoundsService;
  /** What people do with callbacks; needs to know which leads they may see. */
  callbackRequests: (leads: CallbackLeads) => CallbackRequestService;
}

export interface CallbackNeeds extends CallCore {
  offerEnding: OfferEndingService;
  line: Line;
  estimates: Estimates;
  phones: AgentPhones;
  healing: Healed;
}

export function createCallbackSide(environment: Env, db: Db, needs: CallbackNeeds): CallbackSide {
  const { calls, queued, slots, outbox, mover, ending, offerEnding, line, estimates, phones, healing, kick, wake } =
    needs;
  const rows = new CallbackRepository(db);
  const desk = new CallbackDeskService(rows, calls, queued, environment.TWILIO_PHONE_NUMBER);
  const attempts = new CallbackAttemptsService(
    db,
    rows,
    desk,
    queued,
    calls,
    slots,
    outbox,
    offerEnding,
    mover,
    ending,
    kick,
    wake,
  );
  const rounds = new CallbackRoundsService(db, rows, queued, desk, attempts, healing, kick, wake);
  return {
    callbackDesk: desk,
    callbackAttempts: attempts,
    callbackOffers: new CallbackOfferService(
      db,
      rows,
      queued,
      line,
      estimates,
      desk,
      phones,
      offerEnding,
      mover,
      ending,
      kick,
      wake,
    ),
    callbackRounds: rounds,
    callbackRequests: (leads) =>
      new CallbackRequestService(db, rows, new CallbackListRepository(db), desk, rounds, leads, wake),
  };
}
