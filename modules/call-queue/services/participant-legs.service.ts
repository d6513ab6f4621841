import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import { seatOf, type ParticipantEnd, type Seat } from "../domain/participants";
import type { CallParticipantRepository, ParticipantRow } from "../repositories/call-participant.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { LostAgents } from "./lost-agents.service";
import { endLeg, type Wake } from "./offer-ending.service";
import type { TalkParties } from "./talk-parties";

export type { ParticipantEnd };

/** Where a participant's leg goes. */
export type SeatInstruction =
  | {
      kind: "join";
      entryId: string;
      talkId: string;
      participantId: string;
      muted: boolean;
      /** The owner's leg, for somebody whom it alone hears. */
      coaches: string | undefined;
    }
  | { kind: "hang_up" };

/** What a participant's leg should look like at the carrier now. */
export interface WantedSeat {
  talkId: string;
  callSid: string;
  held: boolean;
  seat: Seat;
  ownerLeg: string | null;
}

/** Whom to ring, while that is wanted. */
export interface WantedRing {
  agentId: string | null;
  number: string | null;
  /** The number shown to somebody outside. */
  shownNumber: string;
  callSid: string | null;
}

/** The legs of those who take part in a conversation: rung, answered, over. */
export class ParticipantLegsService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly participants: CallParticipantRepository,
    private readonly parties: TalkParties,
    private readonly lost: Pick<LostAgents, "askWhoLeft">,
    private readonly commands: CarrierCommandRepository,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * A participant's leg was answered, or dialled in. They come in while the conversation goes on and they are still
   * wanted; a blind transfer is complete with that. The same leg may ask again.
   */
  async answered(participantId: string, callSid: string, actor: Actor): Promise<SeatInstruction> {
    return this.change(participantId, { kind: "hang_up" }, async (tx, call, who): Promise<SeatInstruction> => {
      const seat = join(call, who);
      if (seat === undefined) return { kind: "hang_up" };
      const cameBefore = who.callSid === callSid && (who.state === "joined" || call.agentCallSid === callSid);
      if (cameBefore) return seat;
      if (who.state !== "ringing" || call.state !== "in_conversation") return { kind: "hang_up" };
      if (who.callSid !== null && who.callSid !== callSid) await this.commands.add(tx, [endLeg(call, who.callSid)]);
      await this.participants.join(tx, who.id, callSid);
      const data = { participantId: who.id, role: who.role, agentId: who.agentId, number: who.number };
      await this.parties.note(tx, call, "participant_joined", data, actor, [who.agentId]);
      const here = { ...who, state: "joined", callSid } as const;
      if (who.role === "transfer") await this.parties.handOver(tx, call, here, actor, "transferred");
      return seat;
    });
  }

  /** A participant's leg is over, or will not come. Late, repeated and foreign reports change nothing. */
  async over(participantId: string, callSid: string, reason: ParticipantEnd, actor: Actor): Promise<void> {
    await this.change(participantId, undefined, async (tx, call, who) => {
      if (who.callSid !== null && who.callSid !== callSid) return;
      if (who.state !== "ended") return this.parties.gone(tx, call, { ...who, callSid }, reason, actor);
      const owns = call.state === "in_conversation" && call.agentCallSid === callSid && call.talkId !== null;
      if (owns) await this.lost.askWhoLeft(tx, call, call.talkId ?? "");
    });
  }

  /** Those who are in a call by our books, with their legs. */
  async joined(entryId: string): Promise<{ participantId: string; callSid: string }[]> {
    return this.participants.joined(entryId);
  }

  /** They could not be rung at all. */
  async unreachable(participantId: string, actor: Actor): Promise<void> {
    await this.change(participantId, undefined, (tx, call, who) => this.parties.gone(tx, call, who, "failed", actor));
  }

  /** The carrier has taken the order to ring. A leg that nobody wants any more, or a second one, is hung up. */
  async placed(participantId: string, callSid: string): Promise<void> {
    await this.change(participantId, undefined, async (tx, call, who) => {
      if (who.callSid === callSid) return;
      if (who.state === "ringing" && who.callSid === null) await this.participants.setLeg(tx, who.id, callSid);
      else await this.commands.add(tx, [endLeg(call, callSid)]);
    });
  }

  /** Whose leg a participant's may be; undefined for one who is unknown. */
  async person(participantId: string): Promise<{ agentId: string | null; userId: string | null } | undefined> {
    return isId(participantId) ? this.participants.find(participantId) : undefined;
  }

  /** Whom to ring; undefined when that is not wanted any more. */
  async wantedRing(participantId: string): Promise<WantedRing | undefined> {
    const who = await this.participants.find(participantId);
    const call = who?.state === "ringing" ? await this.queued.find({ id: who.entryId }) : undefined;
    if (!who || call?.state !== "in_conversation") return undefined;
    const shownNumber = call.direction === "inbound" ? call.toNumber : call.fromNumber;
    return { agentId: who.agentId, number: who.number, shownNumber, callSid: who.callSid };
  }

  /** How a participant hears and is heard by now; undefined for somebody who has gone. */
  async wantedSeat(participantId: string): Promise<WantedSeat | undefined> {
    const who = await this.participants.find(participantId);
    if (who?.state !== "joined" || who.callSid === null) return undefined;
    const call = await this.queued.find({ id: who.entryId });
    if (!call || call.ended || call.talkId === null) return undefined;
    const { talkId, agentCallSid } = call;
    return { talkId, callSid: who.callSid, held: who.held, seat: seatOf(who.role), ownerLeg: agentCallSid };
  }

  /** Of these legs, those that no call knows: the one that a lost answer placed is among them. */
  async unknownLegs(callSids: readonly string[]): Promise<string[]> {
    if (callSids.length === 0) return [];
    const known = await this.participants.knownLegs(callSids);
    return callSids.filter((sid) => !known.has(sid));
  }

  /** Ends rings that nobody resolved in time: a sweeper for callbacks that never come. Answers how many. */
  async expireDue(limit: number, actor: Actor): Promise<number> {
    const due = await this.participants.findExpired(limit);
    for (const id of due) {
      await this.change(id, undefined, async (tx, call, who) => {
        if (who.state === "ringing") await this.parties.gone(tx, call, who, "no_answer", actor);
      });
    }
    return due.length;
  }

  /** Does something with a participant and their call, the call locked first. */
  private async change<T>(
    participantId: string,
    otherwise: T,
    work: (tx: Tx, call: QueuedCallRow, who: ParticipantRow) => Promise<T>,
  ): Promise<T> {
    const entryId = isId(participantId) ? (await this.participants.find(participantId))?.entryId : undefined;
    if (entryId === undefined) return otherwise;
    const result = await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      const who = call && (await this.participants.read(tx, participantId));
      return call && who ? work(tx, call, who) : otherwise;
    });
    this.kick.kick();
    this.dispatcher.wake();
    return result;
  }
}

/** The seat of a participant in the conversation as it stands; undefined when there is no conference. */
function join(call: QueuedCallRow, who: ParticipantRow): Extract<SeatInstruction, { kind: "join" }> | undefined {
  if (call.talkId === null || call.ended) return undefined;
  const { muted, coaches } = seatOf(who.role);
  return {
    kind: "join",
    entryId: call.id,
    talkId: call.talkId,
    participantId: who.id,
    muted,
    coaches: coaches ? (call.agentCallSid ?? undefined) : undefined,
  };
}
