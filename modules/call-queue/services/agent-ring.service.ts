import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { CommandKick } from "../domain/carrier-commands";
import type { CallOfferRepository } from "../repositories/call-offer.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import { endLeg } from "./offer-ending.service";

/** What a ring that was heard says for an agent's device; the presence of the house keeps it. */
export interface HeardRings {
  heardRing(tx: Tx, agentId: string): Promise<void>;
}

/** The leg that rings an offer's agent: which one it is, and that it rings. */
export class AgentRingService {
  constructor(
    private readonly db: Db,
    private readonly offers: CallOfferRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly heard: HeardRings,
    private readonly kick: CommandKick,
  ) {}

  /** Whether the offer still wants its agent rung. */
  async isOpen(offerId: string): Promise<boolean> {
    return this.offers.isOpen(offerId);
  }

  /**
   * The carrier has taken the order to ring. The leg becomes the offer's; one that came after the offer's end, or
   * beside the leg that is known already, is hung up.
   */
  async placed(offerId: string, agentCallSid: string): Promise<void> {
    if (await this.offers.placeLeg(offerId, agentCallSid)) return;
    await inTransaction(this.db, async (tx) => {
      const offer = await this.offers.lock(tx, offerId);
      if (offer) await this.commands.add(tx, [endLeg({ id: offer.entryId }, agentCallSid)]);
    });
    this.kick.kick();
  }

  /** The carrier reported a state of a leg of this offer, perhaps before it answered the order itself. */
  async legSeen(offerId: string, agentCallSid: string): Promise<void> {
    await this.offers.seeLeg(offerId, agentCallSid);
  }

  /** The carrier reported that a leg of this offer rings, perhaps before it answered the order itself. */
  async legRings(offerId: string, agentCallSid: string): Promise<void> {
    const seen = await this.offers.seeRing(this.db, offerId, agentCallSid, { unlessTroubled: true });
    if (!seen?.troubled) return;
    await inTransaction(this.db, async (tx) => {
      const offer = await this.offers.seeRing(tx, offerId, agentCallSid, { unlessTroubled: false });
      // Told late, the ring may have been taken for one that the device did not hear.
      if (offer) await this.heard.heardRing(tx, offer.agentId);
    });
  }

  /** Whether a leg of the offer is known: it rings, or did. */
  async hasLeg(offerId: string): Promise<boolean> {
    return this.offers.hasLeg(offerId);
  }

  /** Whether this leg, whose end is reported, is the one that the offer counts on. */
  async isLegOf(offerId: string, agentCallSid: string): Promise<boolean> {
    return this.offers.isLegOf(offerId, agentCallSid);
  }

  /** Of these legs, those that no offer of the agent knows. */
  async unknownLegs(agentId: string, callSids: readonly string[]): Promise<string[]> {
    if (callSids.length === 0) return [];
    const known = await this.offers.knownLegs(agentId, callSids);
    return callSids.filter((sid) => !known.has(sid));
  }
}
