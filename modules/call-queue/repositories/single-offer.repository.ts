import type { Tx } from "@/lib/db/transaction";

/** An offer for a call that is locked and known to be waiting. */
export interface SingleOffer {
  offerId: string;
  entryId: string;
  agentId: string;
  sessionId: string;
  explanation: object;
}

/** One call offered to one agent inside its own transaction: what the flow without a queue needs of dispatch. */
export class SingleOfferRepository {
  /** Takes a free slot of the agent for the call; false when there is none (any more). */
  async takeSlot(tx: Tx, entryId: string, agentId: string): Promise<boolean> {
    const taken = await tx.$executeRaw`
      INSERT INTO agent_call_slots (agent_id, slot, queued_call_id, since)
      SELECT s."agentId", g.n, ${entryId}::uuid, evenhand_now()
      FROM agent_sessions s, generate_series(0, s."maxConcurrentCalls" - 1) AS g(n)
      WHERE s."agentId" = ${agentId}::uuid AND s."logoutAt" IS NULL
        AND NOT EXISTS (SELECT 1 FROM agent_call_slots x WHERE x.agent_id = s."agentId" AND x.slot = g.n)
      ORDER BY g.n LIMIT 1
      ON CONFLICT DO NOTHING`;
    return taken === 1;
  }

  /** Writes the offer with its move and event. */
  async write(tx: Tx, offer: SingleOffer, expiresInSeconds: number): Promise<void> {
    const { offerId, entryId, agentId, sessionId } = offer;
    const explanation = JSON.stringify(offer.explanation);
    await tx.$executeRaw`
      INSERT INTO call_offers (id, queued_call_id, agent_id, session_id, created_at, expires_at, explanation)
      SELECT ${offerId}::uuid, ${entryId}::uuid, ${agentId}::uuid, ${sessionId}::uuid, clock.now,
        clock.now + make_interval(secs => ${expiresInSeconds}::float8), ${explanation}::jsonb
      FROM (SELECT evenhand_now() AS now) clock`;
    const moved = await tx.$executeRaw`
      UPDATE inbound_call_queue SET state = 'offered', state_since = evenhand_now(), agent_id = ${agentId}::uuid
      WHERE id = ${entryId}::uuid AND state = 'waiting'`;
    if (moved !== 1) throw new Error(`Call ${entryId} was not waiting although it is locked`);
    await tx.$executeRaw`
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      SELECT ${entryId}::uuid, 'waiting', 'offered', 'dispatched',
        jsonb_build_object('offerId', ${offerId}::uuid, 'agentId', ${agentId}::uuid, 'why', ${explanation}::jsonb -> 'why'),
        evenhand_now()`;
  }
}
