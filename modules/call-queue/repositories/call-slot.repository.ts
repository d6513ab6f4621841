import type { Tx } from "@/lib/db/transaction";

/** Law 1 as rows: who holds which call. */
export class CallSlotRepository {
  /** Frees the slot that a queued call holds; answers its agent. Harmless when it holds none. */
  async release(tx: Tx, entryId: string): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ agentId: string }[]>`
      DELETE FROM agent_call_slots WHERE queued_call_id = ${entryId}::uuid RETURNING agent_id::text AS "agentId"`;
    return rows[0]?.agentId;
  }

  /** From now on the agent counts as idle: what longest_idle compares. */
  async markIdle(tx: Tx, agentId: string): Promise<void> {
    await tx.$executeRaw`UPDATE agents SET last_call_ended_at = evenhand_now() WHERE id = ${agentId}::uuid`;
  }
}
