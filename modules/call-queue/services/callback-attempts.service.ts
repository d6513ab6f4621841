import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { detectionFor, type DetectionMode } from "../domain/answering-machines";
import { afterAttempt, CALLBACK_LINE, nextCallable, type AttemptResult } from "../domain/callback";
import type { CommandKick, NewCommand } from "../domain/carrier-commands";
import type { CallRepository } from "../repositories/call.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CallbackRepository } from "../repositories/callback.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { CallEnding } from "./call-ending";
import { placeholderOf, type CallbackDeskService } from "./callback-desk.service";
import { endLeg, type OfferEndingService, type Wake } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";

export type { AttemptResult };

/** What a callback's dialling must know. */
export interface WantedDial {
  to: string;
  from: string;
  /** The customer's leg, once one is known. */
  callSid: string | undefined;
  /** How the carrier is to find out whether a machine answers. */
  detection: DetectionMode | undefined;
}

/**
 * One stand in the line of a callback: the agent is reserved and answers first, then the customer is rung, then both
 * meet. As many customers are rung as agents wait for them.
 */
export class CallbackAttemptsService {
  constructor(
    private readonly db: Db,
    private readonly callbacks: CallbackRepository,
    private readonly desk: CallbackDeskService,
    private readonly queued: QueuedCallRepository,
    private readonly calls: Pick<CallRepository, "answeredBy">,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly offers: Pick<OfferEndingService, "withdraw">,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /** The agent of a locked callback is in the conference: the order to ring the customer. */
  async dial(tx: Tx, call: QueuedCallRow, offerId: string): Promise<NewCommand> {
    const { ringSeconds } = await this.callbacks.settings(tx, call.queueId);
    await this.callbacks.dialling(tx, call.id);
    const payload = { entryId: call.id, offerId, ringSeconds };
    return { kind: "dial_callback", payload, entryId: call.id, offerId };
  }

  /** The agent of a locked callback has gone before the customer came: the place is kept, the customer's ringing ends. */
  async agentGone(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void> {
    await this.over(tx, call, "agent_lost", actor);
  }

  /**
   * What is to be dialled; undefined when nobody waits for it any more, or when the customer must not be rung now: a turn
   * may come long after the callback has entered the line.
   */
  async wantedDial(entryId: string, offerId: string, actor: Actor): Promise<WantedDial | undefined> {
    const call = await this.queued.find({ id: entryId });
    if (!call || !isConnecting(call, offerId)) return undefined;
    const against = call.callSid === placeholderOf(entryId) ? await this.objection(call) : undefined;
    if (against !== undefined) {
      await this.legOver(entryId, offerId, call.callSid, against, actor);
      return undefined;
    }
    const callSid = call.callSid === placeholderOf(entryId) ? undefined : call.callSid;
    const { onMachine } = await this.callbacks.settings(this.db, call.queueId);
    return { to: call.toNumber, from: call.fromNumber, callSid, detection: detectionFor(onMachine) };
  }

  /**
   * A machine answered: the agent is free, and the callback goes on as its settings say. Answers whether the leg is to
   * leave a message; otherwise it is hung up.
   */
  async machineAnswered(entryId: string, offerId: string, callSid: string, actor: Actor): Promise<boolean> {
    const leaves = await inTransaction(this.db, async (tx) => {
      if (!(await this.adopt(tx, entryId, offerId, callSid))) return false;
      const call = await this.queued.lock(tx, { id: entryId });
      if (!call || !isConnecting(call, offerId)) return false;
      await this.calls.answeredBy(tx, call.callId, "machine");
      const { onMachine } = await this.callbacks.settings(tx, call.queueId);
      const leavesMessage = onMachine === "leave_message";
      await this.over(tx, call, "machine", actor, { goesOn: leavesMessage });
      return leavesMessage;
    });
    this.kick.kick();
    this.dispatcher.wake();
    return leaves;
  }

  /** The carrier rings the customer. A leg that nobody waits for, or a second one, is hung up. */
  async placed(entryId: string, offerId: string, callSid: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await this.adopt(tx, entryId, offerId, callSid);
    });
    this.kick.kick();
  }

  /** The customer answered; whether the agent is there. `callerAsks` then begins the conversation. */
  async customerAnswered(entryId: string, offerId: string, callSid: string): Promise<boolean> {
    const welcome = await inTransaction(this.db, (tx) => this.adopt(tx, entryId, offerId, callSid));
    this.kick.kick();
    return welcome;
  }

  /** The conversation has begun: the callback is done. */
  async met(entryId: string, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const callback = await this.callbacks.lockByEntry(tx, entryId);
      if (callback) await this.desk.end(tx, callback, "done", "answered", actor);
    });
  }

  /** The customer's leg is over before a conversation. Late and repeated news change nothing. */
  async legOver(entryId: string, offerId: string, callSid: string, result: AttemptResult, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = isId(entryId) ? await this.queued.lock(tx, { id: entryId }) : undefined;
      if (!call || !isConnecting(call, offerId)) return;
      // Its end may be told before its beginning.
      if (!(await this.callbacks.setLeg(tx, call.callId, placeholderOf(entryId), callSid))) return;
      await this.over(tx, { ...call, callSid }, result, actor);
    });
    this.kick.kick();
    this.dispatcher.wake();
  }

  /** The carrier will not ring this customer. */
  async unreachable(entryId: string, offerId: string, actor: Actor): Promise<void> {
    const call = isId(entryId) ? await this.queued.find({ id: entryId }) : undefined;
    if (call) await this.legOver(entryId, offerId, call.callSid, "unreachable", actor);
  }

  /**
   * Takes a locked callback out of the line, agent and customer with it; what becomes of it is its result's. `goesOn`:
   * the customer's leg has a message to leave, and ends by itself.
   */
  async over(
    tx: Tx,
    call: QueuedCallRow,
    result: AttemptResult,
    actor: Actor,
    { goesOn = false }: { goesOn?: boolean } = {},
  ): Promise<void> {
    const callback = await this.callbacks.lockByEntry(tx, call.id);
    if (call.talkId !== null) await this.commands.cancelPending(tx, { offerId: call.talkId, kind: "dial_callback" });
    await this.offers.withdraw(tx, call);
    const rang = call.callSid !== placeholderOf(call.id);
    if (rang && !goesOn) await this.commands.add(tx, [endLeg(call, call.callSid)]);
    if (call.agentId !== null) await this.slots.markIdle(tx, call.agentId);
    await this.mover.move(tx, call, "failed", {
      actor,
      reason: `callback_${result}`,
      patch: { agentId: null, agentCallSid: null, talkId: null },
    });
    await this.ending.end(tx, call, `callback_${result}`, "system", actor);
    if (!callback) return;
    const settings = await this.callbacks.settings(tx, callback.queueId);
    const next = afterAttempt(result, { attempts: callback.attempts, rang }, settings);
    if (next.status !== "scheduled") return this.desk.end(tx, callback, next.status, result, actor);
    const { counts, retrySeconds } = next;
    await this.callbacks.settle(tx, callback.id, { status: "scheduled", result, counts, retrySeconds });
    if (retrySeconds > 0)
      await this.desk.tell(tx, callback, "not_reached", actor, { result, retryMinutes: retrySeconds / 60 });
  }

  private async objection(call: QueuedCallRow): Promise<"do_not_call" | "quiet_hours" | undefined> {
    if (await this.callbacks.mustNotCall(this.db, call.toNumber)) return "do_not_call";
    const callback = await this.callbacks.findByEntry(call.id);
    if (!callback || callback.askedNow) return undefined;
    const settings = await this.callbacks.settings(this.db, callback.queueId);
    return nextCallable(callback.now, settings, callback.timeZone) > callback.now ? "quiet_hours" : undefined;
  }

  /** Whether this leg is the one the agent waits for; any other is hung up. */
  private async adopt(tx: Tx, entryId: string, offerId: string, callSid: string): Promise<boolean> {
    const call = isId(entryId) ? await this.queued.lock(tx, { id: entryId }) : undefined;
    if (!call) return false;
    // Already talking, and told once more.
    if (call.callSid === callSid && call.state === "in_conversation" && call.talkId === offerId) return true;
    const wanted = isConnecting(call, offerId);
    if (wanted && (await this.callbacks.setLeg(tx, call.callId, placeholderOf(entryId), callSid))) return true;
    if (call.callSid !== callSid || !isOver(call)) await this.commands.add(tx, [endLeg(call, callSid)]);
    return false;
  }
}

const isOver = (call: QueuedCallRow): boolean => call.state === "wrap_up" || call.state === "done";

/** The agent waits for the customer of this very offer. */
function isConnecting(call: QueuedCallRow, offerId: string): boolean {
  return call.state === "connecting" && call.carrierQueueSid === CALLBACK_LINE && call.talkId === offerId;
}
