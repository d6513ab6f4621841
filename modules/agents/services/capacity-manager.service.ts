import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, type AppError } from "@/lib/errors";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import {
  availableSlots,
  capacityOf,
  fullReason,
  unavailableBecause,
  unavailableReason,
  type AgentLoad,
  type Availability,
  type Capacity,
  type LoadFacts,
} from "../domain/capacity";
import type { AgentRepository } from "../repositories/agent.repository";
import type { AgentSummary } from "../schemas";
import type { AgentDirectory } from "./agent-directory.service";

export type { Capacity } from "../domain/capacity";

export interface CapacityOverview {
  agents: (Omit<AgentSummary, "capacity"> & { capacity?: AgentSummary["capacity"] })[];
  summary: {
    total_agents: number;
    active_agents: number;
    total_capacity: number;
    used_capacity: number;
    utilization_percentage: number;
  };
}

/** What stands in the way of giving an agent leads. */
export interface Obstacle {
  kind: "agent_unavailable" | "capacity_exceeded";
  /** For a machine: away, busy, offline, disabled, full. */
  reason: string;
  /** For a manager. */
  message: string;
}

/** Who has how much room, and changing it. */
export class CapacityManager {
  constructor(
    private readonly db: Db,
    private readonly agents: AgentRepository,
    private readonly directory: AgentDirectory,
  ) {}

  /** All agents with their load (managers). The summary is over all of them, whatever `status` leaves in the list. */
  async overview(
    principal: Principal,
    query: { include_capacity?: boolean | undefined; status?: Availability | undefined },
  ): Promise<CapacityOverview> {
    requireStaff(principal);
    const [all, score] = await Promise.all([this.agents.list(), this.directory.performance()]);
    const wanted = query.status === undefined ? all : all.filter((agent) => agent.availability === query.status);
    const total = all.reduce((sum, agent) => sum + agent.maxCapacity, 0);
    const used = all.reduce((sum, agent) => sum + agent.openLeads, 0);
    return {
      agents: wanted.map((agent) => ({
        agent_id: agent.email,
        name: agent.name,
        ...(query.include_capacity === true
          ? { capacity: { ...capacityOf(agent), available_slots: availableSlots(agent) } }
          : {}),
        status: agent.availability,
        last_seen: agent.lastSeen?.toISOString() ?? null,
        performance_score: score(agent.agentId),
      })),
      summary: {
        total_agents: all.length,
        active_agents: all.filter((agent) => agent.availability === "active").length,
        total_capacity: total,
        used_capacity: used,
        utilization_percentage: total === 0 ? 0 : Math.round((used / total) * 1_000) / 10,
      },
    };
  }

  /**
   * Changes how many open leads an agent may have, or whether the agent takes leads (managers). A capacity below the
   * present load is allowed: the agent then shows as over capacity and gets nothing new. Unchanged values write
   * nothing. Throws 404 agent_not_found.
   */
  async change(
    principal: Principal,
    idOrEmail: string,
    change: { max_capacity?: number | undefined; availability?: Availability | undefined },
    requestId?: string,
  ): Promise<AgentLoad> {
    requireStaff(principal);
    return inTransaction(
      this.db,
      async (tx) => {
        const { agentId } = await this.directory.find(idOrEmail, tx);
        const before = await this.directory.lockOne(tx, agentId);
        const after: AgentLoad = {
          ...before,
          maxCapacity: change.max_capacity ?? before.maxCapacity,
          availability: change.availability ?? before.availability,
        };
        const facts = (load: AgentLoad) => ({ max_capacity: load.maxCapacity, availability: load.availability });
        if (before.maxCapacity === after.maxCapacity && before.availability === after.availability) return after;
        await this.agents.change(tx, agentId, after);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "agent.capacity_changed",
            entityType: "agent",
            entityId: agentId,
            before: facts(before),
            after: facts(after),
          },
        ]);
        await publishLive(tx, [{ topic: "agent", audience: `agent:${agentId}`, data: { agentId } }]);
        return after;
      },
      { once: "capacity" },
    );
  }

  /** An agent's load in figures. */
  describe(agent: Pick<LoadFacts, "openLeads" | "maxCapacity">): Capacity {
    return capacityOf(agent);
  }

  /**
   * What stands in the way of giving this agent `count` more open leads; the caller holds the agent's lock.
   * `mayOverride`: whether what is asked for has an override, which the message then mentions.
   */
  obstacles(agent: LoadFacts, count: number, mayOverride = false): Obstacle[] {
    const obstacles: Obstacle[] = [];
    const reason = unavailableBecause(agent);
    if (reason !== undefined) {
      obstacles.push({ kind: "agent_unavailable", reason, message: unavailableReason(agent, mayOverride) });
    }
    if (agent.openLeads + agent.reserved + count > agent.maxCapacity) {
      obstacles.push({ kind: "capacity_exceeded", reason: "full", message: fullReason(agent, mayOverride) });
    }
    return obstacles;
  }
}

/** The refusal (409) for an obstacle, with the agent's load. */
export function refusal(obstacle: Obstacle, agent: LoadFacts): AppError {
  return conflict(obstacle.kind, obstacle.message, {
    agent: agent.email,
    reason: obstacle.reason,
    agent_capacity: capacityOf(agent) satisfies Capacity,
  });
}
