import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Words } from "../domain/announcements/wording";
import { CALLBACK_LINE } from "../domain/callback";
import type { CommandKick, NewCommand } from "../domain/carrier-commands";
import type { CallerSignsRepository } from "../repositories/caller-signs.repository";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { CallRepository } from "../repositories/call.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { LeadTimelineRepository } from "../repositories/lead-timeline.repository";
import { undialled } from "../repositories/outbound.repository";
import type { BackReason, QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { SettledCallRepository } from "../repositories/settled-call.repository";
import type { CallbackCustomers, ConversationEnding } from "./conversation-ending";
import type { LostAgents } from "./lost-agents.service";
import { endLeg } from "./offer-ending.service";
import type { QueuedCallMover } from "./queued-call-mover";
import type { RecordingPlans } from "./recording-plans";
import type { TalkParties } from "./talk-parties";

export interface AnswerEvidence {
  answeredRing(tx: Tx, agentId: string): Promise<void>;
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

/** From the agent's answer to the conversation: who joins it, who leaves it, and where each leg goes. */
export class ConversationService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly signs: Pick<CallerSignsRepository, "leftCarrierQueue">,
    private readonly offers: CallOfferRepository,
    private readonly calls: CallRepository,
    private readonly timeline: Pick<LeadTimelineRepository, "conversationBegan">,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly ending: ConversationEnding,
    private readonly lost: LostAgents,
    private readonly parties: TalkParties,
    private readonly customers: Pick<CallbackCustomers, "dial">,
    private readonly evidence: AnswerEvidence,
    private readonly recordings: RecordingPlans,
    private readonly settled: Pick<SettledCallRepository, "isLegDone" | "isTalkOver">,
    private readonly kick: CommandKick,
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
      await this.evidence.answeredRing(tx, offer.agentId);
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
        await this.lost.backToHead(tx, call, actor, { reason: "conference_over", callerComesByItself: true });
        return { ...requeue, back: "agent_lost" };
      }
      // A late or repeated request: the caller belongs where the call stands.
      return { kind: "join", offerId: current, entryId, consent: await this.recordings.consent(tx, call, current) };
    });
    // Only the way back leaves something for the carrier to do.
    if (instruction.kind === "requeue") this.kick.kick();
    return instruction;
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
      else if (callSid === call.callSid) await this.ending.callerLeft(tx, call, actor);
      else if (callSid === call.agentCallSid) await this.lost.askWhoLeft(tx, call, offerId);
    });
    this.kick.kick();
  }

  /** The leg that took this offer has nothing more to do with its call: that it ends changes nothing. */
  async isLegDone(offerId: string, agentCallSid: string): Promise<boolean> {
    return this.settled.isLegDone(offerId, agentCallSid);
  }

  /** A waiting caller is on the line but no longer in the carrier's queue: sends it back there, place kept. */
  async bringBack(entryId: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call?.state !== "waiting") return;
      await this.signs.leftCarrierQueue(tx, call.id);
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
}

/** A caller in the carrier's queue can be moved to the agent; customers who are called are yet to be dialled. */
function reachable(call: QueuedCallRow): boolean {
  return call.callSid === undialled(call.callId) || call.carrierQueueSid !== null;
}
