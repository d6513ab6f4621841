import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { StoredTurns } from "../domain/rotation";

/** Whose turn it is in each pool, which teams agents are in, and who had a lead last. */
export class RotationRepository {
  /** The teams of these agents: which of them are members, by team. */
  async teamsOf(tx: Tx, agentIds: readonly string[]): Promise<{ teamId: string; agentIds: string[] }[]> {
    return tx.$queryRaw<{ teamId: string; agentIds: string[] }[]>`
      SELECT t.team_id::text AS "teamId", array_agg(t.agent_id::text ORDER BY t.agent_id) AS "agentIds"
      FROM team_members t WHERE t.agent_id = ANY (${agentIds as string[]}::uuid[])
      GROUP BY t.team_id ORDER BY t.team_id`;
  }

  /** All members of one team. */
  async members(tx: Tx, teamId: string): Promise<string[]> {
    const rows = await tx.teamMember.findMany({ where: { teamId }, select: { agentId: true } });
    return rows.map(({ agentId }) => agentId);
  }

  /** The turns of these pools; of those that had none yet: empty. */
  async turns(tx: Tx, pools: readonly string[]): Promise<Map<string, StoredTurns>> {
    const rows = await tx.assignmentRotation.findMany({ where: { pool: { in: [...pools] } } });
    return byPool(pools, rows);
  }

  /** As turns(), with those pools locked, by name, that had any; agents were locked before. */
  async lockTurns(tx: Tx, pools: readonly string[]): Promise<Map<string, StoredTurns>> {
    const rows = await tx.$queryRaw<{ pool: string; turns: Prisma.JsonValue }[]>`
      SELECT r.pool, r.turns FROM assignment_rotations r
      WHERE r.pool = ANY (${pools as string[]}::text[]) ORDER BY r.pool FOR NO KEY UPDATE`;
    return byPool(pools, rows);
  }

  /** As lockTurns(), for pools that are about to be stored: those that had no turns are locked too. */
  async claimTurns(tx: Tx, pools: readonly string[]): Promise<Map<string, StoredTurns>> {
    await tx.$executeRaw`
      INSERT INTO assignment_rotations (pool, turns, updated_at)
      SELECT p.pool, '{}'::jsonb, evenhand_now() FROM unnest(${pools.toSorted()}::text[]) WITH ORDINALITY AS p(pool, place)
      ORDER BY p.place ON CONFLICT (pool) DO NOTHING`;
    return this.lockTurns(tx, pools);
  }

  /** Stores the turns of claimed pools. */
  async storeTurns(tx: Tx, turns: ReadonlyMap<string, StoredTurns>): Promise<void> {
    if (turns.size === 0) return;
    await tx.$executeRaw`
      UPDATE assignment_rotations r SET turns = t.turns::jsonb, updated_at = evenhand_now()
      FROM unnest(${[...turns.keys()]}::text[],
        ${[...turns.values()].map((stored) => JSON.stringify(stored))}::text[]) AS t(pool, turns)
      WHERE r.pool = t.pool`;
  }

  /** Stores that these agents had a lead just now, the last of them last: their cursors are a microsecond apart. */
  async storeCursors(tx: Tx, dealtOrder: readonly string[]): Promise<void> {
    if (dealtOrder.length === 0) return;
    const agentIds = dealtOrder as string[];
    await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT greatest(evenhand_now(), max(a.last_assigned_at)) AS now
        FROM agents a WHERE a.id = ANY (${agentIds}::uuid[]))
      UPDATE agents a SET last_assigned_at = clock.now + d.place * interval '1 microsecond'
      FROM unnest(${agentIds}::uuid[]) WITH ORDINALITY AS d(agent, place), clock WHERE a.id = d.agent`;
  }
}

/** The only writer of `turns` is storeTurns(). */
function byPool(
  pools: readonly string[],
  rows: readonly { pool: string; turns: Prisma.JsonValue }[],
): Map<string, StoredTurns> {
  const known = new Map(rows.map(({ pool, turns }) => [pool, turns as StoredTurns]));
  return new Map(pools.map((pool) => [pool, known.get(pool) ?? {}]));
}
