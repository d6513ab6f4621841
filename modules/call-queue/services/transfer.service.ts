import type { Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, type Principal } from "@/lib/principal";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallParticipantRepository } from "../repositories/call-participant.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";
import type { TalkTargetRepository } from "../repositories/talk-target.repository";
import { endLeg } from "./offer-ending.service";
import type { OwnedTalk } from "./owned-talk";
import type { QueuedCallMover } from "./queued-call-mover";
import type { TalkParties } from "./talk-parties";

/** Whom to give a call to, or to ask: one of them. */
export interface TalkTarget {
  /** Id or e-mail. */
  agent?: string | undefined;
  /** Id or key. */
  queue?: string | undefined;
  /** E.164. */
  number?: string | undefined;
}

/** Seconds past the ring's timeout until a ring without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;

/** Giving a conversation to somebody else: at once, or after a word with them. */
export class TransferService {
  constructor(
    private readonly talk: OwnedTalk,
    private readonly parties: TalkParties,
    private readonly participants: CallParticipantRepository,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly targets: TalkTargetRepository,
    private readonly leaseSeconds: () => number,
  ) {}

  /**
   * Gives the call away. Without a target, to the one who is consulted or in conference. To a queue: the agent is free at
   * once and the caller takes the place that their arrival gives. To an agent or a number: the caller hears music while
   * it rings, and is back with the agent when nobody comes. Throws 403, 404, 409, 422.
   */
  async transfer(principal: Principal, callId: string, target: TalkTarget): Promise<QueuedCallState> {
    if (target.queue !== undefined) return this.toQueue(principal, callId, target.queue);
    if (target.agent === undefined && target.number === undefined) return this.complete(principal, callId);
    return this.ring(principal, callId, target, "transfer");
  }

  /** Puts the caller on hold and rings somebody to ask. Throws 403, 404, 409, 422. */
  async consult(principal: Principal, callId: string, target: TalkTarget): Promise<QueuedCallState> {
    return this.ring(principal, callId, target, "consult");
  }

  private async complete(principal: Principal, callId: string): Promise<QueuedCallState> {
    return this.talk.change(principal, callId, async (tx, call) => {
      const third = await this.parties.third(tx, call);
      if (!third) throw conflict("nobody_consulted", "Nobody else is in this call yet.");
      if (third.state === "joined") {
        await this.parties.handOver(tx, call, third, actorOf(principal), "transferred");
        return third.agentId === null ? "wrap_up" : call.state;
      }
      // They still ring: theirs as soon as they answer.
      await this.participants.setRole(tx, third.id, "transfer");
      await this.parties.note(tx, call, "transfer_begun", { participantId: third.id }, actorOf(principal), [
        third.agentId,
      ]);
      return undefined;
    });
  }

  private async ring(
    principal: Principal,
    callId: string,
    target: TalkTarget,
    role: "transfer" | "consult",
  ): Promise<QueuedCallState> {
    const agent = target.agent === undefined ? undefined : await this.targets.findAgent(target.agent);
    if (target.agent !== undefined && !agent) throw notFound("This agent");
    return this.talk.change(principal, callId, async (tx, call) => {
      if (agent?.agentId === call.agentId) {
        throw unprocessable("own_call", "This is the agent who has the call already.");
      }
      if (await this.parties.third(tx, call)) {
        throw conflict("third_in_call", "Somebody else is in this call already. Let them go first.");
      }
      if (agent) await this.takeSlot(tx, call, agent.agentId);
      const id = newId();
      await this.participants.insert(tx, {
        id,
        entryId: call.id,
        role,
        agentId: agent?.agentId ?? null,
        userId: agent?.userId ?? null,
        number: agent ? null : (target.number ?? null),
        requestedBy: principal.userId,
        ringSeconds: call.ringTimeoutSeconds + EXPIRY_GRACE_SECONDS,
      });
      await this.parties.hold(tx, call, true);
      const payload = {
        participantId: id,
        entryId: call.id,
        callId: call.callId,
        ringSeconds: call.ringTimeoutSeconds,
      };
      await this.commands.add(tx, [{ kind: "ring_participant", payload, entryId: call.id }]);
      const data = { participantId: id, agentId: agent?.agentId ?? null, number: target.number ?? null };
      await this.parties.note(tx, call, `${role}_begun`, data, actorOf(principal), [agent?.agentId ?? null]);
    });
  }

  /** Law 1 for whoever is asked in: a slot, or nothing. */
  private async takeSlot(tx: Tx, call: QueuedCallRow, agentId: string): Promise<void> {
    const slot = { agentId, entryId: call.id, owns: false, leaseSeconds: this.leaseSeconds() };
    if (await this.slots.take(tx, slot)) return;
    throw conflict("agent_not_free", "This agent cannot take a call now.");
  }

  private async toQueue(principal: Principal, callId: string, idOrKey: string): Promise<QueuedCallState> {
    const queue = await this.targets.findQueue(idOrKey);
    if (!queue) throw notFound("This queue");
    return this.talk.change(principal, callId, async (tx, call) => {
      const owner = call.agentId;
      await this.parties.endAll(tx, call);
      await this.slots.release(tx, call.id);
      if (owner !== null) await this.slots.markIdle(tx, owner);
      await this.mover.move(tx, call, "waiting", {
        actor: actorOf(principal),
        reason: "transferred_to_queue",
        data: { queueId: queue.queueId, queue: queue.name, agentId: owner },
        patch: {
          queueId: queue.queueId,
          agentId: null,
          agentCallSid: null,
          carrierQueueSid: null,
          talkId: null,
          offHold: true,
          backReason: "transferred",
        },
      });
      const redirect = { callSid: call.callSid, entryId: call.id };
      await this.commands.add(tx, [{ kind: "redirect_caller", payload: redirect, entryId: call.id }]);
      if (call.agentCallSid !== null) await this.commands.add(tx, [endLeg(call, call.agentCallSid)]);
      return "waiting";
    });
  }
}
