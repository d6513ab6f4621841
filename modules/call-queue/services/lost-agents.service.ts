import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { systemActor, type Actor } from "@/lib/principal";
import { CALLBACK_LINE } from "../domain/callback";
import type { CommandKick } from "../domain/carrier-commands";
import type { AgentEvidenceRepository } from "../repositories/agent-evidence.repository";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import { type CallbackCustomers, type ConversationEnding, isBeingCalled } from "./conversation-ending";
import { endLeg, type Wake } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { TalkParties } from "./talk-parties";

/** Agents whose leg ends in mid-call: who hung up is found out, and nobody who was cut off loses the place in line. */
export class LostAgents {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: Pick<CallOfferRepository, "findEntryId">,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly ending: ConversationEnding,
    private readonly parties: TalkParties,
    private readonly customers: Pick<CallbackCustomers, "agentGone">,
    private readonly devices: Pick<AgentEvidenceRepository, "deviceLost">,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * An answered agent leg is over. While its call still goes on, that means one of two things that callbacks in any
   * order cannot tell apart: the caller hung up first, or the agent was lost. The carrier is asked.
   */
  async agentLegOver(offerId: string, agentCallSid: string): Promise<void> {
    const entryId = await this.offers.findEntryId(offerId);
    if (entryId === undefined) return;
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (!call || call.agentCallSid !== agentCallSid) return;
      if (call.state === "connecting" || call.state === "in_conversation") {
        await this.askWhoLeft(tx, call, call.talkId ?? offerId);
      }
    });
    this.kick.kick();
    this.dispatcher.wake();
  }

  /**
   * The carrier has confirmed that the agent's leg is gone while the caller is still on the line: with a third person
   * there the talk goes on with them, otherwise back to the head of the line, told so. Harmless when the call has moved
   * on since.
   */
  async agentLost(entryId: string, agentCallSid: string, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (!call || call.agentCallSid !== agentCallSid) return;
      if (call.state !== "connecting" && call.state !== "in_conversation") return;
      // Without a queue there is no line to go back to: the caller's Dial is over with the agent's leg.
      if (call.flow === "legacy") return this.ending.finish(tx, call, "agent_lost", "carrier", actor);
      if (isBeingCalled(call)) return this.ending.notReached(tx, call, "agent_lost", "agent", actor);
      const third = await this.parties.third(tx, call);
      if (third?.state === "joined" && call.state === "in_conversation") {
        if (call.agentId !== null) await this.devices.deviceLost(tx, call.agentId);
        return this.parties.handOver(tx, call, third, actor, "agent_lost");
      }
      await this.backToHead(tx, call, actor, { reason: "agent_lost", callerComesByItself: false });
    });
    this.kick.kick();
    this.dispatcher.wake();
  }

  /** The owner's leg is over while the conversation goes on: the carrier is asked who hung up. */
  async askWhoLeft(tx: Tx, call: QueuedCallRow, offerId: string): Promise<void> {
    if (call.agentCallSid === null) return;
    if (call.state === "connecting" && call.carrierQueueSid === CALLBACK_LINE) {
      return this.customers.agentGone(tx, call, systemActor("callbacks"));
    }
    const asked = await this.commands.statusOf(tx, { offerId, kind: "check_agent_lost" });
    if (asked === "pending" || asked === "running") return;
    const payload = { entryId: call.id, callSid: call.callSid, agentCallSid: call.agentCallSid, offerId };
    await this.commands.add(tx, [{ kind: "check_agent_lost", payload, entryId: call.id, offerId }]);
  }

  /**
   * Takes a locked call away from its lost agent. A caller who has not been moved yet stays in the carrier's queue;
   * one who has been is sent back into it, and cannot be offered before it is there.
   */
  async backToHead(
    tx: Tx,
    call: QueuedCallRow,
    actor: Actor,
    { reason, callerComesByItself }: { reason: string; callerComesByItself: boolean },
  ): Promise<void> {
    const offerId = call.talkId;
    const stillQueued = call.state === "connecting" && offerId !== null && (await this.callOffMove(tx, offerId));
    await this.parties.endAll(tx, call);
    await this.slots.release(tx, call.id);
    if (call.agentId !== null) {
      await this.slots.markIdle(tx, call.agentId);
      await this.devices.deviceLost(tx, call.agentId);
    }
    await this.mover.move(tx, call, "waiting", {
      actor,
      reason,
      data: { offerId, agentId: call.agentId },
      patch: {
        agentId: null,
        agentCallSid: null,
        talkId: null,
        offHold: true,
        backReason: "agent_lost",
        headOfLine: true,
        ...(stillQueued ? {} : { carrierQueueSid: null }),
      },
    });
    if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    if (!stillQueued && !callerComesByItself) {
      const payload = { callSid: call.callSid, entryId: call.id };
      await this.commands.add(tx, [{ kind: "redirect_caller", payload, entryId: call.id }]);
    }
  }

  /** Whether the caller's move could be called off before it began. */
  private async callOffMove(tx: Tx, offerId: string): Promise<boolean> {
    const key = { offerId, kind: "move_caller" };
    await this.commands.cancelPending(tx, key);
    return (await this.commands.statusOf(tx, key)) === "cancelled";
  }
}
