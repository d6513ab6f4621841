import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import type { AgentDirectory, AgentLoad } from "@/modules/agents/services/agent-directory.service";
import { dealLeads, POLICY_VERSION, type Dealt, type Strategy } from "@/modules/agents/services/deal-leads";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { type BulkFailure, knownIds, type WantedLead } from "../domain/bulk";
import type { LeadRow, Priority } from "../domain/lead";
import type { AssignmentRepository, AssignmentStep } from "../repositories/assignment.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import { agentsChanged, manyLeadsChanged } from "./lead-events";

/** What stays the same over the chunks of one request. */
export interface AssignPlan {
  strategy: Strategy;
  /** Opaque ids in the manager's order. */
  pool: readonly string[];
  score: (agentId: string) => number;
  priority: Priority | undefined;
  actor: Actor;
  /** Makes each chunk's 32-bit seed. */
  seed: () => number;
}

/** manual: what the chunks before have used up. Others: empty. */
export interface AssignProgress {
  quotas?: ReadonlyMap<string, number>;
  given?: ReadonlyMap<string, number>;
}

export type AssignOutcome =
  | {
      wanted: WantedLead;
      status: "assigned" | "reassigned" | "unchanged";
      agent: string;
      previous: string | null;
      at: Date;
    }
  | { wanted: WantedLead; status: "failed"; code: BulkFailure };

/** A lead together with the agent it was dealt to. */
interface DealtRow {
  lead: LeadRow;
  agent: AgentLoad;
  openBefore: number;
  openAfter: number;
  position: number;
}

/** Assigns one chunk of a bulk request within the caller's transaction, exactly as the locked rows allow. */
export class BulkAssignChunk {
  constructor(
    private readonly leads: LeadRepository,
    private readonly assignments: AssignmentRepository,
    private readonly directory: AgentDirectory,
  ) {}

  async run(
    tx: Tx,
    plan: AssignPlan,
    progress: AssignProgress,
    chunk: readonly WantedLead[],
  ): Promise<{ outcomes: AssignOutcome[]; progress: AssignProgress }> {
    const leads = await this.leads.lock(tx, knownIds(chunk));
    const open = [...chunk].flatMap(({ id }) => leads.get(id ?? "") ?? []).filter((lead) => lead.isOpen);
    const owners = open.flatMap((lead) => lead.assignedAgentId ?? []);
    // Whose counters will change is locked before anything is decided: what is decided then holds.
    const agents = await this.directory.lock(tx, [...plan.pool, ...owners]);
    const dealt = dealLeads({
      strategy: plan.strategy,
      pool: plan.pool.flatMap((agentId) => agents.get(agentId) ?? []),
      leads: open.map((lead) => ({ leadId: lead.id, ownerId: lead.assignedAgentId })),
      seed: plan.seed(),
      score: plan.score,
      ...progress,
    });
    const rows = rowsOf(dealt, leads, agents);
    const at = await this.write(tx, plan, dealt, rows);
    return { outcomes: outcomesOf(chunk, leads, dealt, rows, at), progress: advance(progress, rows) };
  }

  private async write(tx: Tx, plan: AssignPlan, dealt: Dealt, rows: readonly DealtRow[]): Promise<Date | undefined> {
    const { actor, strategy, priority } = plan;
    const moved = rows.filter(({ lead, agent }) => lead.assignedAgentId !== agent.agentId);
    const kept = rows.filter(
      ({ lead, agent }) =>
        lead.assignedAgentId === agent.agentId && priority !== undefined && lead.priority !== priority,
    );
    if (moved.length === 0 && kept.length === 0) return undefined;
    let at: Date | undefined;
    if (moved.length > 0) {
      const batchId = newId();
      const input = { ...dealt.input, excluded: dealt.excluded };
      await this.assignments.addBatch(tx, {
        id: batchId,
        strategy,
        policyVersion: POLICY_VERSION,
        input: JSON.parse(JSON.stringify(input)),
        actor,
      });
      at = await this.assignments.write(tx, {
        steps: moved.map((row) => stepOf(row, strategy)),
        strategy,
        policyVersion: POLICY_VERSION,
        actor,
        priority,
        batchId,
        dealtOrder: dealt.dealtOrder,
      });
    }
    if (kept.length > 0) {
      const ids = kept.map(({ lead }) => lead.id);
      const updated = await this.leads.update(tx, ids, { priority }, { notes: 0, touched: false });
      at ??= updated.at;
    }
    await writeAudit(
      tx,
      actor,
      [...moved, ...kept].map((row) => auditOf(row, priority)),
    );
    await publishLive(tx, [
      manyLeadsChanged(moved.length + kept.length),
      ...agentsChanged(moved.flatMap(({ lead, agent }) => [lead.assignedAgentId, agent.agentId])),
    ]);
    return at;
  }
}

function rowsOf(dealt: Dealt, leads: ReadonlyMap<string, LeadRow>, agents: ReadonlyMap<string, AgentLoad>): DealtRow[] {
  return dealt.choices.flatMap((choice, position) => {
    const lead = leads.get(choice.leadId);
    const agent = choice.agentId === null ? undefined : agents.get(choice.agentId);
    if (!lead || !agent || choice.agentId === null) return [];
    return [{ lead, agent, openBefore: choice.openBefore, openAfter: choice.openAfter, position }];
  });
}

function stepOf(row: DealtRow, strategy: Strategy): AssignmentStep {
  const { lead, agent, openBefore, openAfter, position } = row;
  const { maxCapacity } = agent;
  return {
    leadId: lead.id,
    agentId: agent.agentId,
    previousAgentId: lead.assignedAgentId,
    activity: {
      agent: agent.email,
      agent_name: agent.name,
      previous_agent: lead.assignedAgentEmail,
      previous_agent_name: lead.assignedAgentName,
      strategy,
    },
    explanation: {
      position,
      before: { openLeads: openBefore, maxCapacity },
      after: { openLeads: openAfter, maxCapacity },
    },
  };
}

function auditOf(row: DealtRow, priority: Priority | undefined): AuditRecord {
  const { lead, agent } = row;
  const same = lead.assignedAgentId === agent.agentId;
  return {
    action: same ? "lead.updated" : lead.assignedAgentId === null ? "lead.assigned" : "lead.reassigned",
    entityType: "lead",
    entityId: lead.id,
    before: { assigned_agent: lead.assignedAgentEmail, priority: lead.priority },
    after: { assigned_agent: agent.email, priority: priority ?? lead.priority },
  };
}

function outcomesOf(
  chunk: readonly WantedLead[],
  leads: ReadonlyMap<string, LeadRow>,
  dealt: Dealt,
  rows: readonly DealtRow[],
  at: Date | undefined,
): AssignOutcome[] {
  const byLead = new Map(rows.map((row) => [row.lead.id, row]));
  const leftOver = new Map(
    dealt.choices.flatMap((choice) => (choice.agentId === null ? [[choice.leadId, choice.code] as const] : [])),
  );
  return chunk.map((wanted): AssignOutcome => {
    const lead = leads.get(wanted.id ?? "");
    if (!lead) return { wanted, status: "failed", code: "lead_not_found" };
    if (!lead.isOpen) return { wanted, status: "failed", code: "lead_closed" };
    const row = byLead.get(lead.id);
    if (!row) return { wanted, status: "failed", code: leftOver.get(lead.id) ?? "no_agent_available" };
    const previous = lead.assignedAgentEmail;
    if (lead.assignedAgentId === row.agent.agentId) {
      return { wanted, status: "unchanged", agent: row.agent.email, previous, at: lead.assignedAt ?? lead.updatedAt };
    }
    const status = lead.assignedAgentId === null ? "assigned" : "reassigned";
    return { wanted, status, agent: row.agent.email, previous, at: at ?? lead.updatedAt };
  });
}

/** What manual has dealt so far, for the next chunk. */
function advance(progress: AssignProgress, rows: readonly DealtRow[]): AssignProgress {
  const count = (from: ReadonlyMap<string, number>, step: 1 | -1): Map<string, number> => {
    const next = new Map(from);
    for (const { agent } of rows) next.set(agent.agentId, (next.get(agent.agentId) ?? 0) + step);
    return next;
  };
  return {
    ...(progress.quotas ? { quotas: count(progress.quotas, -1) } : {}),
    ...(progress.given ? { given: count(progress.given, 1) } : {}),
  };
}
