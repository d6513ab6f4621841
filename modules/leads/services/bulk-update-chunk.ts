import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { type BulkFailure, knownIds, type WantedLead } from "../domain/bulk";
import { changeActivities } from "../domain/change-activities";
import { difference, type LeadChange, type LeadFacts, type LeadRow } from "../domain/lead";
import type { LeadActivityRepository, NewActivity } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import { agentsChanged, manyLeadsChanged } from "./lead-events";

export interface UpdatePlan {
  change: LeadChange;
  /** Whether the disposition that is set, if any, is open. */
  opens: boolean;
  notes: string | undefined;
  actor: Actor;
}

export type UpdateOutcome =
  | { wanted: WantedLead; status: "updated" | "unchanged"; at: Date }
  | { wanted: WantedLead; status: "failed"; at: Date; code: BulkFailure };

interface ChangedRow {
  lead: LeadRow;
  before: Partial<LeadFacts>;
  after: Partial<LeadFacts>;
  changed: boolean;
}

/** Changes one chunk of a bulk request within the caller's transaction; each row succeeds or fails by itself. */
export class BulkUpdateChunk {
  constructor(
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly directory: AgentDirectory,
  ) {}

  async run(tx: Tx, plan: UpdatePlan, chunk: readonly WantedLead[]): Promise<UpdateOutcome[]> {
    const leads = await this.leads.lock(tx, knownIds(chunk));
    const rows = chunk.flatMap(({ id }): ChangedRow[] => {
      const lead = leads.get(id ?? "");
      if (!lead) return [];
      const { fields, before, after } = difference(lead, plan.change);
      return [{ lead, before, after, changed: fields.length > 0 }];
    });
    const full = await this.withoutRoom(tx, plan, rows);
    const allowed = rows.filter(({ lead }) => !full.has(lead.id));
    const written = allowed.filter((row) => row.changed || plan.notes !== undefined);
    const at = (await this.write(tx, plan, written)) ?? new Date();
    const done = new Set(written.map(({ lead }) => lead.id));
    return chunk.map((wanted): UpdateOutcome => {
      if (!leads.has(wanted.id ?? "")) return { wanted, status: "failed", at, code: "lead_not_found" };
      if (full.has(wanted.id ?? "")) return { wanted, status: "failed", at, code: "no_capacity" };
      return { wanted, status: done.has(wanted.id ?? "") ? "updated" : "unchanged", at };
    });
  }

  /** Closed leads that would open again although their agent has no room left for them. */
  private async withoutRoom(tx: Tx, plan: UpdatePlan, rows: readonly ChangedRow[]): Promise<Set<string>> {
    const full = new Set<string>();
    if (plan.change.disposition === undefined) return full;
    const owners = rows.flatMap(({ lead }) => lead.assignedAgentId ?? []);
    const agents = await this.directory.lock(tx, owners);
    if (!plan.opens) return full;
    const room = new Map([...agents.values()].map((agent) => [agent.agentId, agent.maxCapacity - agent.openLeads]));
    for (const { lead } of rows) {
      if (lead.isOpen || lead.assignedAgentId === null) continue;
      const left = room.get(lead.assignedAgentId) ?? 0;
      if (left > 0) room.set(lead.assignedAgentId, left - 1);
      else full.add(lead.id);
    }
    return full;
  }

  private async write(tx: Tx, plan: UpdatePlan, rows: readonly ChangedRow[]): Promise<Date | undefined> {
    if (rows.length === 0) return undefined;
    const { change, notes, actor } = plan;
    const effects = { notes: notes === undefined ? 0 : 1, touched: false };
    const ids = (of: readonly ChangedRow[]) => of.map(({ lead }) => lead.id);
    // Values a row has already are written over themselves: one statement for all rows that change at all.
    const changed = rows.filter((row) => row.changed);
    const noted = rows.filter((row) => !row.changed);
    const first = changed.length > 0 ? await this.leads.update(tx, ids(changed), change, effects) : undefined;
    const second = noted.length > 0 ? await this.leads.update(tx, ids(noted), {}, effects) : undefined;
    const entries = rows.flatMap(({ lead, after }): NewActivity[] => [
      ...changeActivities(lead, after),
      ...(notes === undefined ? [] : [{ leadId: lead.id, type: "note" as const, data: { text: notes } }]),
    ]);
    await this.activities.add(tx, actor, entries);
    await writeAudit(
      tx,
      actor,
      rows.map(({ lead, before, after, changed }) => ({
        action: changed ? "lead.updated" : "lead.note_added",
        entityType: "lead" as const,
        entityId: lead.id,
        before,
        after: notes === undefined ? after : { ...after, noted: true },
      })),
    );
    await publishLive(tx, [
      manyLeadsChanged(rows.length),
      ...(change.disposition === undefined ? [] : agentsChanged(changed.map(({ lead }) => lead.assignedAgentId))),
    ]);
    return first?.at ?? second?.at;
  }
}
