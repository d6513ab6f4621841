import type { Db } from "@/lib/db/client";
import { isId } from "@/lib/ids";

export interface TargetAgent {
  agentId: string;
  userId: string;
  name: string;
}

export interface TargetAgentRow {
  agentId: string;
  name: string;
  email: string;
  /** Could be rung now. */
  free: boolean;
  /** Chosen by the agent; null when signed out. */
  status: string | null;
  /** Calls held now. */
  calls: number;
}

export interface TargetQueueRow {
  queueId: string;
  name: string;
  /** Agents of it who could be rung now. */
  ready: number;
  waiting: number;
}

/** Targets of one kind shown at once. */
const MOST = 20;

/** Whom a call can be given to. */
export class TalkTargetRepository {
  constructor(
    private readonly db: Db,
    private readonly leaseSeconds: () => number,
  ) {}

  /** By opaque id or e-mail. */
  async findAgent(idOrEmail: string): Promise<TargetAgent | undefined> {
    const rows = await this.db.$queryRaw<TargetAgent[]>`
      SELECT a.id::text AS "agentId", u.id::text AS "userId", u.name FROM agents a JOIN users u ON u.id = a.user_id
      WHERE u.disabled_at IS NULL
        AND (a.id = ${isId(idOrEmail) ? idOrEmail : null}::uuid OR u.email = ${idOrEmail.toLowerCase()}) LIMIT 1`;
    return rows[0];
  }

  /** By opaque id or key. */
  async findQueue(idOrKey: string): Promise<{ queueId: string; name: string } | undefined> {
    const rows = await this.db.$queryRaw<{ queueId: string; name: string }[]>`
      SELECT k.id::text AS "queueId", k.name FROM call_queues k
      WHERE k.id = ${isId(idOrKey) ? idOrKey : null}::uuid OR k.key = ${idOrKey} LIMIT 1`;
    return rows[0];
  }

  /** Agents by name or e-mail, those who could be rung first; never the asker. */
  async agents(search: string, exceptAgentId: string | undefined): Promise<TargetAgentRow[]> {
    return this.db.$queryRaw<TargetAgentRow[]>`
      SELECT t.* FROM (
        SELECT a.id::text AS "agentId", u.name, u.email, s."status"::text AS status, held.calls,
          coalesce(s."status" = 'available' AND s."deviceConnected" AND held.calls < s."maxConcurrentCalls"
            AND s."lastHeartbeat" > evenhand_now() - make_interval(secs => ${this.leaseSeconds()}::float8), false) AS free
        FROM agents a JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
          LEFT JOIN agent_sessions s ON s."agentId" = a.id AND s."logoutAt" IS NULL
          CROSS JOIN LATERAL (SELECT count(*)::int AS calls FROM agent_call_slots c WHERE c.agent_id = a.id) held
        WHERE (strpos(lower(u.name), lower(${search})) > 0 OR strpos(u.email, lower(${search})) > 0)
          AND a.id IS DISTINCT FROM ${exceptAgentId ?? null}::uuid) t
      ORDER BY t.free DESC, t.status IS NULL, t.name, t."agentId" LIMIT ${MOST}::int`;
  }

  /** Queues by name. */
  async queues(search: string): Promise<TargetQueueRow[]> {
    return this.db.$queryRaw<TargetQueueRow[]>`
      SELECT k.id::text AS "queueId", k.name,
        (SELECT count(*)::int FROM inbound_call_queue q WHERE q.queue_id = k.id AND q.state IN ('waiting', 'offered'))
          AS waiting,
        (SELECT count(*)::int FROM queue_memberships m
          JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
          WHERE m.queue_id = k.id AND s."status" = 'available' AND s."deviceConnected"
            AND (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = m.agent_id) < s."maxConcurrentCalls"
            AND s."lastHeartbeat" > evenhand_now() - make_interval(secs => ${this.leaseSeconds()}::float8)) AS ready
      FROM call_queues k WHERE strpos(lower(k.name), lower(${search})) > 0 ORDER BY k.name, k.id LIMIT ${MOST}::int`;
  }
}
