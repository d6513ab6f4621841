import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Actor, type Principal, requireStaff } from "@/lib/principal";
import { leadView } from "../domain/lead-view";
import { merged, stateOf, type Merged, type WholeLead } from "../domain/merge";
import type { mergeLead } from "../organise.schemas";
import type { LeadMergeRepository, MergeRecord } from "../repositories/lead-merge.repository";
import type { LeadStateRepository } from "../repositories/lead-state.repository";
import type { Lead } from "../schemas";
import type { LeadAccess } from "./lead-access";
import type { CallsOfLeads, FilesOfLeads, MergeHistory } from "./merge-history";
import { overCapacity, type MergePlaces } from "./merge-places";
import { refuseLocked, refuseStale } from "./lead-refusals";
import { isOverCapacity } from "./over-capacity";

export type MergeRequest = z.output<NonNullable<(typeof mergeLead)["body"]>>;

export interface MergeAnswer {
  lead: Lead;
  mergedLeadId: string;
  tagsLeftOut: string[];
}

interface Sides {
  survivor: WholeLead;
  other: WholeLead;
}

const MERGE_TIMEOUT_MS = 20_000;

const tooLong = ({ name }: WholeLead, max: number) =>
  unprocessable(
    "too_much_history",
    `${name} has more than ${max} entries in its timeline, too many to move. Merge the other lead into it instead.`,
    { max },
  );

/** Makes one lead part of another, with everything that belongs to it. */
export class LeadMergeService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly states: LeadStateRepository,
    private readonly merges: LeadMergeRepository,
    private readonly calls: CallsOfLeads,
    private readonly files: FilesOfLeads,
    private readonly places: MergePlaces,
    private readonly history: MergeHistory,
    /** Entries of the lead that goes: they are moved in one transaction, while other merges wait. */
    private readonly mostEntries: number,
  ) {}

  /**
   * Makes another lead part of this one (managers), in one transaction: facts by `keep`, tags of both, timeline,
   * calls and files of both. The other is removed. The same merge again changes nothing and answers the same. Throws 404; 410
   * lead_merged when this lead is itself part of another; 409 other_merged naming what the other is part of, lead_locked,
   * version_conflict, capacity_exceeded when the survivor's agent would need a place and has none; 422 same_lead, and
   * too_much_history for a timeline that no single transaction may move.
   */
  async merge(principal: Principal, leadId: string, request: MergeRequest, requestId?: string): Promise<MergeAnswer> {
    requireStaff(principal);
    const [id, otherId] = [leadId.toLowerCase(), request.other_lead_id.toLowerCase()];
    if (id === otherId) throw unprocessable("same_lead", "A lead cannot be merged with itself.");
    const actor = { ...actorOf(principal), requestId };
    try {
      return await inTransaction(this.db, (tx) => this.mergeAll(tx, principal, actor, [id, otherId], request), {
        timeoutMs: MERGE_TIMEOUT_MS,
        once: "merge",
      });
    } catch (error) {
      if (!isOverCapacity(error)) throw error;
      throw overCapacity();
    }
  }

  private async mergeAll(
    tx: Tx,
    principal: Principal,
    actor: Actor,
    [id, otherId]: readonly [string, string],
    request: MergeRequest,
  ): Promise<MergeAnswer> {
    await this.merges.oneAtATime(tx);
    // Calls before leads, leads before agents: the order in which everything else locks them.
    if (isId(otherId)) await this.calls.lock(tx, otherId);
    const rows = await this.states.lock(tx, [id, otherId].filter(isId), isId(otherId) ? otherId : undefined);
    const survivor = rows.get(id);
    const other = rows.get(otherId);
    if (!survivor || survivor.isRemoved) return this.access.refuse(principal, id, tx);
    if (other?.mergedInto === id) return this.standing(tx, survivor, otherId);
    return this.mergeLocked(tx, actor, { survivor, other: present(other) }, request);
  }

  private async mergeLocked(tx: Tx, actor: Actor, sides: Sides, request: MergeRequest): Promise<MergeAnswer> {
    const { survivor, other } = sides;
    refuseStale(survivor, request.version);
    refuseStale(other, request.other_version);
    refuseLocked(survivor);
    refuseLocked(other);
    if (await this.merges.hasMoreActivities(tx, other.id, this.mostEntries)) throw tooLong(other, this.mostEntries);
    const result = merged(survivor, other, request.keep ?? {});
    const { assignedAgentId } = result.state;
    const agents = await this.places.take(
      tx,
      [survivor, other],
      [
        { assignedAgentId, isOpen: result.isOpen, isRemoved: false },
        { ...other, isRemoved: true },
      ],
    );
    const activities = await this.merges.moveActivities(tx, other.id, survivor.id);
    const calls = await this.calls.move(tx, other.id, survivor.id);
    const files = await this.files.move(tx, other.id, survivor.id);
    const carried = await this.merges.carry(tx, other.id, survivor.id);
    await this.write(tx, sides, result);
    const moved = { activities, calls, files, carried };
    await this.merges.add(tx, this.recordOf(sides, result, moved, actor));
    await this.history.merged(tx, { ...sides, result, moved, actor, agents });
    const [lead] = (await this.states.lock(tx, [survivor.id])).values();
    return { lead: leadView(lead ?? survivor), mergedLeadId: other.id, tagsLeftOut: result.tagsLeftOut };
  }

  private async write(tx: Tx, { survivor, other }: Sides, result: Merged): Promise<void> {
    await this.states.write(tx, [
      { id: survivor.id, version: survivor.version, state: result.state, isRemoved: false, mergedInto: null },
      {
        id: other.id,
        version: other.version,
        // Its notes went with its timeline; who had it stays readable, and counts no longer.
        state: { ...stateOf(other), notesCount: 0, returnDueAt: null },
        isRemoved: true,
        mergedInto: survivor.id,
      },
    ]);
  }

  private recordOf(
    { survivor, other }: Sides,
    result: Merged,
    moved: Pick<MergeRecord, "activities" | "calls" | "files" | "carried">,
    actor: Actor,
  ) {
    return {
      leadId: survivor.id,
      mergedId: other.id,
      leadBefore: stateOf(survivor),
      mergedBefore: stateOf(other),
      leadVersion: survivor.version + 1,
      mergedVersion: other.version + 1,
      ...moved,
      tagsLeftOut: result.tagsLeftOut,
      mergedBy: actor.label,
    };
  }

  /** The answer to a merge that was made before. */
  private async standing(tx: Tx, survivor: WholeLead, otherId: string): Promise<MergeAnswer> {
    const record = await this.merges.standing(tx, otherId);
    return { lead: leadView(survivor), mergedLeadId: otherId, tagsLeftOut: record?.tagsLeftOut ?? [] };
  }
}

function present(other: WholeLead | undefined): WholeLead {
  if (other && !other.isRemoved) return other;
  if (!other || other.mergedInto === null) throw notFound("The other lead");
  throw conflict("other_merged", "The other lead is part of a third one already.", { merged_into: other.mergedInto });
}
