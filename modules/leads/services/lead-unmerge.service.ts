import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Actor, type Principal, requireStaff } from "@/lib/principal";
import { leadView } from "../domain/lead-view";
import type { LeadState, WholeLead } from "../domain/merge";
import type { LeadMergeRepository, MergeRecord } from "../repositories/lead-merge.repository";
import type { LeadStateRepository } from "../repositories/lead-state.repository";
import type { LeadRepository } from "../repositories/lead.repository";
import type { Lead } from "../schemas";
import type { CallsOfLeads, FilesOfLeads, MergeHistory } from "./merge-history";
import { overCapacity, type MergePlaces } from "./merge-places";
import { isOverCapacity } from "./over-capacity";
import { type DueTimesPort, returnDueOf } from "./return-due";

interface Sides {
  survivor: WholeLead;
  other: WholeLead;
}

/** Takes a lead out of the one it was merged into: both stand as they stood before. */
export class LeadUnmergeService {
  constructor(
    private readonly db: Db,
    private readonly leads: LeadRepository,
    private readonly states: LeadStateRepository,
    private readonly merges: LeadMergeRepository,
    private readonly calls: CallsOfLeads,
    private readonly files: FilesOfLeads,
    private readonly places: MergePlaces,
    private readonly timer: DueTimesPort,
    private readonly history: MergeHistory,
  ) {}

  /**
   * Undoes a merge (managers) as long as neither lead has been written since. Throws 404; 409 not_merged,
   * changed_since naming the lead, capacity_exceeded when an agent has no room for what comes back.
   */
  async unmerge(principal: Principal, leadId: string, requestId?: string): Promise<{ lead: Lead; other: Lead }> {
    requireStaff(principal);
    const id = leadId.toLowerCase();
    if (!isId(id)) throw notFound("This lead");
    const actor = { ...actorOf(principal), requestId };
    try {
      return await inTransaction(this.db, (tx) => this.unmergeLocked(tx, actor, id), { once: "unmerge" });
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      throw overCapacity();
    }
  }

  private async unmergeLocked(tx: Tx, actor: Actor, otherId: string): Promise<{ lead: Lead; other: Lead }> {
    await this.merges.oneAtATime(tx);
    const record = await this.merges.standing(tx, otherId);
    if (record) await this.calls.lock(tx, record.leadId);
    const rows = await this.states.lock(tx, [otherId, ...(record ? [record.leadId, ...record.carried] : [])]);
    const [survivor, other] = [rows.get(record?.leadId ?? ""), rows.get(otherId)];
    if (!other) throw notFound("This lead");
    if (!record || !survivor || other.mergedInto === null) throw conflict("not_merged", notMergedText(other));
    refuseChanged(record, survivor, other);
    const after = await this.statesAfter(tx, record, { survivor, other });
    const isOpen = await this.opens(tx, after.survivor.disposition);
    const agents = await this.places.take(
      tx,
      [survivor, other],
      [
        { assignedAgentId: after.survivor.assignedAgentId, isOpen, isRemoved: false },
        { ...other, isRemoved: false },
      ],
    );
    await this.merges.markUndone(tx, record.id);
    await this.merges.moveActivitiesBack(tx, record.activities, other.id);
    await this.states.write(tx, [
      { id: survivor.id, version: survivor.version, state: after.survivor, isRemoved: false, mergedInto: null },
      { id: other.id, version: other.version, state: after.other, isRemoved: false, mergedInto: null },
    ]);
    const moved = {
      activities: record.activities,
      calls: await this.calls.moveBack(tx, record.calls, survivor.id, other.id),
      files: await this.files.moveBack(tx, record.files, survivor.id, other.id),
      carried: await this.merges.carryBack(tx, record.carried, survivor.id, other.id),
    };
    const [lead, otherLead] = [await this.leads.find(survivor.id, tx), await this.leads.find(other.id, tx)];
    if (!lead || !otherLead) throw new Error("a lead vanished inside the transaction that holds it");
    const { assignedAgentId: agentId, assignedAgentEmail: agentEmail } = lead;
    await this.history.unmerged(tx, { survivor, other, moved, actor, agents, agentId, agentEmail });
    return { lead: leadView(otherLead), other: leadView(lead) };
  }

  /**
   * Both as they were. An agent who has kept the survivor throughout keeps it as it is now; where somebody gets a lead
   * back, its return timer begins anew.
   */
  private async statesAfter(
    tx: Tx,
    { leadBefore, mergedBefore }: MergeRecord,
    { survivor, other }: Sides,
  ): Promise<{ survivor: LeadState; other: LeadState }> {
    const isOpen = await this.opens(tx, leadBefore.disposition);
    const { assignedAt, touchedAt, returnDueAt } = survivor;
    const kept = leadBefore.assignedAgentId === survivor.assignedAgentId;
    const owned = kept
      ? { assignedAt, touchedAt, returnDueAt: isOpen ? returnDueAt : null }
      : { returnDueAt: await returnDueOf(tx, this.timer, { ...leadBefore, isOpen }) };
    return {
      survivor: { ...leadBefore, ...owned },
      other: { ...mergedBefore, returnDueAt: await returnDueOf(tx, this.timer, other) },
    };
  }

  private async opens(tx: Tx, disposition: string): Promise<boolean> {
    return (await this.leads.dispositions(tx)).some((known) => known.code === disposition && known.isOpen);
  }
}

const notMergedText = ({ isRemoved }: WholeLead): string =>
  isRemoved ? "This lead was removed, not merged. Restore it instead." : "This lead is part of no other.";

function refuseChanged(record: MergeRecord, survivor: WholeLead, other: WholeLead): void {
  const [changed] = [
    ...(survivor.version === record.leadVersion ? [] : [survivor]),
    ...(other.version === record.mergedVersion ? [] : [other]),
  ];
  if (!changed) return;
  throw conflict("changed_since", `${changed.name} has changed since the merge, which therefore stays.`, {
    lead_id: changed.id,
  });
}
