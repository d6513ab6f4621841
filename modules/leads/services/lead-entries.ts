import type { Tx } from "@/lib/db/transaction";
import type { Actor, Principal } from "@/lib/principal";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ActivityType } from "../domain/activity";
import type { LeadRow } from "../domain/lead";
import { isWork } from "../domain/permissions";
import type { LeadActivityRepository, NewActivity } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import type { LeadAccess } from "./lead-access";
import { leadChanged } from "./lead-events";

/** Lets other modules find leads for people, and write what they did with them into the timeline. */
export class LeadEntries {
  constructor(
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
  ) {}

  /** Throws 404, 410 lead_merged. */
  find(principal: Principal, leadId: string): Promise<LeadRow> {
    return this.access.find(principal, leadId);
  }

  /** As find(), with the lead locked until the transaction ends. */
  lock(tx: Tx, principal: Principal, leadId: string): Promise<LeadRow> {
    return this.access.lock(tx, principal, leadId);
  }

  /** Writes an entry of a locked lead: a change of the lead, and work on it when its agent did it. */
  async add(
    tx: Tx,
    by: { principal: Principal; actor: Actor; lead: LeadRow },
    type: ActivityType,
    data: NewActivity["data"],
  ): Promise<void> {
    const { principal, actor, lead } = by;
    await this.leads.update(tx, [lead.id], {}, { notes: 0, touched: isWork(principal, lead) });
    await this.activities.add(tx, actor, [{ leadId: lead.id, type, data }]);
    await publishLive(tx, leadChanged(lead.id, lead.assignedAgentId));
  }
}
