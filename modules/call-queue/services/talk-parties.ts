import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { isSupervisor, type ParticipantEnd } from "../domain/participants";
import type { CallParticipantRepository, ParticipantRow } from "../repositories/call-participant.repository";
import type { CallRepository } from "../repositories/call.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { EventData, QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import { endLeg } from "./offer-ending.service";
import { callEvents, type QueuedCallMover } from "./queued-call-mover";

/** Who is in a conversation besides caller and owner: how they go, and how one of them takes the call over. */
export class TalkParties {
  constructor(
    private readonly queued: QueuedCallRepository,
    private readonly participants: CallParticipantRepository,
    private readonly slots: CallSlotRepository,
    private readonly calls: CallRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
  ) {}

  /** The one person, beside supervisors, who is in a locked call or being rung for it. */
  async third(tx: Tx, call: QueuedCallRow): Promise<ParticipantRow | undefined> {
    return (await this.participants.present(tx, call.id)).find(({ role }) => !isSupervisor(role));
  }

  /** The participant whose leg this is, while they have not gone. */
  async byLeg(tx: Tx, call: QueuedCallRow, callSid: string): Promise<ParticipantRow | undefined> {
    return (await this.participants.present(tx, call.id)).find((one) => one.callSid === callSid);
  }

  /** The participant who is this person, while they have not gone. */
  async byUser(tx: Tx, call: QueuedCallRow, userId: string): Promise<ParticipantRow | undefined> {
    return (await this.participants.present(tx, call.id)).find((one) => one.userId === userId);
  }

  /** Puts the caller on hold or takes them off it. Harmless when nothing changes. */
  async hold(tx: Tx, call: QueuedCallRow, held: boolean): Promise<boolean> {
    if (!(await this.queued.setHeld(tx, call.id, held))) return false;
    await this.commands.add(tx, [{ kind: "sync_hold", payload: { entryId: call.id }, entryId: call.id }]);
    return true;
  }

  /**
   * A participant of a locked call goes, or never came. When it was the third person the caller is back with the
   * agent; when agent and caller had parted already, the caller's call ends.
   */
  async gone(tx: Tx, call: QueuedCallRow, who: ParticipantRow, reason: ParticipantEnd, actor: Actor): Promise<void> {
    if (!(await this.end(tx, call, who, reason))) return;
    const data = { participantId: who.id, role: who.role, end: reason, agentId: who.agentId, number: who.number };
    await this.note(tx, call, "participant_gone", data, actor, [who.agentId]);
    if (isSupervisor(who.role)) return;
    if (call.state === "in_conversation") await this.hold(tx, call, false);
    else if (!call.ended) await this.commands.add(tx, [endLeg(call, call.callSid)]);
  }

  /** The conversation of a locked call is over for everybody. */
  async endAll(tx: Tx, call: QueuedCallRow): Promise<void> {
    for (const who of await this.participants.present(tx, call.id)) await this.end(tx, call, who, "call_over");
  }

  /**
   * The owner leaves, caller and third go on: an agent becomes the owner; with somebody outside they talk on alone,
   * and the wrap-up begins. Everything is one transaction; the owner's leg is ended after it.
   */
  async handOver(tx: Tx, call: QueuedCallRow, third: ParticipantRow, actor: Actor, reason: string): Promise<void> {
    if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
    await this.hold(tx, call, false);
    if (third.held) await this.holdParticipant(tx, call, third, false);
    if (third.agentId === null) return this.letGo(tx, call, third, actor, reason);
    await this.participants.end(tx, third.id, "took_over");
    if (call.agentId !== null) {
      await this.slots.releaseAgent(tx, call.id, call.agentId);
      await this.slots.markIdle(tx, call.agentId);
    }
    await this.slots.own(tx, call.id, third.agentId);
    await this.queued.setOwner(tx, call.id, { agentId: third.agentId, agentCallSid: third.callSid });
    await this.calls.answered(tx, call.callId, third.agentId);
    const data = { participantId: third.id, from: call.agentId, agentId: third.agentId };
    await this.note(tx, call, reason, data, actor, [third.agentId]);
    for (const { id, role } of await this.participants.present(tx, call.id)) {
      if (isSupervisor(role)) await this.syncParticipant(tx, call, id);
    }
  }

  /** Puts the third person on hold or takes them off it. */
  async holdParticipant(tx: Tx, call: QueuedCallRow, who: ParticipantRow, held: boolean): Promise<void> {
    await this.participants.setHeld(tx, who.id, held);
    await this.syncParticipant(tx, call, who.id);
  }

  /** Something happened in a conversation without moving it: event, audit, and everybody who shows it is told. */
  async note(
    tx: Tx,
    call: QueuedCallRow,
    reason: string,
    data: EventData,
    actor: Actor,
    agentIds: readonly (string | null)[] = [],
  ): Promise<void> {
    await this.queued.addEvent(tx, { entryId: call.id, from: call.state, to: call.state, reason, data });
    await writeAudit(tx, actor, [{ action: `call.${reason}`, entityType: "call", entityId: call.callId, after: data }]);
    await this.tell(tx, call, agentIds);
  }

  /** Whoever shows this call reads it again. */
  async tell(tx: Tx, call: QueuedCallRow, agentIds: readonly (string | null)[] = []): Promise<void> {
    await publishLive(tx, callEvents({ ...call, agentIds: [call.agentId, ...agentIds] }));
  }

  async syncParticipant(tx: Tx, call: QueuedCallRow, participantId: string): Promise<void> {
    const payload = { participantId, entryId: call.id };
    await this.commands.add(tx, [{ kind: "sync_participant", payload, entryId: call.id }]);
  }

  private async letGo(tx: Tx, call: QueuedCallRow, third: ParticipantRow, actor: Actor, reason: string): Promise<void> {
    await this.participants.setRole(tx, third.id, "member");
    for (const who of await this.participants.present(tx, call.id)) {
      if (isSupervisor(who.role)) await this.end(tx, call, who, "call_over");
    }
    await this.mover.move(tx, call, "wrap_up", {
      actor,
      reason: `${reason}_outside`,
      data: { participantId: third.id, number: third.number },
      patch: { conversationEnded: true, wrapUpSeconds: call.wrapUpSeconds },
    });
  }

  private async end(tx: Tx, call: QueuedCallRow, who: ParticipantRow, reason: ParticipantEnd): Promise<boolean> {
    if (!(await this.participants.end(tx, who.id, reason))) return false;
    if (who.agentId !== null) {
      await this.slots.releaseAgent(tx, call.id, who.agentId);
      if (who.state === "joined") await this.slots.markIdle(tx, who.agentId);
      await this.tell(tx, call, [who.agentId]);
    }
    if (who.callSid !== null) await this.commands.add(tx, [endLeg(call, who.callSid)]);
    return true;
  }
}
