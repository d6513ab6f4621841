import { conflict } from "@/lib/errors";
import { actorOf, type Principal } from "@/lib/principal";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { CallParticipantRepository, ParticipantRow } from "../repositories/call-participant.repository";
import type { OwnedTalk } from "./owned-talk";
import type { TalkParties } from "./talk-parties";

/** What the owner of a conversation does in it, beside giving it away: hold, swap, conference, letting somebody go. */
export class TalkControlService {
  constructor(
    private readonly talk: OwnedTalk,
    private readonly parties: TalkParties,
    private readonly participants: CallParticipantRepository,
  ) {}

  /** The caller hears music and nothing else. Repeating it is harmless. Throws 403, 404, 409. */
  async hold(principal: Principal, callId: string): Promise<QueuedCallState> {
    return this.setHold(principal, callId, true);
  }

  /** The caller is back in the conversation. Repeating it is harmless. Throws 403, 404, 409. */
  async resume(principal: Principal, callId: string): Promise<QueuedCallState> {
    return this.setHold(principal, callId, false);
  }

  /**
   * Whom the agent talks with and who is on hold change places: the caller and the one who was consulted.
   * Throws 403, 404, 409 while nobody is being consulted.
   */
  async swap(principal: Principal, callId: string): Promise<QueuedCallState> {
    return this.talk.change(principal, callId, async (tx, call) => {
      const third = joined(await this.parties.third(tx, call));
      const callerBack = call.held;
      await this.parties.hold(tx, call, !callerBack);
      await this.parties.holdParticipant(tx, call, third, callerBack);
      const data = { participantId: third.id, talkingWith: callerBack ? "caller" : "participant" };
      await this.parties.note(tx, call, "swapped", data, actorOf(principal), [third.agentId]);
    });
  }

  /** All three talk together. Repeating it is harmless. Throws 403, 404, 409 while nobody is being consulted. */
  async merge(principal: Principal, callId: string): Promise<QueuedCallState> {
    return this.talk.change(principal, callId, async (tx, call) => {
      const third = joined(await this.parties.third(tx, call));
      if (third.role === "member" && !call.held && !third.held) return;
      await this.participants.setRole(tx, third.id, "member");
      await this.parties.hold(tx, call, false);
      if (third.held) await this.parties.holdParticipant(tx, call, third, false);
      await this.parties.note(tx, call, "merged", { participantId: third.id }, actorOf(principal), [third.agentId]);
    });
  }

  /**
   * Lets somebody go: stops ringing them, or ends their leg; the caller is back with the agent. Repeating it is
   * harmless. Throws 403, 404, 409.
   */
  async drop(principal: Principal, callId: string, participantId: string): Promise<QueuedCallState> {
    return this.talk.change(principal, callId, async (tx, call) => {
      const who = (await this.participants.present(tx, call.id)).find(({ id }) => id === participantId);
      if (who) await this.parties.gone(tx, call, who, "dropped", actorOf(principal));
    });
  }

  private async setHold(principal: Principal, callId: string, held: boolean): Promise<QueuedCallState> {
    return this.talk.change(principal, callId, async (tx, call) => {
      const third = await this.parties.third(tx, call);
      if (!held && third && third.role !== "member" && third.state === "joined") {
        throw conflict("consulting", "You are consulting somebody. Swap, merge, or let them go first.");
      }
      if (!held && third?.state === "ringing") {
        throw conflict("ringing", "Somebody is being rung. Stop that first to be back with the caller.");
      }
      if (await this.parties.hold(tx, call, held)) {
        await this.parties.note(tx, call, held ? "held" : "resumed", {}, actorOf(principal));
      }
    });
  }
}

function joined(third: ParticipantRow | undefined): ParticipantRow {
  if (third?.state === "joined") return third;
  throw conflict("nobody_consulted", "Nobody else is in this call yet.");
}
