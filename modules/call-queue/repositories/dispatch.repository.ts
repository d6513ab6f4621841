import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { retrying, type Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { CALLBACK_LINE } from "../domain/callback";
import type { PlanCall, PlannedOffer, PlanQueue } from "../domain/offer-plan";

/** A queue with callers who could be offered now and an agent who might take one. */
export interface DispatchQueue extends Omit<PlanQueue, "signedInLevels"> {
  ringTimeoutSeconds: number;
}

/** A caller in line; `orderKey` is the place, as text that keeps the microseconds. */
export interface WaitingCall extends Omit<PlanCall, "balanced"> {
  orderKey: string;
  /** The arm of every flag as it stood when the call came in. */
  arms: Prisma.JsonValue;
}

/** What the database knows of one member of a queue with an open session. */
export interface PoolMember {
  queueId: string;
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
  /** Null where the queue's strategy does not ask. */
  callsToday: number | null;
  performanceScore: number | null;
  level: number;
  skills: string[];
  /** Members of this queue who look free, those not read included; null for one who does not. */
  freeMembers: number | null;
}

/** Whom the calls in line ask for: agents by id, and skills that a single call requires. */
export interface WantedAgents {
  preferred: readonly string[];
  skills: readonly string[];
}

export const ANYBODY: WantedAgents = { preferred: [], skills: [] };

/** Who is signed in to a queue at all. */
export interface QueueStaff {
  queueId: string;
  signedIn: number;
  levels: number[];
}

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

/** Free members looked at for one queue at most: twice what a round can offer, best first by its strategy. */
export const MOST_FREE = 100;
/** Members who are not free, for the record. */
const MOST_NOT_FREE = 20;

const { sql } = Prisma;

/** In the carrier's queue, so that an agent's answer can move the caller. */
const canBeOffered = sql`q.state = 'waiting' AND q.carrier_queue_sid IS NOT NULL`;
const isOpenSession = sql`s."logoutAt" IS NULL`;
/**
 * `anyDevice`: there may be calls for which the state of the device does not count. Values that the planner could reckon
 * with go through a sub-select here: with them each plan would seem better than the one that is kept, and none would be.
 */
const looksFree = (anyDevice: boolean): Prisma.Sql => sql`
  s."status" = 'available' AND (s."deviceConnected" OR (SELECT ${anyDevice}::boolean))`;
/** Queues by their ids, so that the plan is the same for any number of them. */
const these = (queueIds: readonly string[]): Prisma.Sql => sql`ARRAY(SELECT unnest(${queueIds}::uuid[]))`;
/** The mark is what the index knows, so that those who talk are not even read; the slots are what is so (ADR 32). */
const hasRoom = sql`
  (s."hasRoom" AND (s."maxConcurrentCalls" = 1 OR
    (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = s."agentId") < s."maxConcurrentCalls"))`;
/** How many calls the agent of a session with room holds: none, where there is room for one at most. */
const heldBySession = sql`(
  SELECT CASE WHEN s."maxConcurrentCalls" > 1
    THEN (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = s."agentId") ELSE 0 END AS count OFFSET 0)`;
/** What the calls are doing whose slots an agent holds: none, where there is room and for one at most. */
const heldCalls = sql`
  CASE WHEN s."hasRoom" AND s."maxConcurrentCalls" = 1 THEN '{}' ELSE
    ARRAY(SELECT q.state::text FROM agent_call_slots c JOIN inbound_call_queue q ON q.id = c.queued_call_id
      WHERE c.agent_id = f.agent_id) END`;
/** Agents whose account is closed: few, so that they are left out and not looked up one by one. */
const closedAccounts = sql`
  (SELECT a.id FROM users u JOIN agents a ON a.user_id = u.id WHERE u.disabled_at IS NOT NULL)`;
const lastOffer = sql`(SELECT max(o.created_at) FROM call_offers o WHERE o.agent_id = f.agent_id)`;
const callsToday = sql`
  (SELECT count(*)::int FROM calls c WHERE c.agent_id = f.agent_id AND c.started_at > clock.now - interval '1 day')`;
const idleSince = sql`greatest(a.last_call_ended_at, s."loginAt", s."statusSince")`;

/** What readiness is judged by and the strategies compare. */
const memberFacts = sql`
  f.agent_id AS "agentId", s."id" AS "sessionId", s."status"::text AS status, s."statusReason",
  date_part('epoch', clock.now - s."lastHeartbeat") AS "beatAgeSeconds", s."deviceConnected", s."device",
  s."maxConcurrentCalls", s."missedRings", s."silentRings", s."carrierErrors", s."lateBeats",
  ${heldCalls} AS "heldCalls", date_part('epoch', clock.now - ${idleSince}) AS "idleSeconds", f.level, a.skills`;

/**
 * The statements of dispatch. Everything is read and planned outside any transaction; then one statement claims what
 * was planned and refuses whatever is not so any more (ADR 22).
 */
export class DispatchRepository {
  constructor(private readonly db: Db) {}

  /** Queues that a round could do something for: most wake-ups end here, with one query, no transaction and no lock. */
  async findQueues(anyDevice: boolean): Promise<DispatchQueue[]> {
    return this.db.$queryRaw<DispatchQueue[]>`/* named dispatch_queues */
      SELECT k.id::text AS "queueId", k.strategy, k.ring_timeout_seconds AS "ringTimeoutSeconds",
        k.decline_cooldown_seconds AS "declineCooldownSeconds", k.required_skills AS "requiredSkills",
        k.preferred_skills AS "preferredSkills", k.sticky_wait_seconds AS "stickyWaitSeconds",
        k.level_wait_seconds AS "levelWaitSeconds"
      FROM call_queues k
      WHERE EXISTS (SELECT 1 FROM inbound_call_queue q WHERE q.queue_id = k.id AND ${canBeOffered})
        AND EXISTS (SELECT 1 FROM agent_sessions s CROSS JOIN LATERAL (
            SELECT FROM queue_memberships m WHERE m.queue_id = k.id AND m.agent_id = s."agentId" OFFSET 0) m
          WHERE ${isOpenSession} AND ${looksFree(anyDevice)} AND ${hasRoom})
      ORDER BY k.id`;
  }

  /**
   * Callers of these queues in one line, by their order keys, with how earlier offers of each ended: at most `limit`
   * behind `after`; with `callersOnly` none of the callbacks among them. Nothing is locked.
   */
  async findWaiting(
    queueIds: readonly string[],
    limit: number,
    { after, callersOnly = false }: { after?: { orderKey: string; entryId: string }; callersOnly?: boolean } = {},
  ): Promise<WaitingCall[]> {
    const behind = after
      ? sql`AND (q.order_key, q.id) > (${after.orderKey}::timestamptz, ${after.entryId}::uuid)`
      : Prisma.empty;
    const only = callersOnly ? sql`AND q.carrier_queue_sid <> ${CALLBACK_LINE}` : Prisma.empty;
    const named = after ? sql`/* named dispatch_line_on */` : sql`/* named dispatch_line */`;
    return this.db.$queryRaw<WaitingCall[]>`${callersOnly ? Prisma.empty : named}
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now)
      SELECT q.id::text AS "entryId", q.call_id::text AS "callId", k.id::text AS "queueId", q.order_key::text AS "orderKey",
        extract(epoch FROM clock.now - q.queue_since)::float8 AS "waitedSeconds",
        q.required_skills AS "requiredSkills", q.preferred_agent_id::text AS "preferredAgentId",
        coalesce((SELECT s."status" = 'available' FROM agent_sessions s
          WHERE s."agentId" = q.preferred_agent_id AND ${isOpenSession}), false) AS "preferredIsThere",
        coalesce((SELECT jsonb_agg(last) FROM (
          SELECT DISTINCT ON (o.agent_id) o.agent_id AS "agentId", o.status,
            extract(epoch FROM clock.now - o.resolved_at)::float8 AS "resolvedSeconds"
          FROM call_offers o WHERE o.queued_call_id = q.id AND o.resolved_at IS NOT NULL
          ORDER BY o.agent_id, o.resolved_at DESC) last), '[]'::jsonb) AS "earlier",
        (SELECT c.arms FROM calls c WHERE c.id = q.call_id) AS arms
      FROM clock, unnest(${these(queueIds)}) AS k(id) CROSS JOIN LATERAL (
        SELECT q.* FROM inbound_call_queue q WHERE q.queue_id = k.id AND ${canBeOffered} ${only} ${behind}
        ORDER BY q.order_key, q.id LIMIT (SELECT ${limit}::int)) q
      ORDER BY q.order_key, q.id LIMIT (SELECT ${limit}::int)`;
  }

  /**
   * Members of each queue who look free, the likeliest first: at most `most` of each queue, or MOST_FREE where the
   * strategy draws; whether they are ready is judged from these facts. Where there are more, the first to stay are those
   * named in `preferred`, those of whom the carrier has seen no trouble, those who have one of the wanted `skills`, and
   * then as the choice ranks them. All who are free are ranked by little; only of those who stay everything is looked up
   * (OFFSET 0 keeps the planner from joining everybody), by where the same statement has found it. Four wishes are one
   * number, compared once and not one after the other: among hundreds that are alike, comparing is what ranking costs.
   */
  async findFree(
    queues: readonly Pick<DispatchQueue, "queueId" | "strategy">[],
    wanted: WantedAgents,
    anyDevice: boolean,
    { most = MOST_FREE, executor = this.db }: { most?: number; executor?: Db | Tx } = {},
  ): Promise<PoolMember[]> {
    return executor.$queryRaw<PoolMember[]>`/* named dispatch_free */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      ranked AS MATERIALIZED (
        SELECT k.id AS queue_id, k.strategy, f.*
        FROM clock, unnest(${these(queues.map((queue) => queue.queueId))},
            ARRAY(SELECT unnest(${queues.map((queue) => queue.strategy)}::text[]))) AS k(id, strategy)
          JOIN call_queues settings ON settings.id = k.id
          CROSS JOIN LATERAL (
            SELECT f.agent_id, f.level, s.ctid AS session_at, a.ctid AS agent_at, (count(*) OVER ())::int AS members
            FROM agent_sessions s CROSS JOIN LATERAL ${heldBySession} held
              CROSS JOIN LATERAL (SELECT m.agent_id, m.level FROM queue_memberships m
                WHERE m.queue_id = k.id AND m.agent_id = s."agentId" OFFSET 0) f
              CROSS JOIN LATERAL (SELECT a.skills, a.last_call_ended_at, a.ctid FROM agents a
                WHERE a.id = s."agentId" OFFSET 0) a
            WHERE ${isOpenSession} AND ${looksFree(anyDevice)} AND s."hasRoom" AND held.count < s."maxConcurrentCalls"
              AND s."agentId" NOT IN ${closedAccounts}
            ORDER BY (CASE WHEN f.agent_id = ANY (${wanted.preferred as string[]}::uuid[]) THEN 8 ELSE 0 END
                + CASE WHEN s."silentRings" = 0 AND s."carrierErrors" = 0 THEN 4 ELSE 0 END
                + CASE WHEN a.skills && ${wanted.skills as string[]}::text[] THEN 2 ELSE 0 END
                + CASE WHEN a.skills @> settings.required_skills THEN 1 ELSE 0 END) DESC,
              held.count, f.level,
              CASE WHEN settings.preferred_skills <> '{}' THEN (SELECT count(*)
                FROM unnest(settings.preferred_skills) liked WHERE liked = ANY (a.skills)) END DESC,
              CASE k.strategy
                WHEN 'round_robin' THEN date_part('epoch', ${lastOffer})
                WHEN 'least_calls' THEN ${callsToday}::float8
                WHEN 'performance_weighted' THEN random()
                END NULLS FIRST,
              ${idleSince}, random()
            LIMIT CASE k.strategy WHEN 'performance_weighted' THEN ${MOST_FREE}::int ELSE ${most}::int END) f)
      SELECT f.queue_id AS "queueId", ${memberFacts}, p.score AS "performanceScore",
        date_part('epoch', clock.now - ${lastOffer}) AS "lastOfferSeconds",
        CASE WHEN f.strategy = 'least_calls' THEN ${callsToday} END AS "callsToday", f.members AS "freeMembers"
      FROM clock, ranked f CROSS JOIN LATERAL (SELECT * FROM agent_sessions s WHERE s.ctid = f.session_at OFFSET 0) s
        CROSS JOIN LATERAL (SELECT * FROM agents a WHERE a.ctid = f.agent_at OFFSET 0) a
        LEFT JOIN LATERAL (SELECT * FROM agent_performance p
          WHERE p.agent_id = f.agent_id AND f.strategy = 'performance_weighted' OFFSET 0) p ON true`;
  }

  /** For the record: some of the members who are signed in and not free, or whose account is closed. */
  async findNotFree(
    queueIds: readonly string[],
    anyDevice: boolean,
    executor: Db | Tx = this.db,
  ): Promise<(PoolMember & { disabled: boolean })[]> {
    return executor.$queryRaw<(PoolMember & { disabled: boolean })[]>`/* named dispatch_not_free */
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      few AS MATERIALIZED (
        SELECT k.id AS queue_id, f.* FROM unnest(${these(queueIds)}) AS k(id) CROSS JOIN LATERAL (
          SELECT f.agent_id, f.level, s."id" AS session_id, s."agentId" IN ${closedAccounts} AS disabled
          FROM agent_sessions s CROSS JOIN LATERAL (SELECT m.agent_id, m.level FROM queue_memberships m
            WHERE m.queue_id = k.id AND m.agent_id = s."agentId" OFFSET 0) f
          WHERE ${isOpenSession}
            AND (NOT (${looksFree(anyDevice)}) OR NOT s."hasRoom" OR s."agentId" IN ${closedAccounts})
          LIMIT ${Prisma.raw(String(MOST_NOT_FREE))}) f)
      SELECT f.queue_id AS "queueId", ${memberFacts}, NULL::float8 AS "performanceScore",
        NULL::float8 AS "lastOfferSeconds", NULL::int AS "callsToday", NULL::int AS "freeMembers", f.disabled
      FROM clock, few f CROSS JOIN LATERAL (SELECT * FROM agent_sessions s WHERE s."id" = f.session_id OFFSET 0) s
        CROSS JOIN LATERAL (SELECT * FROM agents a WHERE a.id = f.agent_id OFFSET 0) a`;
  }

  async findStaff(queueIds: readonly string[]): Promise<QueueStaff[]> {
    return this.db.$queryRaw<QueueStaff[]>`/* named dispatch_staff */
      SELECT l.queue_id::text AS "queueId", sum(l.members)::int AS "signedIn", array_agg(l.level) AS levels
      FROM (SELECT m.queue_id, m.level, count(*) AS members
        FROM queue_memberships m JOIN agent_sessions s ON s."agentId" = m.agent_id AND ${isOpenSession}
        WHERE m.queue_id = ANY (${these(queueIds)}) AND s."status" = 'available'
        GROUP BY m.queue_id, m.level) l
      GROUP BY l.queue_id`;
  }

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
