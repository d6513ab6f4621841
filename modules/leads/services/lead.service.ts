import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { type CapacityManager, refusal } from "@/modules/agents/services/capacity-manager.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { changeActivities } from "../domain/change-activities";
import { difference, distinctTags, type LeadChange, type LeadRow } from "../domain/lead";
import { leadView } from "../domain/lead-view";
import { forbiddenFields, isWork } from "../domain/permissions";
import type { LeadActivityRepository, NewActivity } from "../repositories/lead-activity.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import { isOverCapacity } from "./over-capacity";
import type { createLead, Lead, patchLead } from "../schemas";
import type { LeadAccess } from "./lead-access";
import { agentsChanged, leadChanged } from "./lead-events";
import { refuseStale } from "./lead-refusals";
import type { LeadTeams, TeamMove } from "./lead-teams";
import type { ReturnTimer } from "./return-timer";

type CreateRequest = z.output<NonNullable<(typeof createLead)["body"]>>;
type PatchRequest = z.output<NonNullable<(typeof patchLead)["body"]>>;

interface PatchInput {
  change: LeadChange;
  /** A team's name, null for everybody; undefined leaves it. */
  team: string | null | undefined;
  version: number | undefined;
  /** Whether the disposition that is set, if any, is open. */
  opens: boolean;
  requestId: string | undefined;
}

/** Makes, shows and changes single leads. */
export class LeadService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly leads: LeadRepository,
    private readonly activities: LeadActivityRepository,
    private readonly directory: AgentDirectory,
    private readonly capacity: CapacityManager,
    private readonly timer: Pick<ReturnTimer, "restart">,
    private readonly teams: LeadTeams,
  ) {}

  /**
   * Makes a lead that nobody has yet, whoever makes it: to whom it goes is an assignment's decision. Its team is given
   * by managers only (403). Throws 422 unknown_team.
   */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<Lead> {
    const id = newId();
    const { name, phone, email = null, source = "manual", priority = "normal", tags = [], notes, team } = request;
    const { follow_up_on = null } = request;
    if (team !== undefined && !isStaff(principal)) throw refusedFields(["team"]);
    const facts = { name, phone, email, source, priority, tags: distinctTags(tags), follow_up_on };
    const actor = { ...actorOf(principal), requestId };
    return inTransaction(
      this.db,
      async (tx) => {
        await this.leads.insert(tx, id, facts, notes === undefined ? 0 : 1);
        const joined =
          team === undefined ? undefined : await this.teams.move(tx, { teamId: null, teamName: null }, team);
        if (joined) await this.teams.apply(tx, id, joined);
        await this.activities.add(tx, actor, [
          { leadId: id, type: "created", data: { source } },
          ...(notes === undefined ? [] : [{ leadId: id, type: "note" as const, data: { text: notes } }]),
        ]);
        await writeAudit(tx, actor, [
          {
            action: "lead.created",
            entityType: "lead",
            entityId: id,
            after: { ...facts, ...(joined ? { team: joined.to } : {}) },
          },
        ]);
        await publishLive(tx, leadChanged(id, null));
        return leadView(await this.reread(tx, id));
      },
      { once: "create" },
    );
  }

  /** One lead. Throws 404 when it does not exist or is somebody else's. */
  async read(principal: Principal, leadId: string): Promise<Lead> {
    return leadView(await this.access.find(principal, leadId));
  }

  /**
   * Changes facts of a lead; values it has already write nothing. Throws 404; 403 naming the fields this person may not
   * change; 409 version_conflict with the present lead when `version` is not the present one; 422
   * unknown_disposition and unknown_team; 409 capacity_exceeded when reopening would pass its agent's capacity.
   */
  async patch(principal: Principal, leadId: string, request: PatchRequest, requestId?: string): Promise<Lead> {
    const { version, team, ...change } = request;
    if (change.tags) change.tags = distinctTags(change.tags);
    const opens = change.disposition === undefined ? false : await this.access.isOpenDisposition(change.disposition);
    try {
      return await inTransaction(
        this.db,
        (tx) => this.patchLocked(tx, principal, leadId, { change, team, version, opens, requestId }),
        { once: "patch" },
      );
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      throw conflict("capacity_exceeded", "This lead's agent has no room for another open lead.");
    }
  }

  private async patchLocked(tx: Tx, principal: Principal, leadId: string, request: PatchInput): Promise<Lead> {
    const lead = await this.access.lock(tx, principal, leadId);
    refuseStale(lead, request.version);
    const { fields, before, after } = difference(lead, request.change);
    refuseFields(principal, lead, [...Object.keys(request.change), ...(request.team === undefined ? [] : ["team"])]);
    const moved = request.team === undefined ? undefined : await this.teams.move(tx, lead, request.team);
    if (fields.length === 0 && !moved) return leadView(lead);
    if (after.disposition !== undefined && request.opens && !lead.isOpen) await this.refuseFull(tx, lead);
    const actor = { ...actorOf(principal), requestId: request.requestId };
    await this.leads.update(tx, [lead.id], after, { notes: 0, touched: isWork(principal, lead) });
    if (moved) await this.teams.apply(tx, lead.id, moved);
    await this.restartTimer(tx, lead, after, request.opens);
    await this.activities.add(tx, actor, [...changeActivities(lead, after), ...teamActivities(lead.id, moved)]);
    await writeAudit(tx, actor, [
      {
        action: "lead.updated",
        entityType: "lead",
        entityId: lead.id,
        before: { ...before, ...(moved ? { team: moved.from } : {}) },
        after: { ...after, ...(moved ? { team: moved.to } : {}) },
      },
    ]);
    await publishLive(tx, [
      ...leadChanged(lead.id, lead.assignedAgentId),
      ...(after.disposition === undefined ? [] : agentsChanged([lead.assignedAgentId])),
    ]);
    return leadView(await this.reread(tx, lead.id));
  }

  /** What a lead's disposition can be. */
  async dispositions(): Promise<{ code: string; label: string; is_open: boolean }[]> {
    const all = await this.leads.dispositions();
    return all.map(({ code, label, isOpen }) => ({ code, label, is_open: isOpen }));
  }

  /** A lead that a manager reopens, or gives another priority, has the time of that; one that was worked on has none. */
  private async restartTimer(tx: Tx, lead: LeadRow, after: LeadChange, opens: boolean): Promise<void> {
    if (after.disposition !== undefined && opens && !lead.isOpen) await this.timer.restart(tx, [lead.id], "now");
    else if (after.priority !== undefined) await this.timer.restart(tx, [lead.id], "assignment");
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

function teamActivities(leadId: string, moved: TeamMove | undefined): NewActivity[] {
  if (!moved) return [];
  return [{ leadId, type: "updated", data: { changes: { team: { from: moved.from, to: moved.to } } } }];
}

function refuseFields(principal: Principal, lead: LeadRow, fields: readonly string[]): void {
  const refused = forbiddenFields(principal, lead, fields);
  if (refused.length > 0) throw refusedFields(refused);
}

function refusedFields(fields: readonly string[]): AppError {
  return new AppError(403, "forbidden", `You may not change ${fields.join(", ")} of this lead.`, { fields });
}
