import type { Tx } from "@/lib/db/transaction";
import { type AppError, conflict } from "@/lib/errors";
import type { AgentDirectory, AgentLoad } from "@/modules/agents/services/agent-directory.service";
import { type CapacityManager, refusal } from "@/modules/agents/services/capacity-manager.service";
import { type Place, placesTaken } from "../domain/merge";

/** What the database refuses although we saw room: a place that is promised elsewhere. */
export const overCapacity = (): AppError =>
  conflict("capacity_exceeded", "The agent who would have this lead has no room for another open lead.");

/** Keeps agents within their capacity when leads become one, or two again. */
export class MergePlaces {
  constructor(
    private readonly directory: AgentDirectory,
    private readonly capacity: CapacityManager,
  ) {}

  /**
   * Locks the agents of these leads, and refuses (409 capacity_exceeded) when one of them would need more places than
   * are free. Answers how the agents stand before the change.
   */
  async take(tx: Tx, before: readonly Place[], after: readonly Place[]): Promise<ReadonlyMap<string, AgentLoad>> {
    const ids = [...before, ...after].flatMap(({ assignedAgentId }) => assignedAgentId ?? []);
    const agents = await this.directory.lock(tx, ids);
    for (const [agentId, delta] of placesTaken(before, after)) {
      const agent = agents.get(agentId);
      if (delta <= 0 || !agent) continue;
      const full = this.capacity.obstacles(agent, delta).find(({ kind }) => kind === "capacity_exceeded");
      if (full) throw refusal(full, agent);
    }
    return agents;
  }
}
