import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { actorOf, type Actor, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { detectionFor, type DetectionMode } from "../domain/answering-machines";
import type { CommandKick } from "../domain/carrier-commands";
import { reasonOfRefusal, type DialRefusal } from "../domain/not-reached";
import type { CallRepository } from "../repositories/call.repository";
import type { CallSlotRepository } from "../repositories/call-slot.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import { undialled, type OutboundDesk, type OutboundRepository } from "../repositories/outbound.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { ConversationEnding } from "./conversation-ending";
import { endLeg } from "./offer-ending.service";
import { callEvents } from "./queued-call-mover";

export interface CallOut {
  leadId?: string | undefined;
  /** E.164. */
  to?: string | undefined;
  /** The number to show; one of the house's. */
  callerId?: string | undefined;
  /** Id or key of the queue it counts for. */
  queue?: string | undefined;
  /** "ring": the agent's phone rings first; "dial_in": the agent's browser dials in by itself. */
  connect: "ring" | "dial_in";
  /** Calls although the house is closed. */
  outsideHours: boolean;
}

export interface CallableLeads {
  /** Throws 404 for a lead that the asker may not see. */
  find(principal: Principal, leadId: string): Promise<{ id: string; phone: string | null }>;
}

export interface OpeningHours {
  isOpen(): Promise<boolean>;
}

/** Whom to dial for an agent who is on the line. */
export interface WantedDial {
  callId: string;
  to: string;
  from: string;
  /** How the carrier is to find out whether a machine answers. */
  detection: DetectionMode | undefined;
}

/** Seconds past the ring's timeout until an offer without any callback is given up. */
const EXPIRY_GRACE_SECONDS = 5;

/** Calls that agents make: checked, their slot taken, their own phone connected first. */
export class OutboundService {
  constructor(
    private readonly db: Db,
    private readonly outbound: OutboundRepository,
    private readonly queued: QueuedCallRepository,
    private readonly calls: CallRepository,
    private readonly slots: CallSlotRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly leads: CallableLeads,
    private readonly hours: OpeningHours,
    private readonly settings: { houseNumber: string; leaseSeconds: () => number },
    private readonly kick: CommandKick,
    private readonly talks: Pick<ConversationEnding, "notReached">,
  ) {}

  /**
   * Begins a call to a lead or a number. The agent's slot is taken before anything is dialled. Throws 404, 409 for a
   * number not to be called, outside opening hours, without a free slot or a phone, and 422.
   */
  async place(principal: Principal, wish: CallOut): Promise<{ callId: string; offerId: string }> {
    const agentId = principal.agentId;
    if (agentId === undefined) {
      throw conflict("not_an_agent", "Only agents have a softphone; your account takes no calls.");
    }
    const { to, leadId } = await this.whom(principal, wish);
    const refusal = await this.outbound.refusal(to);
    if (refusal)
      throw conflict("do_not_call", `This number must not be called. ${refusal.reason}`, { reason: refusal.reason });
    if (!wish.outsideHours && !(await this.hours.isOpen())) {
      throw conflict("outside_hours", "It is outside opening hours. Call all the same?");
    }
    const desk = await this.outbound.desk(agentId, wish.queue);
    if (!desk) throw conflict("no_queue", "You belong to no such queue, and calls are counted by queue.");
    const from = await this.shownNumber(desk, wish.callerId);
    const placed = await inTransaction(
      this.db,
      (tx) => this.write(tx, principal, { agentId, to, from, leadId, desk, connect: wish.connect }),
      { once: "call" },
    );
    this.kick.kick();
    return placed;
  }

  /** The numbers that a call out can show. */
  async callerIds(): Promise<{ number: string; label: string }[]> {
    const own = { number: this.settings.houseNumber, label: "Call centre" };
    const others = await this.outbound.callerIds();
    return [own, ...others.filter(({ number }) => number !== own.number)];
  }

  /** Whom to dial; undefined when that is not wanted any more, or done. */
  async wantedDial(entryId: string): Promise<WantedDial | undefined> {
    const call = await this.queued.find({ id: entryId });
    if (call?.state !== "connecting" || call.callSid !== undialled(call.callId)) return undefined;
    const detection = detectionFor(call.outboundMachine);
    return { callId: call.callId, to: call.toNumber, from: call.fromNumber, detection };
  }

  /** The order to dial was given up: the agent's leg ends, and the wrap-up tells why. Repeats change nothing. */
  async refused(entryId: string, refusal: DialRefusal, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call?.state !== "connecting" || call.callSid !== undialled(call.callId)) return;
      await this.talks.notReached(tx, call, reasonOfRefusal(refusal), "carrier", actor);
    });
    this.kick.kick();
  }

  /** A leg was dialled for this call. One too many, or one that nobody waits for any more, is hung up. */
  async dialled(callId: string, callSid: string): Promise<void> {
    if (!isId(callId)) return;
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callId });
      if (call?.direction !== "outbound" || call.callSid === callSid) return;
      const wanted = call.state === "connecting" && (await this.outbound.setLeg(tx, callId, callSid));
      if (!wanted) await this.commands.add(tx, [endLeg(call, callSid)]);
    });
    this.kick.kick();
  }

  private async whom(principal: Principal, wish: CallOut): Promise<{ to: string; leadId: string | null }> {
    if (wish.leadId === undefined) {
      const to = wish.to ?? "";
      const lead = await inTransaction(this.db, (tx) => this.calls.findLead(tx, to));
      return { to, leadId: lead?.leadId ?? null };
    }
    const lead = await this.leads.find(principal, wish.leadId);
    const to = wish.to ?? lead.phone;
    if (to === null) throw unprocessable("no_number", "This lead has no telephone number.");
    return { to, leadId: lead.id };
  }

  private async shownNumber(desk: OutboundDesk, wanted: string | undefined): Promise<string> {
    if (wanted === undefined) return desk.agentCallerId ?? desk.queueCallerId ?? this.settings.houseNumber;
    if ((await this.callerIds()).some(({ number }) => number === wanted)) return wanted;
    throw unprocessable("unknown_caller_id", "This is not a number of the house.", { callerId: wanted });
  }

  private async write(
    tx: Tx,
    principal: Principal,
    call: {
      agentId: string;
      to: string;
      from: string;
      leadId: string | null;
      desk: OutboundDesk;
      connect: CallOut["connect"];
    },
  ): Promise<{ callId: string; offerId: string }> {
    const { agentId, to, from, leadId, desk, connect } = call;
    const [callId, entryId, offerId] = [newId(), newId(), newId()];
    if (desk.sessionId === null) throw noPhone();
    const offerSeconds = desk.ringSeconds + EXPIRY_GRACE_SECONDS;
    const rows = { callId, entryId, offerId, agentId, sessionId: desk.sessionId, queueId: desk.queueId };
    await this.outbound.insert(tx, { ...rows, from, to, leadId, offerSeconds });
    const slot = { agentId, entryId, owns: true, leaseSeconds: this.settings.leaseSeconds() };
    // The rows go with the transaction.
    if (!(await this.slots.take(tx, slot))) throw noPhone();
    await this.queued.addEvent(tx, { entryId, from: null, to: "offered", reason: "called_out", data: { offerId } });
    await writeAudit(tx, actorOf(principal), [
      { action: "call.placed", entityType: "call", entityId: callId, after: { to, from, agentId, leadId } },
    ]);
    await publishLive(tx, callEvents({ callId, queueId: desk.queueId, state: "offered", agentIds: [agentId] }));
    if (connect === "ring") {
      const payload = { agentId, callId, entryId, offerId, ringSeconds: desk.ringSeconds };
      await this.commands.add(tx, [{ kind: "ring_agent", payload, entryId, offerId }]);
    }
    return { callId, offerId };
  }
}

const noPhone = () =>
  conflict("phone_not_free", "Your phone is not ready for another call. Choose Available and end the call you hold.");
