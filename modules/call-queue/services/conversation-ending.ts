import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { CALLBACK_LINE } from "../domain/callback";
import type { NewCommand } from "../domain/carrier-commands";
import type { CallRatingRepository } from "../repositories/call-rating.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import { undialled } from "../repositories/outbound.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";
import { MACHINE, type CallEnding, type EndedBy } from "./call-ending";
import { endLeg } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { TalkParties } from "./talk-parties";

/** Callbacks: nobody is on the line until an agent is there. */
export interface CallbackCustomers {
  dial(tx: Tx, call: QueuedCallRow, offerId: string): Promise<NewCommand>;
  agentGone(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void>;
}

/** So long after the caller has hung up, an agent's leg that nobody has told the end of is hung up as well. */
const ENDS_BY_ITSELF_SECONDS = 2;

/** How conversations end, in the transaction that has the call locked: for whom, with what outcome, and which legs. */
export class ConversationEnding {
  constructor(
    private readonly mover: QueuedCallMover,
    private readonly parties: TalkParties,
    private readonly calls: CallEnding,
    private readonly commands: CarrierCommandRepository,
    private readonly ratings: Pick<CallRatingRepository, "ask">,
    private readonly customers: Pick<CallbackCustomers, "agentGone">,
  ) {}

  /** The caller of a locked call in conversation has hung up. */
  async callerLeft(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void> {
    const byAgent = call.endRequestedBy !== null;
    await this.finish(tx, call, byAgent ? "end_requested" : "caller_hung_up", byAgent ? "agent" : "caller", actor);
  }

  /** Ends the conversation of a locked call for both sides: wrap-up begins. */
  async finish(
    tx: Tx,
    call: QueuedCallRow,
    reason: string,
    endedBy: EndedBy,
    actor: Actor,
    endRequestedBy?: string,
  ): Promise<void> {
    await this.mover.move(tx, call, "wrap_up", {
      actor,
      reason,
      patch: {
        conversationEnded: true,
        offHold: true,
        wrapUpSeconds: call.wrapUpSeconds,
        ...(endRequestedBy === undefined ? {} : { endRequestedBy }),
      },
    });
    await this.parties.endAll(tx, call);
    await this.calls.end(tx, call, "answered", endedBy, actor);
    if (endedBy === "agent") await this.commands.add(tx, [await this.callerAfter(tx, call, endRequestedBy)]);
    // The conference ends with the caller and the agent's leg with it; this makes sure.
    const afterSeconds = endedBy === "caller" ? ENDS_BY_ITSELF_SECONDS : 0;
    if (call.agentCallSid !== null) await this.commands.add(tx, [{ ...endLeg(call, call.agentCallSid), afterSeconds }]);
  }

  /** What becomes of the caller whose conversation the agent has ended: hung up, or asked how they found it. */
  private async callerAfter(tx: Tx, call: QueuedCallRow, endRequestedBy: string | undefined): Promise<NewCommand> {
    if (!call.askRating || call.direction !== "inbound" || endRequestedBy === undefined) {
      return endLeg(call, call.callSid);
    }
    await this.ratings.ask(tx, call);
    return { kind: "ask_rating", payload: { callSid: call.callSid, entryId: call.id }, entryId: call.id };
  }

  /**
   * Nobody came to the phone on the other side of a call out: the agent's leg ends and the wrap-up begins, for what
   * came of the attempt. A callback keeps its place instead, and its agent is free.
   */
  async notReached(tx: Tx, call: QueuedCallRow, reason: string, endedBy: EndedBy, actor: Actor): Promise<void> {
    if (call.carrierQueueSid === CALLBACK_LINE) return this.customers.agentGone(tx, call, actor);
    const patch = { conversationEnded: true, wrapUpSeconds: call.wrapUpSeconds } as const;
    await this.mover.move(tx, call, "wrap_up", { actor, reason, patch });
    await this.calls.end(tx, call, reason, endedBy, actor);
    if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    if (endedBy !== "carrier" && call.callSid !== undialled(call.callId))
      await this.commands.add(tx, [endLeg(call, call.callSid)]);
  }

  /**
   * A machine answered a locked call out, and the queue does not want agents to speak to it: the agent's leg ends and the
   * wrap-up begins. With `leaveMessage` the other leg leaves the queue's message by itself.
   */
  async machineAnswered(tx: Tx, call: QueuedCallRow, leaveMessage: boolean, actor: Actor): Promise<void> {
    const patch = { conversationEnded: true, offHold: true, wrapUpSeconds: call.wrapUpSeconds } as const;
    await this.mover.move(tx, call, "wrap_up", { actor, reason: "machine_answered", patch });
    await this.parties.endAll(tx, call);
    await this.calls.end(tx, call, MACHINE, "system", actor);
    if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    const payload = { callSid: call.callSid, entryId: call.id };
    await this.commands.add(tx, [
      leaveMessage ? { kind: "leave_message", payload, entryId: call.id } : endLeg(call, call.callSid),
    ]);
  }

  /** A caller who was handed over to somebody outside has hung up: the call is over at last. */
  async talkedOn(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void> {
    await this.parties.endAll(tx, call);
    await this.calls.end(tx, call, "answered", "caller", actor);
  }
}

/** The agent of a call out, or of a callback, waits for the customer. */
export function isBeingCalled(call: QueuedCallRow): boolean {
  if (call.state !== "connecting" || call.direction === "inbound") return false;
  return call.carrierQueueSid === null || call.carrierQueueSid === CALLBACK_LINE;
}
