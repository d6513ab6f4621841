import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";

export interface ListedCallback {
  callbackId: string;
  queueId: string;
  queueName: string;
  number: string;
  leadId: string | null;
  leadName: string | null;
  status: "scheduled" | "in_line" | "done" | "cancelled" | "expired" | "failed";
  source: "caller" | "exit" | "person";
  /** The name of whoever wanted it, or what they called themselves. */
  requestedBy: string;
  note: string | null;
  timeZone: string;
  dueAt: Date;
  expiresAt: Date;
  attempts: number;
  lastResult: string | null;
  position: number | null;
  agentId: string | null;
  agentEmail: string | null;
  agentName: string | null;
  callId: string | null;
  tries: CallbackTry[];
  createdAt: Date;
}

export interface CallbackTry {
  beganAt: string;
  dialledAt: string | null;
  result: string | null;
}

export interface CallbackFilter {
  /** Only of queues this agent works in. */
  agentId?: string | undefined;
  open?: boolean | undefined;
  leadId?: string | undefined;
  callbackId?: string | undefined;
}

const MOST_TRIES = 10;

/** Callbacks as people see them. */
export class CallbackListRepository {
  constructor(private readonly db: Db) {}

  /** Open ones first, in the order in which they are due; then the last ended. */
  async find(filter: CallbackFilter, limit: number): Promise<ListedCallback[]> {
    return this.db.$queryRaw<ListedCallback[]>`
      SELECT b.id::text AS "callbackId", k.id::text AS "queueId", k.name AS "queueName", b.number,
        l.id::text AS "leadId", l.name AS "leadName", b.status::text AS status, b.source,
        coalesce(asker.name, b.requested_by) AS "requestedBy", b.note, b.time_zone AS "timeZone", b.due_at AS "dueAt",
        b.expires_at AS "expiresAt", b.attempts, b.last_result AS "lastResult", q.call_id::text AS "callId",
        b.created_at AS "createdAt", a.id::text AS "agentId", u.email AS "agentEmail", u.name AS "agentName",
        coalesce((SELECT jsonb_agg(jsonb_build_object('beganAt', t.began_at, 'dialledAt', t.dialled_at,
            'result', t.result) ORDER BY t.began_at)
          FROM (SELECT * FROM callback_attempts t WHERE t.callback_id = b.id ORDER BY t.began_at DESC
            LIMIT ${MOST_TRIES}::int) t), '[]'::jsonb) AS tries,
        CASE WHEN b.status = 'in_line' AND q.state IN ('waiting', 'offered') THEN (
          SELECT count(*)::int + 1 FROM inbound_call_queue o WHERE o.queue_id = q.queue_id
            AND o.state IN ('waiting', 'offered') AND (o.order_key, o.id) < (q.order_key, q.id)) END AS position
      FROM callbacks b JOIN call_queues k ON k.id = b.queue_id LEFT JOIN leads l ON l.id = b.lead_id
        LEFT JOIN inbound_call_queue q ON q.id = b.queued_call_id
        LEFT JOIN agents a ON a.id = q.agent_id LEFT JOIN users u ON u.id = a.user_id
        LEFT JOIN users asker ON asker.email = b.requested_by
      WHERE ${this.where(filter)}
      ORDER BY b.status IN ('scheduled', 'in_line') DESC,
        CASE WHEN b.status IN ('scheduled', 'in_line') THEN b.due_at END, b.updated_at DESC, b.id
      LIMIT ${limit}::int`;
  }

  async count(filter: CallbackFilter): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM callbacks b WHERE ${this.where(filter)}`;
    return rows[0]?.count ?? 0;
  }

  /** The queue to call back from: the one named, or the first the agent works in, or the first there is. */
  async queue(
    queueId: string | undefined,
    agentId: string | undefined,
  ): Promise<{ id: string; member: boolean } | undefined> {
    const rows = await this.db.$queryRaw<{ id: string; member: boolean }[]>`
      SELECT k.id::text AS id, m.agent_id IS NOT NULL AS member
      FROM call_queues k LEFT JOIN queue_memberships m ON m.queue_id = k.id AND m.agent_id = ${agentId ?? null}::uuid
      WHERE k.archived_at IS NULL AND (${queueId ?? null}::uuid IS NULL OR k.id = ${queueId ?? null}::uuid)
      ORDER BY m.agent_id IS NOT NULL DESC, k.created_at, k.id LIMIT 1`;
    return rows[0];
  }

  private where({ agentId, open, leadId, callbackId }: CallbackFilter): Prisma.Sql {
    const conditions = [Prisma.sql`true`];
    if (agentId !== undefined) {
      conditions.push(Prisma.sql`EXISTS (SELECT 1 FROM queue_memberships m
        WHERE m.queue_id = b.queue_id AND m.agent_id = ${agentId}::uuid)`);
    }
    if (open !== undefined) conditions.push(Prisma.sql`(b.status IN ('scheduled', 'in_line')) = ${open}::boolean`);
    if (leadId !== undefined) conditions.push(Prisma.sql`b.lead_id = ${leadId}::uuid`);
    if (callbackId !== undefined) conditions.push(Prisma.sql`b.id = ${callbackId}::uuid`);
    return Prisma.join(conditions, " AND ");
  }
}
