import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { type CapacityManager, refusal } from "@/modules/agents/services/capacity-manager.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { changeActivities } from "../domain/change-activities";
import { difference, distinctTags, type LeadChange, type LeadRow } from "../domain/lead";
import { leadView } from "../domain/lead-view";
import { forbiddenFields } from "../domain/permissions";
import type { LeadActivityRepository } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import { isOverCapacity } from "./over-capacity";
import type { createLead, Lead, patchLead } from "../schemas";
import type { LeadAccess } from "./lead-access";
import { agentsChanged, leadChanged } from "./lead-events";

type CreateRequest = z.output<NonNullable<(typeof createLead)["body"]>>;
type PatchRequest = z.output<NonNullable<(typeof patchLead)["body"]>>;

/** Makes, shows, changes and removes single leads. */
export class LeadService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly directory: AgentDirectory,
    private readonly capacity: CapacityManager,
  ) {}

  /** Makes a lead that nobody has yet, whoever makes it: to whom it goes is an assignment's decision. */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<Lead> {
    const id = newId();
    const { name, phone, email = null, source = "manual", priority = "normal", tags = [], notes } = request;
    const facts = { name, phone, email, source, priority, tags: distinctTags(tags) };
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(this.db, async (tx) => {
      await this.leads.insert(tx, id, facts, notes === undefined ? 0 : 1);
      await this.activities.add(tx, actor, [
        { leadId: id, type: "created", data: { source } },
        ...(notes === undefined ? [] : [{ leadId: id, type: "note" as const, data: { text: notes } }]),
      ]);
      await writeAudit(tx, actor, [{ action: "lead.created", entityType: "lead", entityId: id, after: facts }]);
      await publishLive(tx, leadChanged(id, null));
      return leadView(await this.reread(tx, id));
    });
  }

  /** One lead. Throws 404 when it does not exist or is somebody else's. */
  async read(principal: Principal, leadId: string): Promise<Lead> {
    return leadView(await this.access.find(principal, leadId));
  }

  /**
   * Changes facts of a lead; values it has already write nothing. Throws 404; 403 naming the fields this person may not
   * change; 409 version_conflict with the present lead when `version` is not the present one; 422
   * unknown_disposition; 409 capacity_exceeded when reopening would pass its agent's capacity.
   */
  async patch(principal: Principal, leadId: string, request: PatchRequest, requestId?: string): Promise<Lead> {
    const { version, ...change } = request;
    if (change.tags) change.tags = distinctTags(change.tags);
    const opens = change.disposition === undefined ? false : await this.access.isOpenDisposition(change.disposition);
    try {
      return await inTransaction(this.db, (tx) =>
        this.patchLocked(tx, principal, leadId, { change, version, opens, requestId }),
      );
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      throw conflict("capacity_exceeded", "This lead's agent has no room for another open lead.");
    }
  }

  private async patchLocked(
    tx: Tx,
    principal: Principal,
    leadId: string,
    request: { change: LeadChange; version: number | undefined; opens: boolean; requestId: string | undefined },
  ): Promise<Lead> {
    const lead = await this.access.lock(tx, principal, leadId);
    refuseStale(lead, request.version);
    const { fields, before, after } = difference(lead, request.change);
    refuseFields(principal, lead, Object.keys(request.change));
    if (fields.length === 0) return leadView(lead);
    if (after.disposition !== undefined && request.opens && !lead.isOpen) await this.refuseFull(tx, lead);
    const actor = { ...actorOf(principal), requestId: request.requestId };
    const touched = after.disposition !== undefined && principal.agentId !== undefined;
    await this.leads.update(tx, [lead.id], after, { notes: 0, touched });
    await this.activities.add(tx, actor, changeActivities(lead, after));
    await writeAudit(tx, actor, [{ action: "lead.updated", entityType: "lead", entityId: lead.id, before, after }]);
    await publishLive(tx, [
      ...leadChanged(lead.id, lead.assignedAgentId),
      ...(after.disposition === undefined ? [] : agentsChanged([lead.assignedAgentId])),
    ]);
    return leadView(await this.reread(tx, lead.id));
  }

  /** Takes a lead out of every list (managers); its history stays. Throws 404. */
  async remove(principal: Principal, leadId: string, requestId?: string): Promise<string> {
    requireStaff(principal);
    return inTransaction(this.db, async (tx) => {
      const lead = await this.access.lock(tx, principal, leadId);
      await this.leads.remove(tx, lead.id);
      await writeAudit(tx, { ...actorOf(principal), requestId }, [
        {
          action: "lead.removed",
          entityType: "lead",
          entityId: lead.id,
          before: { assigned_agent: lead.assignedAgentEmail },
        },
      ]);
      await publishLive(tx, [...leadChanged(lead.id, lead.assignedAgentId), ...agentsChanged([lead.assignedAgentId])]);
      return lead.id;
    });
  }

  /** What a lead's disposition can be. */
  async dispositions(): Promise<{ code: string; label: string; is_open: boolean }[]> {
    const all = await this.leads.dispositions();
    return all.map(({ code, label, isOpen }) => ({ code, label, is_open: isOpen }));
  }

  /** A closed lead that opens again takes a place: its agent must have one. */
  private async refuseFull(tx: Tx, lead: LeadRow): Promise<void> {
    if (lead.assignedAgentId === null) return;
    const agent = await this.directory.lockOne(tx, lead.assignedAgentId);
    const full = this.capacity.obstacles(agent, 1).find(({ kind }) => kind === "capacity_exceeded");
    if (full) throw refusal(full, agent);
  }

  private async reread(tx: Tx, leadId: string): Promise<LeadRow> {
    const lead = await this.leads.find(leadId, tx);
    if (!lead) throw new Error("a lead vanished inside the transaction that holds it");
    return lead;
  }
}

function refuseStale(lead: LeadRow, version: number | undefined): void {
  if (version === undefined || version === lead.version) return;
  throw conflict("version_conflict", "Somebody changed this lead since you read it.", { current: leadView(lead) });
}

function refuseFields(principal: Principal, lead: LeadRow, fields: readonly string[]): void {
  const refused = forbiddenFields(principal, lead, fields);
  if (refused.length === 0) return;
  throw new AppError(403, "forbidden", `You may not change ${refused.join(", ")} of this lead.`, { fields: refused });
}
