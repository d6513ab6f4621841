import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, forbidden, notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Actor, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { isOverCapacity } from "@/modules/leads/services/over-capacity";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallRepository } from "../repositories/call.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { LeadTimelineRepository } from "../repositories/lead-timeline.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { WrapUpRepository } from "../repositories/wrap-up.repository";
import { dialable } from "./callback-desk.service";
import type { Wake } from "./offer-ending.service";
import { requireOwner } from "./owned-talk";
import { callEvents, type QueuedCallMover } from "./queued-call-mover";

/** Changes a lead's disposition in the caller's transaction: version, timeline, audit and live event included. */
export interface LeadDispositionPort {
  setDisposition(tx: Tx, leadId: string, disposition: string, actor: Actor): Promise<void>;
}

/** Puts a number on the list of those not to be called; false when it stands there already. */
export interface RefusedNumbers {
  refuse(tx: Tx, one: { number: string; reason: string }, actor: Actor): Promise<boolean>;
}

export interface WrapUp {
  disposition: string | undefined;
  note: string | undefined;
  finish: boolean;
}

/** The disposition after which nobody may be called. */
const DO_NOT_CALL = "do_not_call";

/** Wrap-ups that are ended side by side: many end in the same second, and their agents are waited for. */
const AT_ONCE = 4;

/** After the conversation: what came of it, and the agent's way back into the pool. */
export class WrapUpService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly wrapUps: WrapUpRepository,
    private readonly calls: CallRepository,
    private readonly slots: CallSlotRepository,
    private readonly timeline: LeadTimelineRepository,
    private readonly leads: LeadDispositionPort,
    private readonly refused: RefusedNumbers,
    private readonly mover: QueuedCallMover,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * Writes disposition and note, and ends the wrap-up if asked to. What was written stays writable after the wrap-up's
   * time has run out. Throws 403, 404, 409 before the conversation has begun or
   * when the disposition would pass the lead's agent's capacity, 422 for an unknown disposition.
   */
  async wrapUp(principal: Principal, callId: string, wrapUp: WrapUp): Promise<QueuedCallState> {
    if (wrapUp.disposition !== undefined && !(await this.wrapUps.hasDisposition(wrapUp.disposition))) {
      throw unprocessable("unknown_disposition", "There is no such disposition.", { disposition: wrapUp.disposition });
    }
    const actor = actorOf(principal);
    const state = await this.refusingOverCapacity(async (tx) => {
      const call = isId(callId) ? await this.queued.lock(tx, { callId }) : undefined;
      if (!call) throw notFound("This call");
      if (!isStaff(principal) && (principal.agentId === undefined || call.agentId !== principal.agentId)) {
        throw forbidden("Only the agent of this call may wrap it up.");
      }
      if (call.state !== "in_conversation" && call.state !== "wrap_up" && call.state !== "done") {
        throw conflict("no_conversation", "There was no conversation to wrap up.", { state: call.state });
      }
      await this.write(tx, call, wrapUp, actor);
      if (!wrapUp.finish || call.state !== "wrap_up") return call.state;
      await this.close(tx, call, "wrapped_up", actor);
      return "done";
    });
    this.dispatcher.wake();
    return state;
  }

  /** Gives the agent more time, as often as the queue allows. Throws 403, 404, 409. */
  async extend(principal: Principal, callId: string): Promise<QueuedCallState> {
    return inTransaction(
      this.db,
      async (tx) => {
        const call = isId(callId) ? await this.queued.lock(tx, { callId }) : undefined;
        if (!call) throw notFound("This call");
        requireOwner(principal, call);
        if (call.state !== "wrap_up") {
          throw conflict("no_wrap_up", "This call is not being wrapped up.", { state: call.state });
        }
        if (!(await this.wrapUps.extend(tx, call.id))) {
          throw conflict("no_extension_left", "This wrap-up cannot be extended any more.");
        }
        await writeAudit(tx, actorOf(principal), [
          { action: "call.wrap_up_extended", entityType: "call", entityId: call.callId },
        ]);
        await publishLive(tx, callEvents({ ...call, agentIds: [call.agentId] }));
        return call.state;
      },
      { once: "extend" },
    );
  }

  /** Ends wrap-ups whose time is over; answers how many. */
  async endDue(limit: number, actor: Actor): Promise<number> {
    const due = await this.wrapUps.findDue(limit);
    let ended = 0;
    for (let from = 0; from < due.length; from += AT_ONCE) {
      const closed = await Promise.all(due.slice(from, from + AT_ONCE).map(async (id) => this.endIfDue(id, actor)));
      ended += closed.filter(Boolean).length;
    }
    if (ended > 0) this.dispatcher.wake();
    return ended;
  }

  private async endIfDue(id: string, actor: Actor): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id });
      if (call?.state !== "wrap_up" || !(await this.wrapUps.isDue(tx, id))) return false;
      await this.close(tx, call, "wrap_up_time_over", actor);
      return true;
    });
  }

  private async refusingOverCapacity<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await inTransaction(this.db, work, { once: "wrap-up" });
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      throw conflict("capacity_exceeded", "This disposition opens the lead again, and its agent has no room for it.");
    }
  }

  private async write(tx: Tx, call: QueuedCallRow, { disposition, note }: WrapUp, actor: Actor): Promise<void> {
    if (disposition === undefined && note === undefined) return;
    await this.calls.setWrapUp(tx, call.callId, { disposition, note });
    const after = { ...(disposition === undefined ? {} : { disposition }), ...(note === undefined ? {} : { note }) };
    await writeAudit(tx, actor, [{ action: "call.wrap_up_written", entityType: "call", entityId: call.callId, after }]);
    const data = { callId: call.callId, queueId: call.queueId, state: call.state };
    await publishLive(tx, [{ topic: "call", audience: "staff", data }]);
    if (call.leadId === null) return this.heed(tx, call, disposition, actor);
    await this.timeline.completeCall(tx, call.leadId, call.callId, after);
    if (disposition !== undefined) await this.leads.setDisposition(tx, call.leadId, disposition, actor);
  }

  /** Somebody who is no lead has said that they want no calls: what keeps it is the list, there is no lead that could. */
  private async heed(tx: Tx, call: QueuedCallRow, disposition: string | undefined, actor: Actor): Promise<void> {
    const number = dialable(call.direction === "inbound" ? call.fromNumber : call.toNumber);
    if (disposition !== DO_NOT_CALL || number === undefined) return;
    await this.refused.refuse(tx, { number, reason: "Asked on the phone not to be called." }, actor);
  }

  private async close(tx: Tx, call: QueuedCallRow, reason: string, actor: Actor): Promise<void> {
    await this.slots.release(tx, call.id);
    await this.mover.move(tx, call, "done", { actor, reason });
    if (call.agentId !== null) await this.slots.markIdle(tx, call.agentId);
  }
}
