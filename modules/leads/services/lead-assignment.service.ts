import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { actorOf, type Actor, type Principal, requireStaff } from "@/lib/principal";
import type { AgentDirectory, AgentLoad } from "@/modules/agents/services/agent-directory.service";
import {
  type Capacity,
  type CapacityManager,
  type Obstacle,
  refusal,
} from "@/modules/agents/services/capacity-manager.service";
import { POLICY_VERSION } from "@/modules/agents/services/deal-leads";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { LeadRow, Priority } from "../domain/lead";
import type { AssignmentRepository } from "../repositories/assignment.repository";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import { isOverCapacity } from "./over-capacity";
import type { LeadAccess } from "./lead-access";
import { agentsChanged, leadChanged } from "./lead-events";

export interface AssignRequest {
  agent_email: string;
  priority?: Priority | undefined;
  notes?: string | undefined;
  override_capacity?: boolean | undefined;
  reason?: string | undefined;
}

export interface ReassignRequest {
  new_agent: string;
  reason: string;
  notes?: string | undefined;
}

/** A lead with the agent it is with, as they stand at the end of the transaction. */
export interface Assigned {
  lead: LeadRow;
  agent: AgentLoad;
  at: Date;
  capacity: Capacity;
}

interface Move {
  lead: LeadRow;
  agent: AgentLoad;
  actor: Actor;
  reason: string | undefined;
  notes: string | undefined;
  priority?: Priority | undefined;
  override: boolean;
}

/** Gives single leads to the agent a manager names, within that agent's capacity. */
export class LeadAssignmentService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly assignments: AssignmentRepository,
    private readonly directory: AgentDirectory,
    private readonly capacity: CapacityManager,
  ) {}

  /**
   * Assigns a lead nobody has (managers). Again to the same agent changes nothing. Throws 404 for an unknown lead or
   * agent; 409 lead_closed, already_assigned (reassign instead), agent_unavailable, capacity_exceeded. The last two can
   * be overridden with a reason, which is stored with the decision.
   */
  async assign(principal: Principal, leadId: string, request: AssignRequest, requestId?: string): Promise<Assigned> {
    requireStaff(principal);
    return this.moving(request.agent_email, async (tx) => {
      const lead = await this.access.lock(tx, principal, leadId);
      const named = await this.directory.find(request.agent_email, tx);
      if (lead.assignedAgentId === named.agentId) return this.standing(lead, named);
      refuseClosed(lead);
      if (lead.assignedAgentId !== null) {
        throw conflict("already_assigned", `This lead is with ${lead.assignedAgentName}. Reassign it instead.`, {
          assigned_agent: lead.assignedAgentEmail,
        });
      }
      const agent = await this.directory.lockOne(tx, named.agentId);
      return this.move(tx, {
        lead,
        agent,
        actor: { ...actorOf(principal), requestId },
        reason: request.reason,
        notes: request.notes,
        priority: request.priority,
        override: request.override_capacity === true,
      });
    });
  }

  /**
   * Moves a lead from its agent to another (managers); to the agent who has it already changes nothing. Throws 404 for
   * an unknown lead or agent; 409 lead_closed, not_assigned (assign instead), agent_unavailable, capacity_exceeded.
   */
  async reassign(
    principal: Principal,
    leadId: string,
    request: ReassignRequest,
    requestId?: string,
  ): Promise<Assigned & { previousAgent: string }> {
    requireStaff(principal);
    return this.moving(request.new_agent, async (tx) => {
      const lead = await this.access.lock(tx, principal, leadId);
      const named = await this.directory.find(request.new_agent, tx);
      const { assignedAgentId: previousId, assignedAgentEmail: previousAgent } = lead;
      if (previousId === null || previousAgent === null) {
        throw conflict("not_assigned", "Nobody has this lead yet. Assign it instead.");
      }
      if (previousId === named.agentId) return { ...this.standing(lead, named), previousAgent };
      refuseClosed(lead);
      // Both agents' counters change: both are locked, in id order.
      const agent = (await this.directory.lock(tx, [previousId, named.agentId])).get(named.agentId) ?? named;
      const actor = { ...actorOf(principal), requestId };
      const { reason, notes } = request;
      return { ...(await this.move(tx, { lead, agent, actor, reason, notes, override: false })), previousAgent };
    });
  }

  /** Runs a move; what the database refuses as its last line of defence is answered like what we refuse ourselves. */
  private async moving<T>(agentEmail: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await inTransaction(this.db, work);
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      const agent = await this.directory.find(agentEmail);
      const [full] = this.capacity.obstacles({ ...agent, availability: "active" }, 1);
      throw refusal(
        full ?? { kind: "capacity_exceeded", reason: "full", message: `${agent.name} has no room.` },
        agent,
      );
    }
  }

  /** Writes the move with everything that belongs to it; lead and agents are locked. */
  private async move(tx: Tx, move: Move): Promise<Assigned> {
    const { lead, agent, actor, reason, notes, priority } = move;
    const obstacles = this.capacity.obstacles(agent, 1);
    const [obstacle] = obstacles;
    if (obstacle && (!move.override || agent.disabled)) throw refusal(obstacle, agent);
    if (obstacles.some(({ kind }) => kind === "capacity_exceeded")) await this.assignments.allowOverCapacity(tx);
    const after: AgentLoad = { ...agent, openLeads: agent.openLeads + 1 };
    const at = await this.assignments.write(tx, {
      steps: [
        {
          leadId: lead.id,
          agentId: agent.agentId,
          previousAgentId: lead.assignedAgentId,
          activity: activityOf(move, obstacles),
          explanation: explanationOf(agent, after, obstacles),
        },
      ],
      strategy: "manual",
      policyVersion: POLICY_VERSION,
      actor,
      priority,
      overrideReason: obstacle ? reason : undefined,
      dealtOrder: [agent.agentId],
    });
    if (notes !== undefined) {
      await this.activities.add(tx, actor, [{ leadId: lead.id, type: "note", data: { text: notes } }]);
      await this.leads.countNotes(tx, lead.id, 1);
    }
    await writeAudit(tx, actor, [
      {
        action: lead.assignedAgentId === null ? "lead.assigned" : "lead.reassigned",
        entityType: "lead",
        entityId: lead.id,
        before: { assigned_agent: lead.assignedAgentEmail, priority: lead.priority },
        after: {
          assigned_agent: agent.email,
          priority: priority ?? lead.priority,
          ...(reason === undefined ? {} : { reason }),
          ...(obstacle ? { overridden: obstacles.map(({ kind }) => kind) } : {}),
        },
      },
    ]);
    await publishLive(tx, [
      ...leadChanged(lead.id, lead.assignedAgentId, agent.agentId),
      ...agentsChanged([lead.assignedAgentId, agent.agentId]),
    ]);
    const capacity = this.capacity.describe(after);
    return { lead: { ...lead, priority: priority ?? lead.priority }, agent: after, at, capacity };
  }

  /** The answer when nothing had to change. */
  private standing(lead: LeadRow, agent: AgentLoad): Assigned {
    return { lead, agent, at: lead.assignedAt ?? lead.updatedAt, capacity: this.capacity.describe(agent) };
  }
}

function refuseClosed(lead: LeadRow): void {
  if (lead.isOpen) return;
  throw conflict("lead_closed", `This lead is closed (${lead.disposition}). Reopen it first by another disposition.`, {
    disposition: lead.disposition,
  });
}

function activityOf(move: Move, obstacles: readonly Obstacle[]) {
  const { lead, agent, reason } = move;
  return {
    agent: agent.email,
    agent_name: agent.name,
    previous_agent: lead.assignedAgentEmail,
    previous_agent_name: lead.assignedAgentName,
    strategy: "manual",
    ...(reason === undefined ? {} : { reason }),
    ...(obstacles.length > 0 ? { overridden: obstacles.map(({ kind }) => kind) } : {}),
  };
}

function explanationOf(before: AgentLoad, after: AgentLoad, obstacles: readonly Obstacle[]) {
  const { agentId, openLeads, maxCapacity, availability, lastAssignedAt } = before;
  return {
    candidates: [{ agentId, openLeads, maxCapacity, availability, lastAssignedAt }],
    excluded: [],
    overridden: obstacles.map(({ kind, reason }) => ({ kind, reason })),
    before: { openLeads, maxCapacity },
    after: { openLeads: after.openLeads, maxCapacity },
    seed: null,
  };
}
