import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

export interface WaitingCall {
  entryId: string;
  callId: string;
  waitedSeconds: number;
  /** The arm of every flag as it stood when the call came in. */
  arms: Prisma.JsonValue;
}

export interface DispatchQueue {
  queueId: string;
  strategy: string;
  ringTimeoutSeconds: number;
  declineCooldownSeconds: number;
}

/** What the database knows of one member of the queue with an open session. */
export interface PoolMember {
  agentId: string;
  sessionId: string;
  status: string;
  statusReason: string | null;
  beatAgeSeconds: number;
  deviceConnected: boolean;
  device: Prisma.JsonValue;
  maxConcurrentCalls: number;
  missedRings: number;
  silentRings: number;
  carrierErrors: number;
  lateBeats: number;
  heldCalls: string[];
  idleSeconds: number;
  lastOfferSeconds: number | null;
  callsToday: number;
}

/** How an earlier offer of a call to an agent ended. */
export interface EarlierOffer {
  entryId: string;
  agentId: string;
  status: string;
  resolvedSeconds: number;
}

export interface NewOffer {
  offerId: string;
  entryId: string;
  callId: string;
  agentId: string;
  sessionId: string;
  explanation: object;
}

/** Members looked at in one round; the likely ones come first. */
const MOST_MEMBERS = 300;

/** The statements of one dispatch round: set-based, so that a burst costs the same few round trips as one call. */
export class DispatchRepository {
  constructor(private readonly db: Db) {}

  /**
   * Queues with callers who could be offered now and an agent who might take one: most wake-ups end here, with one
   * query, no transaction and no lock. Within a turn it is asked again for the queue alone. `anyDevice`: there may be
   * calls for which the state of the device does not count.
   */
  async findQueues(executor: Db | Tx = this.db, queueId?: string, anyDevice = false): Promise<DispatchQueue[]> {
    return executor.$queryRaw<DispatchQueue[]>`
      SELECT k.id::text AS "queueId", k.strategy, k.ring_timeout_seconds AS "ringTimeoutSeconds",
        k.decline_cooldown_seconds AS "declineCooldownSeconds"
      FROM call_queues k
      WHERE EXISTS (SELECT 1 FROM inbound_call_queue q
        WHERE q.queue_id = k.id AND q.state = 'waiting' AND q.carrier_queue_sid IS NOT NULL)
        AND EXISTS (SELECT 1 FROM queue_memberships m
          JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
          WHERE m.queue_id = k.id AND s."status" = 'available'
            AND (s."deviceConnected" OR ${anyDevice}::boolean)
            AND (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = m.agent_id) < s."maxConcurrentCalls")
        AND (${queueId ?? null}::uuid IS NULL OR k.id = ${queueId ?? null}::uuid)
      ORDER BY k.id`;
  }

  /** One dispatcher a queue at a time, so that the head of the line is served first; freed with the transaction. */
  async takeTurn(tx: Tx, queueId: string): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('dispatch:' || ${queueId}, 0))`;
  }

  /**
   * Waiting callers in order, locked. A row that a webhook is holding is skipped: it is held for about a millisecond,
   * and its webhook wakes the dispatcher afterwards; waiting for it could stall the whole line.
   */
  async lockWaiting(tx: Tx, queueId: string, limit: number): Promise<WaitingCall[]> {
    return tx.$queryRaw<WaitingCall[]>`
      SELECT q.id::text AS "entryId", q.call_id::text AS "callId",
        extract(epoch FROM evenhand_now() - q.enqueued_at)::float8 AS "waitedSeconds", c.arms
      FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id
      WHERE q.queue_id = ${queueId}::uuid AND q.state = 'waiting' AND q.carrier_queue_sid IS NOT NULL
      ORDER BY q.order_key, q.id LIMIT ${limit}::int FOR NO KEY UPDATE OF q SKIP LOCKED`;
  }

  async findPool(executor: Db | Tx, queueId: string): Promise<PoolMember[]> {
    return executor.$queryRaw<PoolMember[]>`
      SELECT s."agentId"::text AS "agentId", s."id"::text AS "sessionId", s."status"::text AS status, s."statusReason",
        extract(epoch FROM clock.now - s."lastHeartbeat")::float8 AS "beatAgeSeconds", s."deviceConnected", s."device",
        s."maxConcurrentCalls", s."missedRings", s."silentRings", s."carrierErrors", s."lateBeats",
        ARRAY(SELECT q.state::text FROM agent_call_slots c JOIN inbound_call_queue q ON q.id = c.queued_call_id
          WHERE c.agent_id = a.id) AS "heldCalls",
        extract(epoch FROM clock.now - greatest(a.last_call_ended_at, s."loginAt", s."statusSince"))::float8
          AS "idleSeconds",
        extract(epoch FROM clock.now - (SELECT max(o.created_at) FROM call_offers o WHERE o.agent_id = a.id))::float8
          AS "lastOfferSeconds",
        (SELECT count(*)::int FROM calls c WHERE c.agent_id = a.id AND c.started_at > clock.now - interval '1 day')
          AS "callsToday"
      FROM (SELECT evenhand_now() AS now) clock, queue_memberships m
        JOIN agents a ON a.id = m.agent_id JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
        JOIN agent_sessions s ON s."agentId" = a.id AND s."logoutAt" IS NULL
      WHERE m.queue_id = ${queueId}::uuid
      ORDER BY (s."status" = 'available' AND s."deviceConnected"
        AND NOT EXISTS (SELECT 1 FROM agent_call_slots c WHERE c.agent_id = a.id)) DESC, s."loginAt"
      LIMIT ${MOST_MEMBERS}`;
  }

  async findEarlierOffers(tx: Tx, entryIds: readonly string[]): Promise<EarlierOffer[]> {
    return tx.$queryRaw<EarlierOffer[]>`
      SELECT DISTINCT ON (queued_call_id, agent_id) queued_call_id::text AS "entryId", agent_id::text AS "agentId",
        status::text AS status, extract(epoch FROM evenhand_now() - resolved_at)::float8 AS "resolvedSeconds"
      FROM call_offers
      WHERE queued_call_id = ANY (${entryIds as string[]}::uuid[]) AND resolved_at IS NOT NULL
      ORDER BY queued_call_id, agent_id, resolved_at DESC`;
  }

  /**
   * Takes a free slot for each pair, where there still is one: the primary key refuses what another dispatcher took
   * in the meantime. Answers the calls that got theirs. An agent may stand in the list once. In the order of agents,
   * so that the dispatchers of two queues with shared agents never wait for each other in a circle.
   */
  async takeSlots(tx: Tx, pairs: readonly { entryId: string; agentId: string }[]): Promise<Set<string>> {
    const rows = await tx.$queryRaw<{ entryId: string }[]>`
      INSERT INTO agent_call_slots (agent_id, slot, queued_call_id, since)
      SELECT w.agent_id, free.n, w.entry_id, evenhand_now()
      FROM unnest(${pairs.map((p) => p.agentId)}::uuid[], ${pairs.map((p) => p.entryId)}::uuid[]) AS w(agent_id, entry_id)
        CROSS JOIN LATERAL (
          SELECT g.n FROM agent_sessions s, generate_series(0, s."maxConcurrentCalls" - 1) AS g(n)
          WHERE s."agentId" = w.agent_id AND s."logoutAt" IS NULL
            AND NOT EXISTS (SELECT 1 FROM agent_call_slots x WHERE x.agent_id = w.agent_id AND x.slot = g.n)
          ORDER BY g.n LIMIT 1) free
      ORDER BY w.agent_id
      ON CONFLICT DO NOTHING
      RETURNING queued_call_id::text AS "entryId"`;
    return new Set(rows.map((row) => row.entryId));
  }

  /** Writes the offers with their moves and events. The calls are locked and known to be waiting. */
  async writeOffers(tx: Tx, offers: readonly NewOffer[], expiresInSeconds: number): Promise<void> {
    const rows = Prisma.sql`jsonb_to_recordset(${JSON.stringify(
      offers.map((offer) => ({
        offer_id: offer.offerId,
        entry_id: offer.entryId,
        agent_id: offer.agentId,
        session_id: offer.sessionId,
        explanation: offer.explanation,
      })),
    )}::jsonb) AS r(offer_id uuid, entry_id uuid, agent_id uuid, session_id uuid, explanation jsonb)`;
    await tx.$executeRaw`
      INSERT INTO call_offers (id, queued_call_id, agent_id, session_id, created_at, expires_at, explanation)
      SELECT r.offer_id, r.entry_id, r.agent_id, r.session_id, clock.now,
        clock.now + make_interval(secs => ${expiresInSeconds}::float8), r.explanation
      FROM ${rows}, (SELECT evenhand_now() AS now) clock`;
    const moved = await tx.$executeRaw`
      UPDATE inbound_call_queue q SET state = 'offered', state_since = evenhand_now(), agent_id = r.agent_id
      FROM ${rows} WHERE q.id = r.entry_id AND q.state = 'waiting'`;
    if (moved !== offers.length) throw new Error(`${moved} of ${offers.length} locked calls could be offered`);
    await tx.$executeRaw`
      INSERT INTO queued_call_events (queued_call_id, from_state, to_state, reason, data, at)
      SELECT r.entry_id, 'waiting', 'offered', 'dispatched',
        jsonb_build_object('offerId', r.offer_id, 'agentId', r.agent_id, 'why', r.explanation -> 'why'), evenhand_now()
      FROM ${rows}`;
  }
}
