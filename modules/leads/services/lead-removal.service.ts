import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import { actorOf, type Actor, type Principal, requireStaff } from "@/lib/principal";
import type { AgentDirectory, AgentLoad } from "@/modules/agents/services/agent-directory.service";
import type { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { leadView } from "../domain/lead-view";
import { NOBODY, OWNERSHIP_POLICY, stateOf, type WholeLead } from "../domain/merge";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadStateRepository } from "../repositories/lead-state.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import type { Lead } from "../schemas";
import type { LeadAccess } from "./lead-access";
import { agentsChanged, leadChanged } from "./lead-events";
import { refuseLocked } from "./lead-refusals";
import { isOverCapacity } from "./over-capacity";
import { type DueTimesPort, returnDueOf } from "./return-due";

/** Why a restored lead did not go back to its agent. */
interface Parted {
  agent: AgentLoad;
  reason: "full" | "disabled";
}

/** Takes leads out of every list, and brings them back. */
export class LeadRemovalService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly states: LeadStateRepository,
    private readonly activities: LeadActivityRepository,
    private readonly directory: AgentDirectory,
    private readonly capacity: CapacityManager,
    private readonly timer: DueTimesPort,
  ) {}

  /** Takes a lead out of every list (managers); its history stays. Throws 404; 409 lead_locked. */
  async remove(principal: Principal, leadId: string, requestId?: string): Promise<string> {
    requireStaff(principal);
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        const lead = await this.access.lock(tx, principal, leadId);
        refuseLocked(lead);
        await this.leads.remove(tx, lead.id);
        await this.activities.add(tx, actor, [{ leadId: lead.id, type: "removed", data: {} }]);
        await writeAudit(tx, actor, [
          {
            action: "lead.removed",
            entityType: "lead",
            entityId: lead.id,
            before: { assigned_agent: lead.assignedAgentEmail },
          },
        ]);
        await publishLive(tx, [
          ...leadChanged(lead.id, lead.assignedAgentId),
          ...agentsChanged([lead.assignedAgentId]),
        ]);
        return lead.id;
      },
      { once: "remove" },
    );
  }

  /**
   * Brings a removed lead back (managers): to its agent when there is room, otherwise to nobody, and the timeline says
   * so. A lead that is not removed stays as it is. Throws 404; 410 lead_merged for one that became part of another.
   */
  async restore(principal: Principal, leadId: string, requestId?: string): Promise<Lead> {
    requireStaff(principal);
    const actor = { ...actorOf(principal), requestId };
    const run = (toAgent: boolean) =>
      inTransaction(this.db, (tx) => this.restoreLocked(tx, principal, actor, leadId.toLowerCase(), toAgent), {
        once: "restore",
      });
    try {
      return await run(true);
    } catch (error) {
      // The database counts places that we do not see here; what it refuses comes back to nobody.
      if (!isOverCapacity(error)) throw error;
      return run(false);
    }
  }

  private async restoreLocked(tx: Tx, principal: Principal, actor: Actor, id: string, toAgent: boolean): Promise<Lead> {
    const lead = isId(id) ? (await this.states.lock(tx, [id])).get(id) : undefined;
    if (!lead || lead.mergedInto !== null) return this.access.refuse(principal, id, tx);
    if (!lead.isRemoved) return leadView(lead);
    const parted = await this.parted(tx, lead, toAgent);
    const owner = parted ? NOBODY : { ...lead, returnDueAt: await returnDueOf(tx, this.timer, lead) };
    const { assignedAgentId, assignedAt, touchedAt, returnDueAt } = owner;
    const state = { ...stateOf(lead), assignedAgentId, assignedAt, touchedAt, returnDueAt };
    await this.states.write(tx, [{ id, version: lead.version, state, isRemoved: false, mergedInto: null }]);
    await this.activities.add(tx, actor, [{ leadId: id, type: "restored", data: partedWords(parted) }]);
    if (parted) await this.states.addDecision(tx, decisionOf(id, parted), actor);
    await writeAudit(tx, actor, [
      {
        action: "lead.restored",
        entityType: "lead",
        entityId: id,
        before: { removed: true, ...(parted ? { assigned_agent: parted.agent.email } : {}) },
        after: { removed: false, ...(parted ? { assigned_agent: null, why: parted.reason } : {}) },
      },
    ]);
    await publishLive(tx, [...leadChanged(id, assignedAgentId), ...agentsChanged([lead.assignedAgentId])]);
    const restored = await this.leads.find(id, tx);
    if (!restored) throw new Error("a lead vanished inside the transaction that holds it");
    return leadView(restored);
  }

  /** Whether the lead cannot go back to its agent, and why. A closed lead takes no place and always can. */
  private async parted(tx: Tx, lead: WholeLead, toAgent: boolean): Promise<Parted | undefined> {
    if (lead.assignedAgentId === null || !lead.isOpen) return undefined;
    const agent = await this.directory.lockOne(tx, lead.assignedAgentId);
    if (agent.disabled) return { agent, reason: "disabled" };
    const full = this.capacity.obstacles(agent, 1).some(({ kind }) => kind === "capacity_exceeded");
    return full || !toAgent ? { agent, reason: "full" } : undefined;
  }
}

function partedWords(parted: Parted | undefined): Record<string, string> {
  if (!parted) return {};
  const { agent, reason } = parted;
  return { previous_agent: agent.email, previous_agent_name: agent.name, reason };
}

function decisionOf(leadId: string, { agent, reason }: Parted) {
  const { agentId, openLeads, maxCapacity } = agent;
  return {
    leadId,
    agentId: null,
    previousAgentId: agentId,
    strategy: "restore",
    policyVersion: OWNERSHIP_POLICY,
    explanation: {
      candidates: [],
      excluded: [{ agentId, reason }],
      before: { openLeads, maxCapacity },
      after: { openLeads, maxCapacity },
      seed: null,
    },
  };
}
