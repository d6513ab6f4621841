import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import { systemActor, type Actor } from "@/lib/principal";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Words } from "../domain/announcements/wording";
import { CALLBACK_LINE } from "../domain/callback";
import type { CommandKick, NewCommand } from "../domain/carrier-commands";
import type { AgentEvidenceRepository } from "../repositories/agent-evidence.repository";
import type { CallRatingRepository } from "../repositories/call-rating.repository";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { CallRepository } from "../repositories/call.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { LeadTimelineRepository } from "../repositories/lead-timeline.repository";
import { undialled } from "../repositories/outbound.repository";
import type { BackReason, QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { SettledCallRepository } from "../repositories/settled-call.repository";
import { MACHINE, type CallEnding, type EndedBy } from "./call-ending";
import { endLeg, type Wake } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { RecordingPlans } from "./recording-plans";
import type { TalkParties } from "./talk-parties";

export interface AnswerEvidence {
  answeredRing(tx: Tx, agentId: string): Promise<void>;
}

/** Callbacks: nobody is on the line until an agent is there. */
export interface CallbackCustomers {
  dial(tx: Tx, call: QueuedCallRow, offerId: string): Promise<NewCommand>;
  agentGone(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void>;
}

/** What a leg that asks for its next instruction is to do. */
export type LegInstruction =
  /** `consent`: the conversation is recorded, and this is what the caller is told before. */
  | { kind: "join"; offerId: string; entryId: string; consent: Words | undefined }
  | { kind: "requeue"; entryId: string; queueKey: string; back: BackReason | null }
  /** A call of the legacy flow: it never stands in the carrier's queue. */
  | { kind: "legacy"; entryId: string }
  | { kind: "hang_up" };

/** On the way to an agent, out of a conference, or back into the queue. */
export type CallerStep = "connect" | "after" | "requeue";

/** How long the customer of a call out is rung. */
const CUSTOMER_RING_SECONDS = 40;
/** So long after the caller has hung up, an agent's leg that nobody has told the end of is hung up as well. */
const ENDS_BY_ITSELF_SECONDS = 2;

/** From the agent's answer to the end of the conversation, and what happens when either side vanishes in it. */
export class ConversationService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly offers: CallOfferRepository,
    private readonly calls: CallRepository,
    private readonly timeline: Pick<LeadTimelineRepository, "conversationBegan">,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly parties: TalkParties,
    private readonly customers: CallbackCustomers,
    private readonly evidence: { answered: AnswerEvidence; devices: AgentEvidenceRepository },
    private readonly recordings: RecordingPlans,
    private readonly settled: Pick<SettledCallRepository, "isLegDone" | "isTalkOver">,
    private readonly ratings: Pick<CallRatingRepository, "ask">,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * An agent's leg was answered. The offer is accepted only while it is open and the caller is there; anybody else who
   * answers is too late. The same leg may ask again. `agentId` is given when the agent dialled in by itself.
   */
  async agentAnswered(
    offerId: string,
    agentCallSid: string,
    agentId: string | undefined,
    actor: Actor,
  ): Promise<LegInstruction> {
    const entryId = isId(offerId) ? await this.offers.findEntryId(offerId) : undefined;
    if (entryId === undefined) return { kind: "hang_up" };
    const instruction = await inTransaction(this.db, async (tx): Promise<LegInstruction> => {
      const call = await this.queued.lock(tx, { id: entryId });
      const offer = call && (await this.offers.lock(tx, offerId));
      if (!call || !offer || (agentId !== undefined && agentId !== offer.agentId)) return { kind: "hang_up" };
      const join = async (): Promise<LegInstruction> => ({
        kind: "join",
        offerId,
        entryId,
        consent: await this.recordings.consent(tx, call, offerId),
      });
      if (offer.status === "accepted" && call.agentCallSid === agentCallSid) {
        return call.state === "connecting" || call.state === "in_conversation" ? join() : { kind: "hang_up" };
      }
      if (offer.status !== "open" || offer.expired || call.state !== "offered" || !reachable(call)) {
        return { kind: "hang_up" };
      }
      await this.offers.accept(tx, { id: offerId, callId: call.callId, agentCallSid });
      if (offer.agentCallSid !== null && offer.agentCallSid !== agentCallSid) {
        await this.commands.add(tx, [endLeg(call, offer.agentCallSid)]);
      }
      await this.evidence.answered.answeredRing(tx, offer.agentId);
      await this.mover.move(tx, call, "connecting", {
        actor,
        reason: "agent_answered",
        data: { offerId, agentId: offer.agentId },
        patch: { agentCallSid, talkId: offerId },
      });
      await this.recordings.settle(tx, call, offerId);
      await this.commands.add(tx, [await this.bringTogether(tx, call, offerId)]);
      // Settled a moment ago: what is off now was not planned.
      return call.recording === "off" ? { kind: "join", offerId, entryId, consent: undefined } : join();
    });
    this.kick.kick();
    return instruction;
  }

  /**
   * The caller's leg asks where to go: on its way to an agent (connect), coming out of a conference that is over
   * (after), or sent back into the queue (requeue). The connect request comes before anything that can happen in the
   * conference, so it is what begins the conversation: callbacks about joining and leaving may then come in any order.
   */
  async callerAsks(
    callSid: string,
    step: CallerStep,
    offerId: string | undefined,
    actor: Actor,
  ): Promise<LegInstruction> {
    const instruction = await inTransaction(this.db, async (tx): Promise<LegInstruction> => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call) return { kind: "hang_up" };
      const { id: entryId, queueKey } = call;
      if (call.flow === "legacy") return { kind: "legacy", entryId };
      const requeue = { kind: "requeue", entryId, queueKey, back: call.backReason } as const;
      if (call.state === "waiting" || call.state === "offered") return requeue;
      if (call.state !== "connecting" && call.state !== "in_conversation") return { kind: "hang_up" };
      if (call.talkId === null || call.agentId === null) throw new Error(`Call ${call.id} has no agent's leg.`);
      const current = call.talkId;
      if (call.state === "connecting") await this.begin(tx, call, call.agentId, actor);
      else if (step === "after" && offerId === current) {
        await this.backToHead(tx, call, actor, { reason: "conference_over", callerComesByItself: true });
        return { ...requeue, back: "agent_lost" };
      }
      // A late or repeated request: the caller belongs where the call stands.
      return { kind: "join", offerId: current, entryId, consent: await this.recordings.consent(tx, call, current) };
    });
    // Only the way back leaves something for the carrier to do.
    if (instruction.kind === "requeue") this.kick.kick();
    return instruction;
  }

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
    await this.ending.end(tx, call, "answered", endedBy, actor);
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
    await this.ending.end(tx, call, reason, endedBy, actor);
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
    await this.ending.end(tx, call, MACHINE, "system", actor);
    if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    const payload = { callSid: call.callSid, entryId: call.id };
    await this.commands.add(tx, [
      leaveMessage ? { kind: "leave_message", payload, entryId: call.id } : endLeg(call, call.callSid),
    ]);
  }

  /** A caller who was handed over to somebody outside has hung up: the call is over at last. */
  async talkedOn(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<void> {
    await this.parties.endAll(tx, call);
    await this.ending.end(tx, call, "answered", "caller", actor);
  }

  /** Somebody left a conference: the caller's going ends it, the owner's is looked into, others just go. */
  async participantLeft(entryId: string, offerId: string, callSid: string, actor: Actor): Promise<void> {
    if (!isId(entryId) || (await this.settled.isTalkOver(entryId))) return;
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call?.talkId !== offerId) return;
      const participant = await this.parties.byLeg(tx, call, callSid);
      if (participant) await this.parties.gone(tx, call, participant, "left", actor);
      else if (call.state !== "in_conversation") return;
      else if (callSid === call.callSid) await this.callerLeft(tx, call, actor);
      else if (callSid === call.agentCallSid) await this.askWhoLeft(tx, call, offerId);
    });
    this.kick.kick();
  }

  /** The leg that took this offer has nothing more to do with its call: that it ends changes nothing. */
  async isLegDone(offerId: string, agentCallSid: string): Promise<boolean> {
    return this.settled.isLegDone(offerId, agentCallSid);
  }

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
      if (call.flow === "legacy") return this.finish(tx, call, "agent_lost", "carrier", actor);
      if (isBeingCalled(call)) return this.notReached(tx, call, "agent_lost", "agent", actor);
      const third = await this.parties.third(tx, call);
      if (third?.state === "joined" && call.state === "in_conversation") {
        if (call.agentId !== null) await this.evidence.devices.deviceLost(tx, call.agentId);
        return this.parties.handOver(tx, call, third, actor, "agent_lost");
      }
      await this.backToHead(tx, call, actor, { reason: "agent_lost", callerComesByItself: false });
    });
    this.kick.kick();
    this.dispatcher.wake();
  }

  /** A waiting caller is on the line but no longer in the carrier's queue: sends it back there, place kept. */
  async bringBack(entryId: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call?.state !== "waiting") return;
      await this.queued.leftCarrierQueue(tx, call.id);
      const payload = { callSid: call.callSid, entryId: call.id };
      await this.commands.add(tx, [{ kind: "redirect_caller", payload, entryId: call.id }]);
    });
    this.kick.kick();
  }

  private async begin(tx: Tx, call: QueuedCallRow, agentId: string, actor: Actor): Promise<void> {
    await this.mover.move(tx, call, "in_conversation", { actor, reason: "caller_joined", patch: { connected: true } });
    await this.calls.answered(tx, call.callId, agentId);
    if (call.leadId !== null && (await this.timeline.conversationBegan(tx, call.leadId, agentId))) {
      await publishLive(tx, leadChanged(call.leadId, agentId));
    }
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
  private async backToHead(
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
      await this.evidence.devices.deviceLost(tx, call.agentId);
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

  /** The agent is on the line: the caller is moved there, or the customer dialled. */
  private async bringTogether(tx: Tx, call: QueuedCallRow, offerId: string): Promise<NewCommand> {
    if (call.carrierQueueSid === CALLBACK_LINE) return this.customers.dial(tx, call, offerId);
    const entryId = call.id;
    if (call.callSid === undialled(call.callId)) {
      const payload = { entryId, offerId, ringSeconds: CUSTOMER_RING_SECONDS };
      return { kind: "dial_customer", payload, entryId, offerId };
    }
    const payload = { callSid: call.callSid, queueSid: call.carrierQueueSid ?? "", entryId, offerId };
    return { kind: "move_caller", payload, entryId, offerId };
  }

  /** Whether the caller's move could be called off before it began. */
  private async callOffMove(tx: Tx, offerId: string): Promise<boolean> {
    const key = { offerId, kind: "move_caller" };
    await this.commands.cancelPending(tx, key);
    return (await this.commands.statusOf(tx, key)) === "cancelled";
  }
}

/** A caller in the carrier's queue can be moved to the agent; customers who are called are yet to be dialled. */
function reachable(call: QueuedCallRow): boolean {
  return call.callSid === undialled(call.callId) || call.carrierQueueSid !== null;
}

/** The agent of a call out, or of a callback, waits for the customer. */
export function isBeingCalled(call: QueuedCallRow): boolean {
  if (call.state !== "connecting" || call.direction === "inbound") return false;
  return call.carrierQueueSid === null || call.carrierQueueSid === CALLBACK_LINE;
}
