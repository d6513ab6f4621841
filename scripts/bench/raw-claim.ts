import type { Db } from "@/lib/db/client";
import type { WantedOffer } from "@/modules/call-queue/repositories/call-claim.repository";

/**
 * What a claim cannot be faster than: the same rows by one statement that takes every value as given, trusts that the
 * call waits and the agent is free, and lets the keys refuse what is not so. Answers the offers made.
 */
export async function bestSingleStatement(
  db: Db,
  offer: Omit<WantedOffer, "explanation" | "ringSeconds" | "expiresInSeconds"> & { explanation: object },
): Promise<number> {
  const state = JSON.stringify({ callId: offer.callId, queueId: offer.queueId, state: "offered" });
  const presence = JSON.stringify({ agentId: offer.agentId });
  const audience = `agent:${offer.agentId}`;
  return db.$executeRaw`/* named bench_claim */
    WITH taken AS (
      INSERT INTO agent_call_slots (agent_id, slot, queued_call_id, since)
      VALUES (${offer.agentId}::uuid, 0, ${offer.entryId}::uuid, evenhand_now()) RETURNING queued_call_id),
    offered AS (
      INSERT INTO call_offers (id, queued_call_id, agent_id, session_id, created_at, expires_at, explanation)
      VALUES (${offer.offerId}::uuid, ${offer.entryId}::uuid, ${offer.agentId}::uuid, ${offer.sessionId}::uuid,
        evenhand_now(), evenhand_now() + interval '25 seconds', ${JSON.stringify(offer.explanation)}::jsonb)),
    told AS (
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      VALUES (${offer.entryId}::uuid, 'waiting', 'offered', 'dispatched', ${state}::jsonb, evenhand_now())),
    ordered AS (
      INSERT INTO carrier_commands (kind, queued_call_id, offer_id, payload, not_before, created_at)
      VALUES ('ring_agent', ${offer.entryId}::uuid, ${offer.offerId}::uuid, ${state}::jsonb, evenhand_now(), evenhand_now())),
    audited AS (
      INSERT INTO audit_log (actor_type, actor_label, action, entity_type, entity_id, before, after)
      VALUES ('system', 'bench', 'call.offered', 'call', ${offer.callId}, '{"state": "waiting"}'::jsonb, ${state}::jsonb)),
    published AS (
      INSERT INTO live_events (topic, audience, data) VALUES
        ('queue', 'staff', ${state}::jsonb), ('call', 'staff', ${state}::jsonb), ('call', ${audience}, ${state}::jsonb),
        ('presence', 'staff', ${presence}::jsonb), ('presence', ${audience}, ${presence}::jsonb),
        ('offer', ${audience}, ${state}::jsonb))
    UPDATE inbound_call_queue q SET state = 'offered', state_since = evenhand_now(), agent_id = ${offer.agentId}::uuid
    FROM taken WHERE q.id = taken.queued_call_id AND q.state = 'waiting'`;
}
