import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export type OfferEnd = "declined" | "missed" | "cancelled" | "failed";

export interface OfferRow {
  id: string;
  entryId: string;
  agentId: string;
  sessionId: string;
  status: "open" | "accepted" | OfferEnd;
  agentCallSid: string | null;
  createdAt: Date;
  rang: boolean;
  expired: boolean;
}

/** Offers whose queued calls are remembered. */
const MOST_KNOWN = 20_000;

/** Offers: the reservation of one call for one agent, and how it ended. */
export class CallOfferRepository {
  private readonly entryOf = new Map<string, string>();

  constructor(private readonly db: Db) {}

  /**
   * Which queued call an offer belongs to: needed before anything can be locked, since calls are locked first. That
   * never changes, and is asked by each report of a leg.
   */
  async findEntryId(offerId: string): Promise<string | undefined> {
    const known = this.entryOf.get(offerId);
    if (known !== undefined) return known;
    const rows = await this.db.$queryRaw<{ entryId: string }[]>`/* named find_entry_of_offer */
      SELECT queued_call_id::text AS "entryId" FROM call_offers WHERE id = ${offerId}::uuid`;
    const entryId = rows[0]?.entryId;
    if (entryId !== undefined) this.remember(offerId, entryId);
    return entryId;
  }

  private remember(offerId: string, entryId: string): void {
    const [oldest] = this.entryOf.keys();
    if (this.entryOf.size >= MOST_KNOWN && oldest !== undefined) this.entryOf.delete(oldest);
    this.entryOf.set(offerId, entryId);
  }

  async lock(tx: Tx, offerId: string): Promise<OfferRow | undefined> {
    const rows = await tx.$queryRaw<OfferRow[]>`/* named lock_offer */
      SELECT id::text AS id, queued_call_id::text AS "entryId", agent_id::text AS "agentId",
        session_id::text AS "sessionId", status::text AS status, agent_call_sid AS "agentCallSid",
        created_at AS "createdAt", ringing_at IS NOT NULL AS rang, expires_at < evenhand_now() AS expired
      FROM call_offers WHERE id = ${offerId}::uuid FOR NO KEY UPDATE`;
    return rows[0];
  }

  async findOpen(entryId: string): Promise<{ id: string; agentId: string } | undefined> {
    const offer = await this.db.callOffer.findFirst({
      where: { queuedCallId: entryId, status: "open" },
      select: { id: true, agentId: true },
    });
    return offer ?? undefined;
  }

  /** The open offer of a queued call. */
  async findOpenId(tx: Tx, entryId: string): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM call_offers WHERE queued_call_id = ${entryId}::uuid AND status = 'open'`;
    return rows[0]?.id;
  }

  /** Ends an open offer; false when it had ended or was accepted already. */
  async end(tx: Tx, offerId: string, status: OfferEnd | "accepted"): Promise<boolean> {
    const ended = await tx.$executeRaw`/* named end_offer */
      UPDATE call_offers SET status = ${status}::"OfferStatus", resolved_at = evenhand_now()
      WHERE id = ${offerId}::uuid AND status = 'open'`;
    return ended === 1;
  }

  /**
   * Remembers the leg that rings for an open offer, whoever tells of it first; false when the offer is over, or has
   * another leg.
   */
  async placeLeg(offerId: string, agentCallSid: string): Promise<boolean> {
    const placed = await this.db.$executeRaw`/* named place_leg */
      UPDATE call_offers SET agent_call_sid = ${agentCallSid}
      WHERE id = ${offerId}::uuid AND coalesce(agent_call_sid, ${agentCallSid}) = ${agentCallSid}
        AND (status = 'open' OR (status = 'accepted' AND agent_call_sid IS NOT NULL))`;
    return placed === 1;
  }

  /**
   * The carrier reported a state of a leg: the leg becomes an open offer's that has none, and with `rings` the device is
   * known to have rung, which the agent's screens are told. Answers whose offer it is when that was news.
   */
  async seeLeg(
    executor: Db | Tx,
    offerId: string,
    agentCallSid: string,
    rings: boolean,
  ): Promise<{ agentId: string } | undefined> {
    const rows = await executor.$queryRaw<{ agentId: string }[]>`/* named see_leg */
      WITH seen AS (
        UPDATE call_offers o SET
          agent_call_sid = CASE WHEN o.status = 'open' THEN ${agentCallSid} ELSE o.agent_call_sid END,
          ringing_at = CASE WHEN ${rings}::boolean THEN evenhand_now() ELSE o.ringing_at END
        WHERE o.id = ${offerId}::uuid AND coalesce(o.agent_call_sid, ${agentCallSid}) = ${agentCallSid}
          AND CASE WHEN ${rings}::boolean THEN o.ringing_at IS NULL
            ELSE o.status = 'open' AND o.agent_call_sid IS NULL END
        RETURNING o.id, o.agent_id),
      told AS (
        INSERT INTO live_events (topic, audience, data)
        SELECT 'offer', 'agent:' || seen.agent_id, jsonb_build_object('offerId', seen.id, 'status', 'ringing')
        FROM seen WHERE ${rings}::boolean)
      SELECT agent_id::text AS "agentId" FROM seen`;
    return rows[0];
  }

  /**
   * An open, locked offer is accepted by this leg, whichever was rung before: the order to ring is called off where it
   * has not begun, and the agent's screens are told.
   */
  async accept(tx: Tx, offer: { id: string; callId: string; agentCallSid: string }): Promise<void> {
    await tx.$executeRaw`/* named accept_offer */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      accepted AS (
        UPDATE call_offers o SET status = 'accepted', resolved_at = clock.now, agent_call_sid = ${offer.agentCallSid}
        FROM clock WHERE o.id = ${offer.id}::uuid AND o.status = 'open' RETURNING o.id, o.agent_id),
      called_off AS (
        UPDATE carrier_commands c SET status = 'cancelled', finished_at = clock.now
        FROM clock WHERE c.offer_id = ${offer.id}::uuid AND c.kind = 'ring_agent' AND c.status = 'pending')
      INSERT INTO live_events (topic, audience, data)
      SELECT 'offer', 'agent:' || accepted.agent_id,
        jsonb_build_object('offerId', accepted.id, 'callId', ${offer.callId}::text, 'status', 'accepted')
      FROM accepted`;
  }

  /** The leg that answered is the offer's leg, whichever was rung before. */
  async replaceLeg(tx: Tx, offerId: string, agentCallSid: string): Promise<void> {
    await tx.$executeRaw`UPDATE call_offers SET agent_call_sid = ${agentCallSid} WHERE id = ${offerId}::uuid`;
  }

  /** Legs that offers of this agent already know: what a search at the carrier must not take for a new one. */
  async knownLegs(agentId: string, callSids: readonly string[]): Promise<Set<string>> {
    const rows = await this.db.$queryRaw<{ sid: string }[]>`
      SELECT agent_call_sid AS sid FROM call_offers
      WHERE agent_id = ${agentId}::uuid AND agent_call_sid = ANY (${callSids as string[]})`;
    return new Set(rows.map((row) => row.sid));
  }

  async isOpen(offerId: string): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`/* named is_offer_open */
      SELECT 1 FROM call_offers WHERE id = ${offerId}::uuid AND status = 'open'`;
    return rows.length === 1;
  }

  async hasLeg(offerId: string): Promise<boolean> {
    return (await this.db.callOffer.count({ where: { id: offerId, agentCallSid: { not: null } } })) > 0;
  }

  /** Whether this leg is the offer's; any leg is, until one is known. */
  async isLegOf(offerId: string, agentCallSid: string): Promise<boolean> {
    const where = { id: offerId, OR: [{ agentCallSid }, { agentCallSid: null }] };
    return (await this.db.callOffer.count({ where })) > 0;
  }

  /** Whether this agent was ever asked to take this call. */
  async wasOffered(entryId: string, agentId: string): Promise<boolean> {
    return (await this.db.callOffer.count({ where: { queuedCallId: entryId, agentId } })) > 0;
  }

  /** Whether anybody was ever asked to take this call. */
  async hasAny(tx: Tx, entryId: string): Promise<boolean> {
    return (await tx.callOffer.count({ where: { queuedCallId: entryId } })) > 0;
  }

  /** Open offers past their expiry, oldest first. */
  async findExpired(limit: number): Promise<{ offerId: string; entryId: string }[]> {
    return this.db.$queryRaw`
      SELECT id::text AS "offerId", queued_call_id::text AS "entryId" FROM call_offers
      WHERE status = 'open' AND expires_at < evenhand_now() ORDER BY expires_at LIMIT ${limit}::int`;
  }
}
