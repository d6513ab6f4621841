import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";

/** One agent of a pool with everything readiness is judged by. */
export interface PoolAgent {
  agentId: string;
  email: string;
  name: string;
  /** Keys of the queues the agent serves. */
  queues: string[];
  sessionId: string | null;
  status: string | null;
  statusReason: string | null;
  beatAgeSeconds: number | null;
  deviceConnected: boolean;
  device: Prisma.JsonValue;
  maxConcurrentCalls: number;
  missedRings: number;
  silentRings: number;
  carrierErrors: number;
  lateBeats: number;
  heldCalls: string[];
}

/** Agents shown in one answer. */
const MOST_AGENTS = 10_000;

/** Whole pools of agents, each in one query. */
export class AgentPoolRepository {
  constructor(private readonly db: Db) {}

  /** Everybody who serves a queue, or this one; those without an open session too. */
  find(queueKey: string | undefined): Promise<PoolAgent[]> {
    return this.read(queueKey === undefined ? Prisma.sql`TRUE` : Prisma.sql`${queueKey} = ANY (m.queues)`);
  }

  /** Of these agents those who serve a queue. */
  findAmong(agentIds: readonly string[]): Promise<PoolAgent[]> {
    return this.read(Prisma.sql`a.id = ANY (${agentIds}::uuid[])`);
  }

  private read(wanted: Prisma.Sql): Promise<PoolAgent[]> {
    return this.db.$queryRaw<PoolAgent[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      members AS (
        SELECT m.agent_id, array_agg(k.key ORDER BY k.key) AS queues
        FROM queue_memberships m JOIN call_queues k ON k.id = m.queue_id GROUP BY m.agent_id),
      held AS (
        SELECT c.agent_id, array_agg(q.state::text) AS states
        FROM agent_call_slots c JOIN inbound_call_queue q ON q.id = c.queued_call_id GROUP BY c.agent_id)
      SELECT a.id::text AS "agentId", u.email, u.name, m.queues, s."id"::text AS "sessionId",
        s."status"::text AS status, s."statusReason",
        extract(epoch FROM clock.now - s."lastHeartbeat")::float8 AS "beatAgeSeconds",
        coalesce(s."deviceConnected", false) AS "deviceConnected", s."device",
        coalesce(s."maxConcurrentCalls", 1) AS "maxConcurrentCalls", coalesce(s."missedRings", 0) AS "missedRings",
        coalesce(s."silentRings", 0) AS "silentRings", coalesce(s."carrierErrors", 0) AS "carrierErrors",
        coalesce(s."lateBeats", 0) AS "lateBeats", coalesce(h.states, '{}') AS "heldCalls"
      FROM clock, members m JOIN agents a ON a.id = m.agent_id
        JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
        LEFT JOIN agent_sessions s ON s."agentId" = a.id AND s."logoutAt" IS NULL
        LEFT JOIN held h ON h.agent_id = a.id
      WHERE ${wanted} ORDER BY u.name, a.id LIMIT ${MOST_AGENTS}::int`;
  }
}
