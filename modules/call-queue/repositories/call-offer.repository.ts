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

  /** An open, locked offer is accepted. */
  async acceptLegacy(tx: Tx, offerId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE call_offers SET status = 'accepted', resolved_at = evenhand_now()
      WHERE id = ${offerId}::uuid AND status = 'open'`;
  }

  /**
   * An open, locked offer ends without a conversation: a ring that has not begun is called off, the call's slots are free,
   * and the agent's screens are told, all in one statement. Answers how far the order to ring had come; undefined when
   * there was none.
   */
  async close(
    tx: Tx,
    offer: Pick<OfferRow, "id" | "entryId" | "agentId">,
    { as, callId }: { as: OfferEnd; callId: string },
  ): Promise<string | undefined> {
    const audience = `agent:${offer.agentId}`;
    const told = JSON.stringify({ offerId: offer.id, callId, status: as });
    const rows = await tx.$queryRaw<{ ring: string | null }[]>`/* named close_offer */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      closed AS (
        UPDATE call_offers o SET status = ${as}::"OfferStatus", resolved_at = clock.now
        FROM clock WHERE o.id = ${offer.id}::uuid AND o.status = 'open'),
      called_off AS (
        UPDATE carrier_commands c SET status = 'cancelled', finished_at = clock.now
        FROM clock WHERE c.offer_id = ${offer.id}::uuid AND c.kind = 'ring_agent' AND c.status = 'pending'),
      freed AS (DELETE FROM agent_call_slots WHERE queued_call_id = ${offer.entryId}::uuid),
      told AS (INSERT INTO live_events (topic, audience, data) VALUES ('offer', ${audience}, ${told}::jsonb))
      SELECT (SELECT c.status::text FROM carrier_commands c
        WHERE c.offer_id = ${offer.id}::uuid AND c.kind = 'ring_agent' ORDER BY c.id DESC LIMIT 1) AS ring`;
    return rows[0]?.ring ?? undefined;
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

  /** The carrier reported a state of a leg: the leg becomes an open offer's that has none. */
  async seeLeg(offerId: string, agentCallSid: string): Promise<void> {
    await this.db.$executeRaw`/* named see_leg */
      UPDATE call_offers SET agent_call_sid = ${agentCallSid}
      WHERE id = ${offerId}::uuid AND status = 'open' AND agent_call_sid IS NULL`;
  }

  /**
   * The carrier reported that a leg rings: it becomes an open offer's that has none, the device is known to have rung,
   * and the agent's screens are told. Answers whose offer it is when that was news. With `unlessTroubled` nothing is
   * written, and `troubled` answered, while earlier rings of the agent's device are counted as not heard: forgetting
   * those belongs into the same transaction.
   */
  async seeRing(
    executor: Db | Tx,
    offerId: string,
    agentCallSid: string,
    { unlessTroubled }: { unlessTroubled: boolean },
  ): Promise<{ agentId: string; troubled: boolean } | undefined> {
    const rows = await executor.$queryRaw<{ agentId: string; troubled: boolean }[]>`/* named see_ring */
      WITH news AS MATERIALIZED (
        SELECT o.id, o.agent_id, ${unlessTroubled}::boolean AND EXISTS (
          SELECT 1 FROM agent_sessions s
          WHERE s."agentId" = o.agent_id AND s."logoutAt" IS NULL AND s."silentRings" > 0) AS troubled
        FROM call_offers o
        WHERE o.id = ${offerId}::uuid AND coalesce(o.agent_call_sid, ${agentCallSid}) = ${agentCallSid}
          AND o.ringing_at IS NULL
        FOR NO KEY UPDATE),
      seen AS (
        UPDATE call_offers o SET ringing_at = evenhand_now(),
          agent_call_sid = CASE WHEN o.status = 'open' THEN ${agentCallSid} ELSE o.agent_call_sid END
        FROM news WHERE o.id = news.id AND NOT news.troubled),
      told AS (
        INSERT INTO live_events (topic, audience, data)
        SELECT 'offer', 'agent:' || news.agent_id, jsonb_build_object('offerId', news.id, 'status', 'ringing')
        FROM news WHERE NOT news.troubled)
      SELECT agent_id::text AS "agentId", troubled FROM news`;
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

  /** Whether this leg is the offer's. The first one that is heard of while it is open becomes it. */
  async isLegOf(offerId: string, agentCallSid: string): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`/* named leg_of_offer */
      WITH seen AS (
        UPDATE call_offers SET agent_call_sid = ${agentCallSid}
        WHERE id = ${offerId}::uuid AND status = 'open' AND agent_call_sid IS NULL)
      SELECT 1 FROM call_offers
      WHERE id = ${offerId}::uuid AND coalesce(agent_call_sid, ${agentCallSid}) = ${agentCallSid}`;
    return rows.length === 1;
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
