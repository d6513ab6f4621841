import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { AgentLoad } from "@/modules/agents/services/agent-directory.service";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { OWNERSHIP_POLICY, type Merged, type WholeLead } from "../domain/merge";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadStateRepository } from "../repositories/lead-state.repository";
import { agentsChanged, leadChanged } from "./lead-events";

/** The calls of leads, as another module keeps them. */
export interface CallsOfLeads {
  lock(tx: Tx, leadId: string): Promise<void>;
  move(tx: Tx, fromLeadId: string, toLeadId: string): Promise<string[]>;
  moveBack(tx: Tx, callIds: readonly string[], fromLeadId: string, toLeadId: string): Promise<string[]>;
}

/** The files of leads, likewise; both leads are locked. */
export interface FilesOfLeads {
  move(tx: Tx, fromLeadId: string, toLeadId: string): Promise<string[]>;
  moveBack(tx: Tx, fileIds: readonly string[], fromLeadId: string, toLeadId: string): Promise<string[]>;
}

/** What went from one lead to the other. */
export interface Moved {
  activities: readonly bigint[];
  calls: readonly string[];
  files: readonly string[];
  /** Leads that were part of the one that went. */
  carried: readonly string[];
}

interface Step {
  survivor: WholeLead;
  other: WholeLead;
  moved: Moved;
  actor: Actor;
  /** The agents of both, as they stood before. */
  agents: ReadonlyMap<string, AgentLoad>;
}

/** Everything that a merge, and its undoing, leaves behind to be read: timeline, decision, audit rows, live events. */
export class MergeHistory {
  constructor(
    private readonly states: LeadStateRepository,
    private readonly activities: LeadActivityRepository,
  ) {}

  async merged(tx: Tx, step: Step & { result: Merged }): Promise<void> {
    const { survivor, other, result, moved, actor } = step;
    const { changes, tagsLeftOut } = result;
    const agentId = result.state.assignedAgentId;
    const data = {
      lead_id: other.id,
      name: other.name,
      phone: other.phone,
      ...(Object.keys(changes).length === 0 ? {} : { changes }),
      ...(changes.assigned_agent === undefined ? {} : { agent_name: other.assignedAgentName }),
      ...(tagsLeftOut.length === 0 ? {} : { tags_left_out: tagsLeftOut }),
    };
    await this.activities.add(tx, actor, [{ leadId: survivor.id, type: "merged", data }]);
    await this.decide(tx, step, "merge", agentId);
    const side = (of: "from" | "to") =>
      Object.fromEntries(Object.entries(changes).map(([field, change]) => [field, change[of]]));
    await writeAudit(tx, actor, [
      {
        action: "lead.merged",
        entityType: "lead",
        entityId: survivor.id,
        before: side("from"),
        after: { ...side("to"), merged_lead: other.id, ...counts(moved) },
      },
      partOf(other.id, null, survivor.id),
      ...moved.carried.map((id) => partOf(id, other.id, survivor.id)),
      ...moved.calls.map((id) => ofLead(id, other.id, survivor.id)),
    ]);
    await this.publish(tx, step, agentId);
  }

  /** `agentId` is whom the survivor is with afterwards. */
  async unmerged(tx: Tx, step: Step & { agentId: string | null; agentEmail: string | null }): Promise<void> {
    const { survivor, other, moved, actor, agentId } = step;
    await this.activities.add(tx, actor, [
      { leadId: survivor.id, type: "unmerged", data: { lead_id: other.id, name: other.name } },
      { leadId: other.id, type: "unmerged", data: { lead_id: survivor.id, out_of: survivor.name } },
    ]);
    await this.decide(tx, step, "unmerge", agentId);
    const owner = (email: string | null) => (agentId === survivor.assignedAgentId ? {} : { assigned_agent: email });
    await writeAudit(tx, actor, [
      {
        action: "lead.unmerged",
        entityType: "lead",
        entityId: survivor.id,
        before: { merged_lead: other.id, ...owner(survivor.assignedAgentEmail) },
        after: { merged_lead: null, ...counts(moved), ...owner(step.agentEmail) },
      },
      partOf(other.id, survivor.id, null),
      ...moved.carried.map((id) => partOf(id, survivor.id, other.id)),
      ...moved.calls.map((id) => ofLead(id, survivor.id, other.id)),
    ]);
    await this.publish(tx, step, agentId);
  }

  /** When the survivor changes hands: why, with the new agent's counters. */
  private async decide(tx: Tx, step: Step, strategy: string, agentId: string | null): Promise<void> {
    const { survivor, other, agents, actor } = step;
    if (agentId === survivor.assignedAgentId) return;
    const agent = agentId === null ? undefined : agents.get(agentId);
    const before = agent ? { openLeads: agent.openLeads, maxCapacity: agent.maxCapacity } : null;
    await this.states.addDecision(
      tx,
      {
        leadId: survivor.id,
        agentId,
        previousAgentId: survivor.assignedAgentId,
        strategy,
        policyVersion: OWNERSHIP_POLICY,
        explanation: { candidates: [], excluded: [], otherLead: other.id, before, seed: null },
      },
      actor,
    );
  }

  private async publish(tx: Tx, { survivor, other, moved }: Step, agentId: string | null): Promise<void> {
    await publishLive(tx, [
      ...leadChanged(survivor.id, survivor.assignedAgentId, agentId),
      ...leadChanged(other.id, other.assignedAgentId),
      ...agentsChanged([survivor.assignedAgentId, other.assignedAgentId, agentId]),
      ...(moved.calls.length === 0
        ? []
        : [{ topic: "call" as const, audience: "everyone" as const, data: { many: moved.calls.length } }]),
    ]);
  }
}

const counts = ({ activities, calls, files }: Moved) => ({
  activities: activities.length,
  calls: calls.length,
  ...(files.length > 0 && { files: files.length }),
});

const partOf = (leadId: string, from: string | null, to: string | null): AuditRecord => ({
  action: to === null ? "lead.unmerged" : "lead.merged_into",
  entityType: "lead",
  entityId: leadId,
  before: { merged_into: from },
  after: { merged_into: to },
});

const ofLead = (callId: string, from: string, to: string): AuditRecord => ({
  action: "call.lead_changed",
  entityType: "call",
  entityId: callId,
  before: { lead_id: from },
  after: { lead_id: to },
});
