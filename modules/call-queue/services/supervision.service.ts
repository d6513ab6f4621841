import { conflict, unprocessable } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, requireStaff, type Principal } from "@/lib/principal";
import { isSupervisor, type SupervisorMode } from "../domain/participants";
import type { CallParticipantRepository } from "../repositories/call-participant.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { OwnedTalk } from "./owned-talk";
import type { TalkParties } from "./talk-parties";

/** Seconds in which the supervisor's browser has to dial in. */
const DIAL_IN_SECONDS = 30;

/** Supervisors in a conversation: listening, whispering to the agent, speaking with both. */
export class SupervisionService {
  constructor(
    private readonly talk: OwnedTalk,
    private readonly parties: TalkParties,
    private readonly participants: CallParticipantRepository,
    private readonly slots: CallSlotRepository,
  ) {}

  /**
   * Lets a supervisor into a conversation, or changes how they are in it. Answers the participant as whom their browser
   * dials in. Somebody who is an agent as well takes one of their own slots. Throws 403, 404, 409, 422.
   */
  async enter(principal: Principal, callId: string, mode: SupervisorMode): Promise<{ participantId: string }> {
    requireStaff(principal);
    await this.talk.change(principal, callId, async (tx, call) => {
      if (principal.agentId !== undefined && principal.agentId === call.agentId) {
        throw unprocessable("own_call", "This is your own call.");
      }
      const there = await this.parties.byUser(tx, call, principal.userId);
      if (there && !isSupervisor(there.role)) throw conflict("in_call_already", "You are in this call already.");
      const id = there?.id ?? newId();
      if (there) {
        if (there.role === mode) return;
        await this.participants.setRole(tx, there.id, mode);
        await this.parties.syncParticipant(tx, call, there.id);
      } else {
        const agentId = principal.agentId ?? null;
        const slot = { agentId: agentId ?? "", entryId: call.id, owns: false, leaseSeconds: undefined };
        if (agentId !== null && !(await this.slots.take(tx, slot))) {
          throw conflict("agent_not_free", "You hold as many calls as you may. End one of them first.");
        }
        await this.participants.insert(tx, {
          id,
          entryId: call.id,
          role: mode,
          agentId,
          userId: principal.userId,
          number: null,
          requestedBy: principal.userId,
          ringSeconds: DIAL_IN_SECONDS,
        });
      }
      const data = { participantId: id, mode };
      await this.parties.note(tx, call, "supervised", data, actorOf(principal), [principal.agentId ?? null]);
    });
    // Read again, so that a repeated request is told the same one.
    const participantId = await this.participants.findPresent(callId, principal.userId);
    if (participantId === undefined) throw conflict("no_conversation", "The conversation has just ended.");
    return { participantId };
  }

  /** The supervisor leaves. Repeating it is harmless. Throws 403, 404, and 409 when the conversation is over. */
  async leave(principal: Principal, callId: string): Promise<void> {
    requireStaff(principal);
    await this.talk.change(principal, callId, async (tx, call) => {
      const there = await this.parties.byUser(tx, call, principal.userId);
      if (there && isSupervisor(there.role)) await this.parties.gone(tx, call, there, "left", actorOf(principal));
    });
  }
}
