import type { Db } from "@/lib/db/client";

export interface QueueRow {
  queueId: string;
  key: string;
  name: string;
  signedIn: number;
  /** Members who have chosen to take calls, have a phone and are not busy: whether they are ready, their phone says. */
  free: string[];
  longestWaitSeconds: number | null;
  serverTime: Date;
}

export interface LiveCallRow {
  queueId: string;
  callId: string;
  from: string;
  kind: "caller" | "callback";
  state: string;
  /** Null once the caller is with an agent. */
  position: number | null;
  priority: string;
  enqueuedAt: Date;
  connectedAt: Date | null;
  agent: string | null;
  agentId: string | null;
  /** Of the offer by which the agent came to it. */
  why: string | null;
  offers: number;
  leadId: string | null;
  leadName: string | null;
  leadDisposition: string | null;
  leadPriority: string | null;
  leadAgent: string | null;
}

/** Calls shown in one answer; the rest is counted, not listed. */
const MOST_CALLS = 500;

/** The queues as they stand now. */
export class QueueOverviewRepository {
  constructor(
    private readonly db: Db,
    private readonly leaseSeconds: () => number,
  ) {}

  /** Queues; only those an agent belongs to when one is given. */
  async queues(memberId: string | undefined): Promise<QueueRow[]> {
    return this.db.$queryRaw<QueueRow[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now)
      SELECT k.id::text AS "queueId", k.key, k.name, clock.now AS "serverTime",
        coalesce(staff.signed_in, 0)::int AS "signedIn", coalesce(staff.free, '{}') AS free,
        (SELECT extract(epoch FROM clock.now - min(q.enqueued_at))::float8 FROM inbound_call_queue q
          WHERE q.queue_id = k.id AND q.state IN ('waiting', 'offered')) AS "longestWaitSeconds"
      FROM clock, call_queues k LEFT JOIN LATERAL (
        SELECT count(*) AS signed_in, array_agg(m.agent_id::text) FILTER (WHERE s."status" = 'available'
          AND s."deviceConnected"
          AND (SELECT count(*) FROM agent_call_slots c WHERE c.agent_id = m.agent_id) < s."maxConcurrentCalls") AS free
        FROM queue_memberships m JOIN agent_sessions s ON s."agentId" = m.agent_id AND s."logoutAt" IS NULL
        WHERE m.queue_id = k.id
          AND s."lastHeartbeat" > evenhand_now() - make_interval(secs => ${this.leaseSeconds()}::float8)) staff ON true
      WHERE k.archived_at IS NULL AND (${memberId ?? null}::uuid IS NULL OR EXISTS (
        SELECT 1 FROM queue_memberships m WHERE m.queue_id = k.id AND m.agent_id = ${memberId ?? null}::uuid))
      ORDER BY k.name, k.id`;
  }

  /** Live calls of these queues in the order of the line. */
  async calls(queueIds: readonly string[]): Promise<LiveCallRow[]> {
    return this.db.$queryRaw<LiveCallRow[]>`
      SELECT q.queue_id::text AS "queueId", c.id::text AS "callId", q.kind, q.state::text AS state,
        CASE c.direction WHEN 'inbound' THEN c.from_number ELSE c.to_number END AS "from",
        CASE WHEN q.state IN ('waiting', 'offered') THEN (row_number() OVER (
          PARTITION BY q.queue_id, q.state IN ('waiting', 'offered') ORDER BY q.order_key, q.id))::int END AS position,
        q.priority::text AS priority, q.enqueued_at AS "enqueuedAt",
        q.connected_at AS "connectedAt", u.name AS agent, q.agent_id::text AS "agentId",
        CASE WHEN q.agent_id IS NOT NULL THEN (SELECT o.explanation ->> 'why' FROM call_offers o
          WHERE o.queued_call_id = q.id AND o.agent_id = q.agent_id ORDER BY o.created_at DESC LIMIT 1) END AS why,
        (SELECT count(*)::int FROM call_offers o WHERE o.queued_call_id = q.id) AS offers,
        l.id::text AS "leadId", l.name AS "leadName", l.disposition AS "leadDisposition",
        l.priority::text AS "leadPriority", lu.email AS "leadAgent"
      FROM inbound_call_queue q JOIN calls c ON c.id = q.call_id
        LEFT JOIN agents a ON a.id = q.agent_id LEFT JOIN users u ON u.id = a.user_id
        LEFT JOIN leads l ON l.id = c.lead_id
        LEFT JOIN agents la ON la.id = l.assigned_agent LEFT JOIN users lu ON lu.id = la.user_id
      WHERE q.queue_id = ANY (${queueIds as string[]}::uuid[])
        AND q.state IN ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up')
      ORDER BY q.order_key, q.id LIMIT ${MOST_CALLS}`;
  }
}
