import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { CALLBACK_LINE } from "../domain/callback";
import type { PlanCall, PlanQueue } from "../domain/offer-plan";
import { canBeOffered, isOpenSession, looksFree } from "./dispatch.sql";

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

/** Free members looked at for one queue at most: twice what a round can offer, best first by its strategy. */
export const MOST_FREE = 100;
/** Members who are not free, for the record. */
const MOST_NOT_FREE = 20;

const { sql } = Prisma;

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
 * What dispatch reads: who is in line, and who could take them. Nothing is locked, and all of it may be old when what was
 * planned from it is claimed (ADR 22; call-claim.repository.ts).
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
}
