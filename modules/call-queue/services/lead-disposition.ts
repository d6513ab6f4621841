import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { agentsChanged, leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { LeadDispositionPort } from "./wrap-up.service";

/** What it needs of the leads module's tables. */
export interface LeadRows {
  lock(
    tx: Tx,
    leadIds: readonly string[],
  ): Promise<
    ReadonlyMap<string, { disposition: string; assignedAgentId: string | null; assignedAgentEmail: string | null }>
  >;
  update(
    tx: Tx,
    leadIds: readonly string[],
    change: { disposition: string },
    effects: { notes: number; touched: boolean },
  ): Promise<unknown>;
}

export interface LeadEntries {
  add(
    tx: Tx,
    actor: Actor,
    entries: readonly { leadId: string; type: "disposition"; data: { from: string; to: string } }[],
  ): Promise<unknown>;
}

/** A lead's disposition as wrap-up changes it: in the transaction of the call's own end, with all that belongs to it. */
export class LeadDisposition implements LeadDispositionPort {
  constructor(
    private readonly leads: LeadRows,
    private readonly activities: LeadEntries,
  ) {}

  /** Nothing happens when the lead has it already or is gone. The database refuses to pass an agent's capacity (EH001). */
  async setDisposition(tx: Tx, leadId: string, disposition: string, actor: Actor): Promise<void> {
    const lead = (await this.leads.lock(tx, [leadId])).get(leadId);
    if (!lead || lead.disposition === disposition) return;
    // The conversation itself counted as work when it began; what is written after it, when the lead's agent writes it.
    const touched = actor.type === "user" && actor.label === lead.assignedAgentEmail;
    await this.leads.update(tx, [leadId], { disposition }, { notes: 0, touched });
    const change = { from: lead.disposition, to: disposition };
    await this.activities.add(tx, actor, [{ leadId, type: "disposition", data: change }]);
    await writeAudit(tx, actor, [
      {
        action: "lead.updated",
        entityType: "lead",
        entityId: leadId,
        before: { disposition: lead.disposition },
        after: { disposition },
      },
    ]);
    await publishLive(tx, [...leadChanged(leadId, lead.assignedAgentId), ...agentsChanged([lead.assignedAgentId])]);
  }
}
