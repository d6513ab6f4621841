import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { leadView } from "../domain/lead-view";
import type { WholeLead } from "../domain/merge";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadStateRepository } from "../repositories/lead-state.repository";
import type { Lead } from "../schemas";
import type { LeadAccess } from "./lead-access";
import { leadChanged } from "./lead-events";
import { type DueTimesPort, returnDueOf } from "./return-due";

/**
 * Keeps leads with their agents. A locked lead is not assigned, reassigned, changed in bulk, merged, removed or
 * returned; its facts may still be edited by those who may.
 */
export class LeadLockService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly states: LeadStateRepository,
    private readonly activities: LeadActivityRepository,
    private readonly timer: DueTimesPort,
  ) {}

  /**
   * Locks a lead (managers). Again by the same person changes nothing, or the reason when it is another. Its return
   * timer stops. Throws 404; 409 already_locked naming who, when somebody else has locked it.
   */
  async lock(principal: Principal, leadId: string, reason: string, requestId?: string): Promise<Lead> {
    requireStaff(principal);
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        const lead = await this.lockRow(tx, principal, leadId);
        const { locked } = leadView(lead);
        if (locked !== null && locked.by !== principal.email) {
          throw conflict(
            "already_locked",
            `${locked.by_name} has locked this lead ("${locked.reason}"). Unlock it first to lock it anew.`,
            { locked },
          );
        }
        if (locked?.reason === reason) return leadView(lead);
        await this.states.setLock(tx, lead.id, { by: principal.email, reason });
        await this.activities.add(tx, actor, [{ leadId: lead.id, type: "locked", data: { reason } }]);
        await writeAudit(tx, actor, [
          {
            action: "lead.locked",
            entityType: "lead",
            entityId: lead.id,
            before: { locked: locked?.reason ?? null },
            after: { locked: reason },
          },
        ]);
        await publishLive(tx, leadChanged(lead.id, lead.assignedAgentId));
        return leadView(await this.lockRow(tx, principal, leadId));
      },
      { once: "lock" },
    );
  }

  /**
   * Unlocks a lead, whoever locked it (managers); one that is not locked stays as it is. The return timer of a lead
   * that its agent has not worked on begins anew. Throws 404.
   */
  async unlock(principal: Principal, leadId: string, requestId?: string): Promise<Lead> {
    requireStaff(principal);
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        const lead = await this.lockRow(tx, principal, leadId);
        const { locked } = leadView(lead);
        if (locked === null) return leadView(lead);
        await this.states.clearLock(tx, lead.id, await returnDueOf(tx, this.timer, lead));
        await this.activities.add(tx, actor, [{ leadId: lead.id, type: "unlocked", data: { by: locked.by } }]);
        await writeAudit(tx, actor, [
          {
            action: "lead.unlocked",
            entityType: "lead",
            entityId: lead.id,
            before: { locked: locked.reason },
            after: { locked: null },
          },
        ]);
        await publishLive(tx, leadChanged(lead.id, lead.assignedAgentId));
        return leadView(await this.lockRow(tx, principal, leadId));
      },
      { once: "unlock" },
    );
  }

  private async lockRow(tx: Tx, principal: Principal, leadId: string): Promise<WholeLead> {
    const { id } = await this.access.lock(tx, principal, leadId);
    const lead = (await this.states.lock(tx, [id])).get(id);
    if (!lead) throw new Error("a lead vanished inside the transaction that holds it");
    return lead;
  }
}
