import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { AgentLoad, Availability } from "../domain/capacity";
import type { ClosedLeads } from "../domain/performance-score";

export interface SeenAgentLoad extends AgentLoad {
  /** The last beat of any of the agent's softphones. */
  lastSeen: Date | null;
}

const loadColumns = Prisma.sql`
  a.id::text AS "agentId", u.id::text AS "userId", u.email, u.name, a.availability::text AS "availability",
  u.disabled_at IS NOT NULL AS "disabled", a.open_leads AS "openLeads", a.max_capacity AS "maxCapacity",
  (extract(epoch FROM a.last_assigned_at) * 1000000)::float8 AS "lastAssignedAt"`;

/** Agents as those who take leads. */
export class AgentRepository {
  constructor(private readonly db: Db) {}

  /** All agents whose account is switched on, by name, with the last time they were seen. */
  async list(): Promise<SeenAgentLoad[]> {
    return this.db.$queryRaw<SeenAgentLoad[]>`
      SELECT ${loadColumns},
        (SELECT max(s."lastHeartbeat") FROM agent_sessions s WHERE s."agentId" = a.id) AS "lastSeen"
      FROM agents a JOIN users u ON u.id = a.user_id
      WHERE u.disabled_at IS NULL ORDER BY u.name, a.id`;
  }

  /** The agents with these opaque ids or e-mails; unknown ones are missing. */
  async find(idsOrEmails: readonly string[], executor: Db | Tx = this.db): Promise<AgentLoad[]> {
    const wanted = idsOrEmails.map((text) => text.toLowerCase());
    return executor.$queryRaw<AgentLoad[]>`
      SELECT ${loadColumns} FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id IN (
        SELECT unnest(${wanted.filter(isId)}::uuid[])
        UNION SELECT b.id FROM users v JOIN agents b ON b.user_id = v.id WHERE v.email = ANY (${wanted}::text[]))`;
  }

  /**
   * Locks agents in id order until the transaction ends and answers how they stand then. Callers that lock leads too
   * have done so before (leads first, then agents).
   */
  async lock(tx: Tx, agentIds: readonly string[]): Promise<AgentLoad[]> {
    return tx.$queryRaw<AgentLoad[]>`
      SELECT ${loadColumns} FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ANY (${agentIds as string[]}::uuid[]) ORDER BY a.id FOR NO KEY UPDATE OF a`;
  }

  async change(
    tx: Tx,
    agentId: string,
    change: { maxCapacity?: number | undefined; availability?: Availability | undefined },
  ): Promise<void> {
    const { maxCapacity = null, availability = null } = change;
    await tx.$executeRaw`
      UPDATE agents SET max_capacity = coalesce(${maxCapacity}::int, max_capacity),
        availability = coalesce(${availability}::"Availability", availability)
      WHERE id = ${agentId}::uuid`;
  }

  /** Closed and converted leads per agent, in one pass over the leads. Agents without any are missing. */
  async closedLeads(executor: Db | Tx = this.db): Promise<Map<string, ClosedLeads>> {
    const rows = await executor.$queryRaw<({ agentId: string } & ClosedLeads)[]>`
      SELECT l.assigned_agent::text AS "agentId", count(*)::int AS "closed",
        count(*) FILTER (WHERE d.is_converted)::int AS "converted"
      FROM leads l JOIN dispositions d ON d.code = l.disposition
      WHERE l.assigned_agent IS NOT NULL AND l.deleted_at IS NULL AND NOT d.is_open
      GROUP BY l.assigned_agent`;
    return new Map(rows.map(({ agentId, closed, converted }) => [agentId, { closed, converted }]));
  }
}
