import type { Db } from "@/lib/db/client";
import { retrying } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { PlannedOffer } from "../domain/offer-plan";
import { canBeOffered, isOpenSession, looksFree } from "./dispatch.sql";

/** An offer to be written, with what the queue's settings say about it. */
export interface WantedOffer extends PlannedOffer {
  ringSeconds: number;
  expiresInSeconds: number;
}

/** What became of a wanted offer: the caller could be held (nobody else has the row), and the agent had a slot. */
export interface ClaimOutcome {
  entryId: string;
  held: boolean;
  made: boolean;
}

/** Claims what dispatch has planned, and refuses whatever is not so any more (ADR 22). */
export class CallClaimRepository {
  constructor(private readonly db: Db) {}

  /**
   * Reserves and offers in one statement, which is one transaction: holds each call that still waits (a row that a
   * webhook is writing is passed over), takes a free slot of its agent, and where it got one writes the offer, the
   * move, its event, the carrier's order to ring, the audit and the live events. Slots are taken in the order of
   * agents, so that two dispatchers never wait for each other in a circle; the primary key refuses what another was
   * faster with. An agent and a call may stand in the list once. Calls are looked up one by one (LATERAL, an array,
   * of which the planner expects few elements): a join would read the whole line for each claim.
   */
  async claim(offers: readonly WantedOffer[], anyDevice: boolean, actor: Actor): Promise<ClaimOutcome[]> {
    const wanted = JSON.stringify(
      offers.map((offer) => ({
        offer_id: offer.offerId,
        entry_id: offer.entryId,
        call_id: offer.callId,
        queue_id: offer.queueId,
        agent_id: offer.agentId,
        session_id: offer.sessionId,
        ring_seconds: offer.ringSeconds,
        expires_in: offer.expiresInSeconds,
        explanation: offer.explanation,
      })),
    );
    return retrying(
      () => this.db.$queryRaw<ClaimOutcome[]>`/* named claim_calls */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      wanted AS MATERIALIZED (
        SELECT r.* FROM unnest(ARRAY(SELECT jsonb_array_elements(${wanted}::jsonb))) AS one(wish),
          jsonb_to_record(one.wish) AS r(offer_id uuid, entry_id uuid, call_id uuid, queue_id uuid, agent_id uuid,
            session_id uuid, ring_seconds int, expires_in float8, explanation jsonb)),
      held AS MATERIALIZED (
        SELECT w.agent_id, q.id FROM wanted w CROSS JOIN LATERAL (
          SELECT q.id FROM inbound_call_queue q WHERE q.id = w.entry_id AND ${canBeOffered}
          FOR NO KEY UPDATE SKIP LOCKED) q),
      taken AS (
        INSERT INTO agent_call_slots (agent_id, slot, queued_call_id, since)
        SELECT w.agent_id, free.n, w.id, clock.now
        FROM clock, held w CROSS JOIN LATERAL (
          SELECT g.n FROM agent_sessions s, generate_series(0, s."maxConcurrentCalls" - 1) AS g(n)
          WHERE s."agentId" = w.agent_id AND ${isOpenSession} AND ${looksFree(anyDevice)}
            AND NOT EXISTS (SELECT 1 FROM agent_call_slots x WHERE x.agent_id = w.agent_id AND x.slot = g.n)
          ORDER BY g.n LIMIT 1) free
        ORDER BY w.agent_id
        ON CONFLICT DO NOTHING
        RETURNING queued_call_id),
      made AS MATERIALIZED (SELECT w.* FROM wanted w JOIN taken t ON t.queued_call_id = w.entry_id),
      offered AS (
        INSERT INTO call_offers (id, queued_call_id, agent_id, session_id, created_at, expires_at, explanation)
        SELECT w.offer_id, w.entry_id, w.agent_id, w.session_id, clock.now, clock.now + make_interval(secs => w.expires_in),
          w.explanation
        FROM made w, clock),
      moved AS (
        UPDATE inbound_call_queue q SET state = 'offered', state_since = clock.now, agent_id = w.agent_id
        FROM made w, clock WHERE q.id = w.entry_id),
      told AS (
        INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
        SELECT w.entry_id, 'waiting', 'offered', 'dispatched',
          jsonb_build_object('offerId', w.offer_id, 'agentId', w.agent_id, 'why', w.explanation -> 'why'), clock.now
        FROM made w, clock),
      ordered AS (
        INSERT INTO carrier_commands (kind, queued_call_id, offer_id, payload, not_before, created_at)
        SELECT 'ring_agent', w.entry_id, w.offer_id, jsonb_build_object('agentId', w.agent_id, 'callId', w.call_id,
          'entryId', w.entry_id, 'offerId', w.offer_id, 'ringSeconds', w.ring_seconds), clock.now, clock.now
        FROM made w, clock),
      audited AS (
        INSERT INTO audit_log (actor_type, actor_id, actor_label, action, entity_type, entity_id, before, after, request_id)
        SELECT ${actor.type}, ${actor.id ?? null}, ${actor.label}, 'call.offered', 'call', w.call_id::text,
          '{"state": "waiting"}'::jsonb,
          jsonb_build_object('state', 'offered', 'agentId', w.agent_id, 'offerId', w.offer_id), ${actor.requestId ?? null}
        FROM made w),
      published AS (
        INSERT INTO live_events (topic, audience, data)
        SELECT e.topic, e.audience, e.data FROM made w CROSS JOIN LATERAL (VALUES
          ('queue', 'staff', jsonb_build_object('callId', w.call_id, 'queueId', w.queue_id, 'state', 'offered')),
          ('call', 'staff', jsonb_build_object('callId', w.call_id, 'queueId', w.queue_id, 'state', 'offered')),
          ('call', 'agent:' || w.agent_id,
            jsonb_build_object('callId', w.call_id, 'queueId', w.queue_id, 'state', 'offered')),
          ('presence', 'staff', jsonb_build_object('agentId', w.agent_id)),
          ('presence', 'agent:' || w.agent_id, jsonb_build_object('agentId', w.agent_id)),
          ('offer', 'agent:' || w.agent_id,
            jsonb_build_object('offerId', w.offer_id, 'callId', w.call_id, 'status', 'open'))) e(topic, audience, data))
      SELECT w.entry_id::text AS "entryId", held.id IS NOT NULL AS held, made.entry_id IS NOT NULL AS made
      FROM wanted w LEFT JOIN held ON held.id = w.entry_id LEFT JOIN made ON made.entry_id = w.entry_id`,
    );
  }
}
