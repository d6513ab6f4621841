import type { Tx } from "@/lib/db/transaction";

/** Names and figures behind noted events, and whom they concern: people who are let in. */
export class NotificationFactsRepository {
  /** Each agent's person, with the lead's name and who assigned it; leads that are there no more are left out. */
  async assigned(
    tx: Tx,
    moves: readonly { leadId: string; agentId: string; actorId: string | null }[],
  ): Promise<AssignedFacts[]> {
    return tx.$queryRaw`
      SELECT DISTINCT l.id::text AS "leadId", a.id::text AS "agentId", e.actor::text AS "actorId", u.id::text AS "userId",
        l.name, (SELECT p.name FROM users p WHERE p.id = e.actor) AS "by"
      FROM unnest(${moves.map(({ leadId }) => leadId)}::uuid[], ${moves.map(({ agentId }) => agentId)}::uuid[],
        ${moves.map(({ actorId }) => actorId)}::uuid[]) AS e(lead, agent, actor)
        JOIN leads l ON l.id = e.lead AND l.deleted_at IS NULL
        JOIN agents a ON a.id = e.agent JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL`;
  }

  async agents(tx: Tx, agentIds: readonly string[]): Promise<{ agentId: string; userId: string; name: string }[]> {
    return tx.$queryRaw`
      SELECT a.id::text AS "agentId", u.id::text AS "userId", u.name FROM agents a
        JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
      WHERE a.id = ANY (${agentIds as string[]}::uuid[])`;
  }

  /** Managers and admins. */
  async staff(tx: Tx): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id::text AS "id" FROM users WHERE role IN ('admin', 'manager') AND disabled_at IS NULL ORDER BY id`;
    return rows.map(({ id }) => id);
  }

  async plan(tx: Tx, planId: string): Promise<PlanFacts | undefined> {
    const rows = await tx.$queryRaw<PlanFacts[]>`
      SELECT p.kind, p.state, p.total, p.succeeded AS "changed", runner.id::text AS "runnerId", runner.name AS "by"
      FROM bulk_plans p JOIN users runner ON runner.id = coalesce(p.applied_by, p.created_by)
      WHERE p.id = ${planId}::uuid`;
    return rows[0];
  }

  /** How many leads a plan brought to whom. */
  async brought(tx: Tx, planId: string): Promise<{ userId: string; leads: number }[]> {
    return tx.$queryRaw`
      SELECT u.id::text AS "userId", moved.leads
      FROM (
        SELECT d.value #>> '{assigned_agent,1}' AS agent, count(*)::int AS leads
        FROM bulk_plan_chunks c CROSS JOIN LATERAL jsonb_array_elements(c.differences) WITH ORDINALITY AS d(value, n)
        WHERE c.plan_id = ${planId}::uuid AND c.applied_at IS NOT NULL AND c.outcomes[d.n] = 'changed'
          AND d.value #>> '{assigned_agent,1}' IS NOT NULL
        GROUP BY 1) moved
        JOIN agents a ON a.id = moved.agent::uuid JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL`;
  }

  /** Callbacks that were promised for later, with whom they concern: the lead's agent, else who promised them. */
  async callbacks(tx: Tx, ids: readonly string[]): Promise<CallbackFacts[]> {
    return tx.$queryRaw`
      SELECT b.id::text AS "callbackId", u.id::text AS "userId", l.id::text AS "leadId",
        coalesce(l.name, b.number) AS "label", b.note
      FROM callbacks b LEFT JOIN leads l ON l.id = b.lead_id AND l.deleted_at IS NULL
        LEFT JOIN agents a ON a.id = l.assigned_agent
        JOIN users u ON u.disabled_at IS NULL
          AND CASE WHEN a.id IS NOT NULL THEN u.id = a.user_id ELSE b.source = 'person' AND u.email = b.requested_by END
      WHERE b.id = ANY (${ids as string[]}::uuid[]) AND b.order_key > b.created_at + interval '1 minute'`;
  }

  /** Calls by the name of their lead, or their number. */
  async calls(tx: Tx, ids: readonly string[]): Promise<{ callId: string; label: string }[]> {
    return tx.$queryRaw`
      SELECT c.id::text AS "callId", coalesce(l.name, CASE c.direction WHEN 'outbound' THEN c.to_number
        ELSE c.from_number END) AS "label"
      FROM calls c LEFT JOIN leads l ON l.id = c.lead_id AND l.deleted_at IS NULL
      WHERE c.id = ANY (${ids as string[]}::uuid[])`;
  }

  async exports(
    tx: Tx,
    ids: readonly string[],
  ): Promise<{ exportId: string; format: string; rows: number; why: string | null }[]> {
    return tx.$queryRaw`
      SELECT id::text AS "exportId", format, coalesce(rows, 0) AS "rows", error AS "why" FROM exports
      WHERE id = ANY (${ids as string[]}::uuid[])`;
  }

  async alerts(tx: Tx, ids: readonly string[]): Promise<AlertFacts[]> {
    return tx.$queryRaw`
      SELECT id::text AS "alertId", kind, subject, details FROM alerts WHERE id = ANY (${ids as string[]}::uuid[])`;
  }
}

export interface AssignedFacts {
  leadId: string;
  agentId: string;
  actorId: string | null;
  userId: string;
  /** Of the lead. */
  name: string;
  /** How whoever assigned it is called; null when they are gone. */
  by: string | null;
}

export interface PlanFacts {
  kind: string;
  state: string;
  total: number;
  changed: number;
  runnerId: string;
  by: string;
}

export interface CallbackFacts {
  callbackId: string;
  userId: string;
  leadId: string | null;
  label: string;
  note: string | null;
}

export interface AlertFacts {
  alertId: string;
  kind: string;
  subject: string;
  details: Record<string, string | number | boolean | null>;
}
