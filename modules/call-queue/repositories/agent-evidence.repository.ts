import type { Tx } from "@/lib/db/transaction";

/** What a call's course says about an agent's device. */
export class AgentEvidenceRepository {
  /**
   * The agent's leg vanished in mid-call: whatever its last beat said, the device is gone until the next beat proves
   * otherwise. Without this the caller would be offered to the same dead device at once.
   */
  async deviceLost(tx: Tx, agentId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE "agent_sessions" SET "deviceConnected" = false WHERE "agentId" = ${agentId}::uuid AND "logoutAt" IS NULL`;
  }
}
