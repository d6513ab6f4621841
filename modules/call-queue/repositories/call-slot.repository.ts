import type { Tx } from "@/lib/db/transaction";

/** Law 1 as rows: who holds which call, as its owner or taking part. */
export class CallSlotRepository {
  /** Frees every slot that a queued call holds. Harmless when it holds none. */
  async release(tx: Tx, entryId: string): Promise<void> {
    await tx.$executeRaw`/* named release_slots */DELETE FROM agent_call_slots WHERE queued_call_id = ${entryId}::uuid`;
  }

  /** Frees the slot that one agent holds of a call. */
  async releaseAgent(tx: Tx, entryId: string, agentId: string): Promise<void> {
    await tx.$executeRaw`
      DELETE FROM agent_call_slots WHERE queued_call_id = ${entryId}::uuid AND agent_id = ${agentId}::uuid`;
  }

  /**
   * Takes a free slot for somebody who joins a call, if there is one: the primary key and the trigger refuse what is
   * one too many. `leaseSeconds`: only when the agent's softphone is on and chosen available, heard of within that time.
   */
  async take(
    tx: Tx,
    slot: { agentId: string; entryId: string; owns: boolean; leaseSeconds: number | undefined },
  ): Promise<boolean> {
    const reachable = slot.leaseSeconds !== undefined;
    const taken = await tx.$executeRaw`
      INSERT INTO agent_call_slots (agent_id, slot, queued_call_id, since, owns)
      SELECT a.id, g.n, ${slot.entryId}::uuid, evenhand_now(), ${slot.owns}::boolean
      FROM agents a JOIN users u ON u.id = a.user_id AND u.disabled_at IS NULL
        LEFT JOIN agent_sessions s ON s."agentId" = a.id AND s."logoutAt" IS NULL
        CROSS JOIN LATERAL generate_series(0, coalesce(s."maxConcurrentCalls", 1) - 1) AS g(n)
      WHERE a.id = ${slot.agentId}::uuid
        AND NOT EXISTS (SELECT 1 FROM agent_call_slots x WHERE x.agent_id = a.id AND x.slot = g.n)
        AND (NOT ${reachable}::boolean OR (s."status" = 'available' AND s."deviceConnected"
          AND s."lastHeartbeat" > evenhand_now() - make_interval(secs => ${slot.leaseSeconds ?? 0}::float8)))
      ORDER BY g.n LIMIT 1
      ON CONFLICT DO NOTHING`;
    return taken === 1;
  }

  /** Whoever took part owns the call from now on; the owner's slot must have been freed. */
  async own(tx: Tx, entryId: string, agentId: string): Promise<void> {
    const owned = await tx.$executeRaw`
      UPDATE agent_call_slots SET owns = true
      WHERE queued_call_id = ${entryId}::uuid AND agent_id = ${agentId}::uuid`;
    if (owned !== 1) throw new Error(`Agent ${agentId} holds no slot of queued call ${entryId}.`);
  }

  /** From now on the agent counts as idle: what longest_idle compares. */
  async markIdle(tx: Tx, agentId: string): Promise<void> {
    await tx.$executeRaw`/* named mark_idle */UPDATE agents SET last_call_ended_at = evenhand_now() WHERE id = ${agentId}::uuid`;
  }
}
