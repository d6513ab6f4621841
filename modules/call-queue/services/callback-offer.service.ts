import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { readArms } from "@/lib/types/flags";
import type { CommandKick } from "../domain/carrier-commands";
import type { CallbackRepository } from "../repositories/callback.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { CallEnding } from "./call-ending";
import type { CallbackDesk } from "./callback-desk";
import { dialable } from "./callback-desk.service";
import type { OfferEndingService, Wake } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { Estimates, Line } from "./wait-announcement.service";

export interface AgentPhones {
  /** No agent can be rung at present: the carrier does not answer. */
  areOutOfReach(): Promise<boolean>;
}

/** Offers waiting callers a callback, and takes them at their word. */
export class CallbackOfferService {
  constructor(
    private readonly db: Db,
    private readonly callbacks: CallbackRepository,
    private readonly queued: QueuedCallRepository,
    private readonly line: Line,
    private readonly estimates: Estimates,
    private readonly desk: CallbackDesk,
    private readonly phones: AgentPhones,
    private readonly offers: Pick<OfferEndingService, "withdraw">,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * Whether this caller may have a callback: after the queue's time in line, when the range's end lies beyond its
   * threshold, or while no agent can be rung. `tell` it now, and again after a while; between, the caller knows.
   */
  async due(callSid: string): Promise<{ entryId: string; tell: boolean } | undefined> {
    const call = await this.queued.find({ callSid });
    if (call?.state !== "waiting" || call.direction !== "inbound" || dialable(call.fromNumber) === undefined) {
      return undefined;
    }
    if (!readArms(call.arms).FEATURE_CALLBACKS) return undefined;
    const settings = await this.callbacks.settings(this.db, call.queueId);
    if (!settings.enabled) return undefined;
    if (call.waitedSeconds < settings.offerAfterSeconds && !(await this.phones.areOutOfReach())) {
      const ahead = await this.line.ahead(call.id);
      const { estimate } = await this.estimates.of(call.queueId, ahead, call.waitedSeconds);
      if (estimate === undefined || estimate.highSeconds < settings.offerAboveSeconds) return undefined;
    }
    return { entryId: call.id, tell: await this.callbacks.offered(call.id, settings.offerAgainSeconds) };
  }

  /**
   * The caller wants to be called back: the callback takes the place in line, and the call ends. Pressing twice makes
   * one. False when it cannot be: the caller waits on, or is with an agent already.
   */
  async accept(callSid: string, actor: Actor): Promise<boolean> {
    const taken = await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call) return false;
      if (call.state === "callback_scheduled") return true;
      if (call.state !== "waiting" && call.state !== "offered") return false;
      const wish = { queuedCallId: call.id, number: call.fromNumber, by: "caller", actor } as const;
      if (!(await this.desk.request(tx, wish))) return false;
      await this.offers.withdraw(tx, call);
      await this.mover.move(tx, call, "callback_scheduled", {
        actor,
        reason: "callback_wanted",
        patch: { agentId: null, agentCallSid: null },
      });
      await this.ending.end(tx, call, "callback_scheduled", "caller", actor);
      return true;
    });
    this.kick.kick();
    this.dispatcher.wake();
    return taken;
  }
}
