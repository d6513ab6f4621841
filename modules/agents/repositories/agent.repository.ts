import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { AgentLoad, Availability } from "../domain/capacity";

export interface SeenAgentLoad extends AgentLoad {
  /** The last beat of any of the agent's softphones. */
  lastSeen: Date | null;
}

const loadColumns = Prisma.sql`
  a.id::text AS "agentId", u.id::text AS "userId", u.email, u.name, a.availability::text AS "availability",
  u.disabled_at IS NOT NULL AS "disabled", a.open_leads AS "openLeads", reserved_leads(a.id) AS "reserved",
  a.max_capacity AS "maxCapacity",
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
   * have done so before (leads first, then agents). Promised places are those of before the wait for a lock: what
   * passes them is refused by the database (EH001); read again, as byIds() does, where that is not enough.
   */
  async lock(tx: Tx, agentIds: readonly string[]): Promise<AgentLoad[]> {
    return tx.$queryRaw<AgentLoad[]>`
      SELECT ${loadColumns} FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ANY (${agentIds as string[]}::uuid[]) ORDER BY a.id FOR NO KEY UPDATE OF a`;
  }

  /** Locks agents in id order until the transaction ends. Callers that lock leads too have done so before. */
  async lockIds(tx: Tx, agentIds: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      SELECT 1 FROM agents a WHERE a.id = ANY (${agentIds as string[]}::uuid[]) ORDER BY a.id FOR NO KEY UPDATE OF a`;
  }

  /** The agents with these opaque ids, in no order; unknown ones are missing. */
  async byIds(tx: Tx, agentIds: readonly string[]): Promise<AgentLoad[]> {
    return tx.$queryRaw<AgentLoad[]>`
      SELECT ${loadColumns} FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ANY (${agentIds as string[]}::uuid[])`;
  }

  /** The opaque ids of all agents whose account is switched on, by name. */
  async everyone(tx: Tx): Promise<string[]> {
    const rows = await tx.$queryRaw<{ agentId: string }[]>`
      SELECT a.id::text AS "agentId" FROM agents a JOIN users u ON u.id = a.user_id
      WHERE u.disabled_at IS NULL ORDER BY u.name, a.id`;
    return rows.map(({ agentId }) => agentId);
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
}
