import { retrying } from "@/lib/db/transaction";
import { conflict, type AppError } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { agentNotFound } from "@/modules/agents/services/agent-directory.service";
import { type Capacity, type CapacityManager, refusal } from "@/modules/agents/services/capacity-manager.service";
import type { Priority } from "../domain/lead";
import { MANUAL_POLICY } from "../domain/manual-assignment";
import type {
  Found,
  FoundAgent,
  FoundLead,
  AssignmentRepository,
  SingleAssignment,
} from "../repositories/assignment.repository";
import type { AssignmentDue } from "./assignment-due";
import { refuseLocked } from "./lead-refusals";
import { isOverCapacity } from "./over-capacity";
import type { LeadAccess } from "./lead-access";

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

/** A lead with the agent it is with now. */
export interface Assigned {
  leadId: string;
  /** E-mails; previousAgent is null when the lead was nobody's. */
  agent: string;
  previousAgent: string | null;
  at: Date;
  priority: Priority;
  capacity: Capacity;
}

type Request = Omit<SingleAssignment, "due" | "policyVersion">;

/** Each try begins with fresh facts; what stands in the way twice in a row is told, not tried again. */
const TRIES = 5;

/**
 * Gives single leads to the agent a manager names, within that agent's capacity. The deed is one statement of the
 * repository; here it is decided what to tell when it wrote nothing.
 */
export class LeadAssignmentService {
  constructor(
    private readonly access: Pick<LeadAccess, "find">,
    private readonly assignments: Pick<AssignmentRepository, "assign">,
    private readonly capacity: Pick<CapacityManager, "obstacles" | "describe">,
    private readonly due: Pick<AssignmentDue, "assume">,
  ) {}

  /**
   * Assigns a lead nobody has (managers). Again to the same agent changes nothing. Throws 404 for an unknown lead or
   * agent; 409 lead_locked, lead_closed, already_assigned (reassign instead), agent_unavailable, capacity_exceeded. The
   * last two can be overridden with a reason, which is stored with the decision.
   */
  async assign(principal: Principal, leadId: string, request: AssignRequest, requestId?: string): Promise<Assigned> {
    requireStaff(principal);
    return this.move(principal, {
      kind: "assign",
      leadId,
      agentEmail: request.agent_email,
      priority: request.priority,
      notes: request.notes,
      reason: request.reason,
      override: request.override_capacity === true,
      actor: { ...actorOf(principal), requestId },
    });
  }

  /**
   * Moves a lead from its agent to another (managers); to the agent who has it already changes nothing. Throws 404 for
   * an unknown lead or agent; 409 lead_locked, lead_closed, not_assigned (assign instead), agent_unavailable,
   * capacity_exceeded.
   */
  async reassign(
    principal: Principal,
    leadId: string,
    request: ReassignRequest,
    requestId?: string,
  ): Promise<Assigned & { previousAgent: string }> {
    requireStaff(principal);
    const moved = await this.move(principal, {
      kind: "reassign",
      leadId,
      agentEmail: request.new_agent,
      priority: undefined,
      notes: request.notes,
      reason: request.reason,
      override: false,
      actor: { ...actorOf(principal), requestId },
    });
    return { ...moved, previousAgent: moved.previousAgent ?? moved.agent };
  }

  private async move(principal: Principal, request: Request): Promise<Assigned> {
    if (!isId(request.leadId)) await this.access.find(principal, request.leadId);
    const leadId = request.leadId.toLowerCase();
    for (let tried = 1; ; tried += 1) {
      const found = await this.attempt({ ...request, leadId }, tried > 1);
      if (!found) {
        // The database refused at the last moment: the next look shows why, unless there is room again.
        if (tried < TRIES) continue;
        throw conflict("capacity_exceeded", "This agent's last places went to others just now. Try again.");
      }
      // Throws 404, or 410 for a lead that was merged; one that is there again is tried again.
      if (!found.lead) await this.access.find(principal, leadId);
      else if (!found.agent) throw agentNotFound(request.agentEmail);
      else if (found.assignedAt) return this.moved(leadId, request, found.lead, found.agent, found.assignedAt);
      else if (found.lead.assignedAgentId === found.agent.agentId)
        return this.standing(leadId, found.lead, found.agent);
      else this.refuse(leadId, request, found.lead, found.agent);
      if (tried >= TRIES) throw new Error("a lead was not assigned although nothing stood in the way");
    }
  }

  /** One try; undefined when the database refused what would pass max_capacity. */
  private async attempt(request: Request, afresh: boolean): Promise<Found | undefined> {
    const due = await this.due.assume(afresh);
    try {
      return await retrying(() => this.assignments.assign({ ...request, policyVersion: MANUAL_POLICY, due }));
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      return undefined;
    }
  }

  /** Throws what stands in the way; returns when nothing does. */
  private refuse(leadId: string, request: Request, lead: FoundLead, agent: FoundAgent): void {
    if (request.kind === "reassign" && lead.assignedAgentId === null) {
      throw conflict("not_assigned", "Nobody has this lead yet. Assign it instead.");
    }
    if (!lead.isOpen) throw closed(lead);
    refuseLocked({ ...lead, id: leadId });
    if (request.kind === "assign" && lead.assignedAgentId !== null) {
      throw conflict("already_assigned", `This lead is with ${lead.assignedAgentName}. Reassign it instead.`, {
        assigned_agent: lead.assignedAgentEmail,
      });
    }
    const [obstacle] = this.capacity.obstacles(agent, 1, request.kind === "assign");
    if (obstacle && (!request.override || agent.disabled)) throw refusal(obstacle, agent);
  }

  private moved(leadId: string, request: Request, lead: FoundLead, agent: FoundAgent, at: Date): Assigned {
    const capacity = this.capacity.describe({ ...agent, openLeads: agent.openLeads + 1 });
    const priority = request.priority ?? lead.priority;
    return { leadId, agent: agent.email, previousAgent: lead.assignedAgentEmail, at, priority, capacity };
  }

  /** The answer when nothing had to change. */
  private standing(leadId: string, lead: FoundLead, agent: FoundAgent): Assigned {
    const { priority, assignedAgentEmail: previousAgent } = lead;
    const at = lead.assignedAt ?? lead.updatedAt;
    return { leadId, agent: agent.email, previousAgent, at, priority, capacity: this.capacity.describe(agent) };
  }
}

function closed(lead: FoundLead): AppError {
  return conflict("lead_closed", `This lead is closed (${lead.disposition}). Reopen it first by another disposition.`, {
    disposition: lead.disposition,
  });
}
